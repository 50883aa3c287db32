#pragma once

// YAML text as ordered JSON. The only file that knows yaml-cpp is yaml.cpp.
//
// Plain scalars are typed by the core schema of YAML 1.2 (section 10.3.2): `yes`, `on` and dates
// are strings, 1e9 is a number, 0o17 and 0x1f are integers. Quoted and block scalars are strings.
// Refused: more than one document, duplicate keys, keys that are no scalars, tags other than !!str,
// merge keys (YAML 1.1), control characters, numbers that JSON cannot hold, and whatever passes the
// limits in document.h.

#include <string>
#include <string_view>

#include "harness/authored/document.h"
#include "harness/base/result.h"

namespace assay {

/// `path` names the text in places and errors.
Result<AuthoredDocument> parse_yaml(const std::string& path, std::string_view text);

/// What a plain scalar means. `problem` is set where the text looks like a number that JSON cannot
/// hold.
struct PlainScalar {
  Json value;
  std::string problem;
};
PlainScalar type_plain_scalar(const std::string& text);

}  // namespace assay
