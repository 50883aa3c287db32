#pragma once

// The formats that a report is rendered in: one file each under formats/, listed by all_formats().
//
// In: a report's Json as to_json(model::Report) writes it, or as read_report() has checked it, and
// nothing else. Out: the whole document as bytes. Pure functions, on any thread.

#include <span>
#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::report {

struct RenderOptions {
  bool colour = false;  ///< escape sequences for a terminal; the caller knows whether it is one
  int width = 80;       ///< columns of the terminal; nothing is wider, at least kMinWidth is used
};

/// Narrower than this, a table of five columns cannot be read, and the terminal wraps by itself.
inline constexpr int kMinWidth = 60;

struct Format {
  std::string_view name;       ///< as in `--format`
  std::string_view file_name;  ///< in a submission's folder; empty where none is written
  std::string (*render)(const Json& report, const RenderOptions&);
};

/// By name.
std::span<const Format* const> all_formats();

/// Null where there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace assay::report
