#pragma once

// Files that people write: YAML in, ordered JSON out, each value with its place in the file.
//
// In: the text of a YAML file and the JSON Schema (draft 7) of its shape. Out: the document, or an
// input error whose message has a line for each finding, the earliest first, and each line says
// where, what was found and what was expected. Values; used from one thread; nothing is kept open.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay {

inline constexpr std::size_t kMaxAuthoredBytes = 1 << 20;
/// Values of one document, those that aliases repeat included.
inline constexpr std::size_t kMaxAuthoredValues = 100'000;
/// Bytes of one scalar. The standard library's regular expressions recurse with every character,
/// and a sanitizer makes the frames large.
inline constexpr std::size_t kMaxAuthoredScalar = 2 << 10;
/// Levels of nesting; leaves room for what a plan wraps around an authored value.
inline constexpr int kMaxAuthoredDepth = 48;

/// One step of a JSON pointer (RFC 6901), escaped: "/" + token.
std::string pointer_step(std::string_view token);
std::string pointer_step(std::size_t index);

/// Where a value and the key in front of it stand. Items of lists have no key of their own.
struct AuthoredPlace {
  Place value;
  Place key;
};

class AuthoredDocument {
 public:
  AuthoredDocument(std::string path, Json content, std::map<std::string, AuthoredPlace> places)
      : value(std::move(content)), path_(std::move(path)), places_(std::move(places)) {}

  /// Where the value at `pointer` stands; for a pointer to nothing, the nearest value around it.
  Place place_of(std::string_view pointer) const;
  /// Where its key stands; for the root and for items of lists, as place_of.
  Place key_place_of(std::string_view pointer) const;
  const std::string& path() const { return path_; }

  Json value;

 private:
  const AuthoredPlace* nearest(std::string_view pointer) const;

  std::string path_;
  std::map<std::string, AuthoredPlace> places_;
};

class Schema;
/// Parses and validates a text that was read from `path`.
Result<AuthoredDocument> parse_authored(const std::string& path, std::string_view text,
                                        const Schema& schema);

/// Errors of authored files that an error lists; it counts the others.
inline constexpr std::size_t kMaxErrorsShown = 10;

/// Many errors as one, by place, the earliest first: a line each. There must be one.
Error join_errors(std::vector<Error> errors);

/// The bytes of a file, at most `max_bytes` of them; more is an error.
Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes);

}  // namespace assay
