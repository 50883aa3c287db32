#pragma once

// What messages of the engine hold, cut out of them. Pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace assay::warehouse::sql {

/// What stands between two texts, up to the first `after`; empty where it is not so.
std::string between(const std::string& text, std::string_view before, std::string_view after);

/// The same, up to the last `after`: what stands between may hold it. Nothing where it is not so.
std::optional<std::string> told(const std::string& text, std::string_view before,
                                std::string_view after);

std::string upper(std::string text);

/// A value that could not become one of another type, as the engine tells of it.
struct FailedCast {
  std::optional<std::string> value;
  std::string source;  ///< type; empty where only the value is told
  std::string target;  ///< type; empty where it is not told
  bool out_of_range = false;
};

/// Of a message about a conversion; without a target where it is none that is known.
FailedCast failed_cast_of(const std::string& message);

/// "DATE, INTEGER_LITERAL" as the service has it; commas within brackets are no separators.
std::string google_types(const std::string& list);

}  // namespace assay::warehouse::sql
