#pragma once

// The one JSON type of Assay, and how model types are read back from documents that Assay itself
// wrote.
//
// Keys keep the order in which they are added, so an artefact reads in the order of its model. Its
// strings are UTF-8: what is from outside goes through to_valid_utf8 (base/utf8.h) first.

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/utf8.h"

namespace assay {

using Json = nlohmann::ordered_json;

/// Nesting that any JSON of ours may have; nlohmann's readers and writers recurse, so nothing
/// deeper is ever built. 64 levels of a candidate's value and 16 of the document around it.
inline constexpr int kMaxJsonDepth = 80;

/// Parses `text`. `source` names it in the error, which gives the byte. Bounded by kMaxJsonDepth.
Result<Json> parse_json(std::string_view text, std::string_view source);

/// The value at a JSON pointer (RFC 6901) inside `value`; null where there is none, or where that
/// is no pointer.
const Json* find_in(const Json& value, const std::string& pointer);

/// `indent` as of nlohmann's dump. Invalid UTF-8 is replaced rather than thrown on.
std::string dump_json(const Json& value, int indent = -1);

/// Reads a T that has from_json from a document Assay wrote; a missing or mistyped key is an input
/// error that names `source` and the key.
template <class T>
Result<T> read_json(const Json& document, std::string_view source) {
  try {
    return document.get<T>();
  } catch (const nlohmann::json::exception& e) {
    return input_error(std::string("this is not a document that Assay wrote: ") + e.what(),
                       {std::string(source)});
  }
}

}  // namespace assay
