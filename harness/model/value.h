#pragma once

// A Python value as JSON, and how to look at it.
//
// None, bool, int (within ±(2^63-1)), finite float, str, list and dict with str keys stand for
// themselves. Anything else is an object with "$type":
//
//   {"$type":"int","text":"123…"}                     an int outside 64 bits (digits bounded)
//   {"$type":"float","text":"nan"|"inf"|"-inf"}
//   {"$type":"bytes","base64":"…"}
//   {"$type":"tuple"|"set"|"frozenset","items":[…]}   sets in a sorted order of their encoding
//   {"$type":"dict","class":"…","items":[[k,v]…]}     a dict with other keys, or a key that starts
//                                                     with '$'; "class" if a subclass of dict
//   {"$type":"mapping","class":"m.C","items":[[k,v]…]} any other collections.abc.Mapping
//   {"$type":"dataclass","class":"m.C","fields":{…}}
//   {"$type":"namedtuple","class":"m.C","fields":{…}}
//   {"$type":"enum","class":"m.C","name":"LOW","value":…,"mixin":"str"|"int"|null}
//   {"$type":"str"|"int"|"float"|"list","class":"m.C","value":…}   a subclass of a plain type
//   {"$type":"object","class":"m.C","repr":"…"}       anything else; repr bounded, "" if it failed
//   {"$type":"cut","class":"m.C","because":"depth"|"size"|"cycle"|"raised X"}
//   {"$type":"str","text":…,"lossy":true}             a str with lone surrogates, replaced

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/json.h"

namespace assay::model {

/// Levels of nesting that a value keeps; deeper parts read {"$type":"cut","because":"depth"}.
inline constexpr int kMaxValueDepth = 64;

/// Whether `value` is written as this page says, all through: what a box sends may be anything.
/// Recurses as deep as `value` does, which its decoder has bounded.
bool well_formed(const Json& value);

/// "dict", "str", "bool", "NoneType", "enum", "dataclass", … : the `$type`, or the Python name.
std::string_view python_type(const Json& value);

/// The tag of a tagged value; empty for a plain one.
std::string_view tag(const Json& value);

/// Top-level entries of a dict, Mapping, dataclass or namedtuple whose keys are str, in order;
/// nothing for other values, nor where a key comes twice. Pointers live as long as `value`.
std::optional<std::vector<std::pair<std::string, const Json*>>> entries(const Json& value);

/// The entry of that name of such a value, or null.
const Json* field(const Json& value, std::string_view name);

/// A str, or an Enum's value where that is a str, or a subclass of str: its text.
std::optional<std::string> text_of(const Json& value);

/// An int that fits 64 bits and is not a bool (subclasses of int count).
std::optional<std::int64_t> integer_of(const Json& value);

/// Whether json.dumps of Python accepts it as it is: no Enum without a str or int mixin, no
/// dataclass, no Mapping other than dict, no set, bytes or object. NaN passes there and passes
/// here.
bool json_serialisable(const Json& value);

/// One line for a reader: Python's way of writing it, at most `limit` bytes, an ellipsis where cut.
std::string describe(const Json& value, std::size_t limit = 120);

}  // namespace assay::model
