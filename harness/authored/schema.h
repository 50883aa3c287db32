#pragma once

// JSON Schema (draft 7) over our JSON, with findings that a person can act on.
//
// In: the text of a schema that is built into Assay, and values. Out: findings. valijson decides
// whether a value fits; explain.h words what does not. Immutable once made; may be shared.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay {

/// One thing that is wrong with a value.
struct Finding {
  std::string pointer;  ///< JSON pointer of what is wrong
  bool at_key = false;  ///< the key is wrong, not the value behind it
  std::string message;  ///< one sentence: what was found, what was expected

  bool operator==(const Finding&) const = default;
};

/// A schema that another refers to by its file name: {"$ref": "any/folder/world.schema.json"}.
struct NamedSchema {
  std::string_view name;
  std::string_view text;
};

class Schema {
 public:
  /// A text that is no schema, or that refers to a schema not given, is a bug of ours: asserts.
  explicit Schema(std::string_view text, const std::vector<NamedSchema>& references = {});
  ~Schema();
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;

  /// What is wrong with `value`, in the schema's order; nothing where it fits.
  std::vector<Finding> check(const Json& value) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// All findings as one error, by place, the earliest first; `place_of` says where each stands.
Error findings_error(const std::vector<Finding>& findings,
                     const std::function<Place(const Finding&)>& place_of);

}  // namespace assay
