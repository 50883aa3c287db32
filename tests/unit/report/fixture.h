#pragma once

// Reports that no run made: small enough to read, and with every form that a report can take.

#include "harness/model/report.h"

namespace assay::fixture {

/// A sound submission with a few gaps, run in the box.
model::Report sound();

/// Every text that a candidate controls is an attack on whoever shows it: markup, escape sequences,
/// bidirectional controls, NUL, very long lines. Every kind of outcome. Run without a sandbox.
model::Report hostile();

/// The sound submission as the rework of a draft, with a review.
model::Report with_draft();

/// A submission without the entry point.
model::Report not_gradable();

/// What must not come out of any renderer as it is: "<script>alert(1)</script>".
inline constexpr std::string_view kMarkup = "<script>alert(1)</script>";
/// Clears the screen and names the window, as a terminal reads it.
inline constexpr std::string_view kEscapes =
    "\x1b[2J\x1b[31mred\x1b]0;title\x07 \u009b1m \u202Egnp.exe";

}  // namespace assay::fixture
