#pragma once

// Partial responses: the parameter `fields`, by which a request asks for some fields of its answer.
//
// In: "kind,jobs(id,status/state),schema/*" and an answer. Out: the answer with these fields alone,
// or the refusal of what is no such list. Names that an answer does not have choose nothing: which
// fields a resource could have besides, nobody here knows. Pure functions.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::warehouse::bigquery {

/// Brackets and slashes together go no deeper.
inline constexpr int kMaxFieldDepth = 32;

/// The fields of an object that are chosen, each with those within it. None: all of it.
struct FieldMask {
  std::map<std::string, FieldMask, std::less<>> fields;  ///< "*" stands for any name
};

/// Nothing where `text` is no list of fields.
std::optional<FieldMask> read_field_mask(std::string_view text);

/// Of a list, the chosen fields of each item.
Json select_fields(const FieldMask& mask, const Json& document);

}  // namespace assay::warehouse::bigquery
