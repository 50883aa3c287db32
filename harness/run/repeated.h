#pragma once

// Whether runs of a case in different orders did the same: flakiness, found rather than met.
//
// Compared is what is judged: the outcome, the value, the requests without their times, what was
// written, and the virtual time as a whole. Left out is what no program can help: addresses of
// objects, the order of a dict's keys, the lines and functions that ran, and differences in time
// below kSameTime. A case that did not run in virtual time alone, or whose threads took turns by
// the machine, has its time not compared, and where it differs in anything else it is not said to
// vary.
//
// In: observations of the same cases, the first run first. Out: values, in words that a reader can
// go by. Pure, on any thread.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/observation.h"
#include "harness/model/repeated.h"

namespace assay::run {

/// Each look at the clock moves it by a microsecond and more, so runs that take turns otherwise end
/// some of those apart. What is judged goes by tenths of a second at the least.
inline constexpr Duration kSameTime = std::chrono::milliseconds(20);

/// Bytes of what an example quotes.
inline constexpr std::size_t kMaxQuoted = 160;

/// Why the machine alone may have made the runs differ: the note of the first that has one, ""
/// where none has.
std::string why_not_compared(std::span<const model::Observation* const> runs);

/// How the runs of one case vary; nothing where they do not. Those in which the harness failed are
/// left out. `runs` are its runs in order, none of them null.
std::optional<model::VaryingCase> how_it_varies(std::span<const model::Observation* const> runs);

/// Adds what varies, and what was lost, of all cases of a submission or a draft: `first` is its
/// first run, `others` are the later ones, each with the same cases in the same order.
void add_repeated(const std::vector<model::Observation>& first,
                  const std::vector<std::vector<model::Observation>>& others, bool of_draft,
                  model::Repeated& repeated);

}  // namespace assay::run
