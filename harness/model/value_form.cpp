#include <algorithm>
#include <array>
#include <span>

#include "harness/model/value.h"

namespace assay::model {
namespace {

/// What a member of a tagged value may be.
enum class Part {
  kText,
  kFloatText,  ///< "nan", "inf" or "-inf"
  kTrue,
  kTextOrNull,
  kAny,        ///< a value; of a subclass, what it holds or a cut of it
  kList,       ///< values
  kPairs,      ///< [key, value] pairs of values
  kFields,     ///< an object of values
  kClassMaybe  ///< text, and may be missing
};

struct Member {
  std::string_view name;
  Part part;
};

/// One way in which a tag is written. Two rows of a tag are two ways.
struct Form {
  std::string_view tag;
  std::array<Member, 4> members;  ///< as many as have a name
};

constexpr std::array kForms = {
    Form{"int", {{{"text", Part::kText}}}},
    Form{"int", {{{"class", Part::kText}, {"value", Part::kAny}}}},
    Form{"float", {{{"text", Part::kFloatText}}}},
    Form{"float", {{{"class", Part::kText}, {"value", Part::kAny}}}},
    Form{"str", {{{"text", Part::kText}, {"lossy", Part::kTrue}}}},
    Form{"str", {{{"class", Part::kText}, {"value", Part::kAny}}}},
    Form{"list", {{{"class", Part::kText}, {"value", Part::kList}}}},
    Form{"bytes", {{{"base64", Part::kText}}}},
    Form{"tuple", {{{"items", Part::kList}}}},
    Form{"set", {{{"items", Part::kList}}}},
    Form{"frozenset", {{{"items", Part::kList}}}},
    Form{"dict", {{{"class", Part::kClassMaybe}, {"items", Part::kPairs}}}},
    Form{"mapping", {{{"class", Part::kText}, {"items", Part::kPairs}}}},
    Form{"dataclass", {{{"class", Part::kText}, {"fields", Part::kFields}}}},
    Form{"namedtuple", {{{"class", Part::kText}, {"fields", Part::kFields}}}},
    Form{"enum",
         {{{"class", Part::kText},
           {"name", Part::kText},
           {"value", Part::kAny},
           {"mixin", Part::kTextOrNull}}}},
    Form{"object", {{{"class", Part::kText}, {"repr", Part::kText}}}},
    Form{"cut", {{{"class", Part::kText}, {"because", Part::kText}}}},
};

bool all_well_formed(const Json& values) { return std::ranges::all_of(values, well_formed); }

bool is_pair(const Json& pair) {
  return pair.is_array() && pair.size() == 2 && all_well_formed(pair);
}

bool is_float_text(const Json& value) {
  return value == "nan" || value == "inf" || value == "-inf";
}

bool fits(const Json& value, Part part) {
  switch (part) {
    case Part::kText:
    case Part::kClassMaybe:
      return value.is_string();
    case Part::kFloatText:
      return is_float_text(value);
    case Part::kTrue:
      return value.is_boolean() && value.get<bool>();
    case Part::kTextOrNull:
      return value.is_string() || value.is_null();
    case Part::kAny:
      return well_formed(value);
    case Part::kList:
      return value.is_array() && all_well_formed(value);
    case Part::kPairs:
      return value.is_array() && std::ranges::all_of(value, is_pair);
    case Part::kFields:
      return value.is_object() && all_well_formed(value);
  }
  return false;
}

bool is_of_form(const Json& value, const Form& form) {
  std::size_t found = 1;  // "$type"
  for (const Member& member : form.members) {
    if (member.name.empty()) break;
    const auto it = value.find(member.name);
    if (it == value.end()) {
      if (member.part == Part::kClassMaybe) continue;
      return false;
    }
    if (!fits(*it, member.part)) return false;
    ++found;
  }
  return found == value.size();
}

}  // namespace

bool well_formed(const Json& value) {
  if (value.is_array()) return all_well_formed(value);
  if (!value.is_object()) return !value.is_binary() && !value.is_discarded();
  const auto type = value.find("$type");
  if (type == value.end())
    return std::ranges::none_of(value.items(),
                                [](const auto& item) { return item.key().starts_with('$'); }) &&
           all_well_formed(value);
  if (!type->is_string()) return false;
  const auto& name = type->get_ref<const std::string&>();
  return std::ranges::any_of(
      kForms, [&](const Form& form) { return form.tag == name && is_of_form(value, form); });
}

}  // namespace assay::model
