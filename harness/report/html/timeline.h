#pragma once

// The requests of one case over its virtual time, as numbers and as drawings.
//
// In: a case's Json. Out: marks on a scale of kScaleUnits from left to right, the same for equal
// times whatever else a case holds, so that a wait of four seconds is four times as long as one of
// one. Pure functions, on any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "harness/report/html/writer.h"

namespace assay::report {

/// From the left end of a drawing to its right end.
inline constexpr std::int64_t kScaleUnits = 10'000;
/// Requests nearer than this in a drawing of one line share a mark, which says how many they are.
inline constexpr std::int64_t kMarkUnits = 450;

/// A case that took less, in microseconds, took no time that anybody would speak of.
inline constexpr std::int64_t kInstant = 1'000;

/// One request, in units of the scale.
struct TimelineMark {
  int seq = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;           ///< where its answer was over, or the case, if it never was
  std::int64_t waited_from = 0;  ///< where what came before it ended; from `waited_from` to `from`
                                 ///< nothing was under way
  std::int64_t wait_us = 0;
  std::int64_t answer_us = 0;  ///< from `from` to `to`
  bool fault = false;          ///< the script met it with one
  int again = 0;  ///< the seq of the first request that asked for the same; 0: this is it
};

/// One wait, in units of the scale.
struct TimelineWait {
  enum class Kind { kSleep, kAnswer, kOther };
  Kind kind = Kind::kOther;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t us = 0;
  bool timeout = false;
};

struct Timeline {
  std::int64_t scale_us = 0;  ///< the virtual time that kScaleUnits stand for
  std::int64_t end = 0;       ///< of the case
  std::vector<TimelineMark> marks;
  std::vector<TimelineWait> waits;  ///< in the order of the case's
};

Timeline timeline_of(const Json& test_case);

/// "10 s", "3 min": the whole scale.
std::string words_of_scale(std::int64_t scale_us);

/// The drawing in words: "2 requests in 3 s: 1 at 0 s, fault http_error, 503; …; slept 1 s".
std::string words_of_timeline(const Json& test_case);

/// All requests, and what was waited for between them, on one line.
void write_strip(HtmlWriter& html, const Json& test_case);
/// One request, with the wait before it, on the scale of its case.
void write_lane(HtmlWriter& html, const Timeline& timeline, const TimelineMark& mark);
/// One wait, on the same scale.
void write_lane(HtmlWriter& html, const Timeline& timeline, const TimelineWait& wait);
/// What the signs stand for.
void write_timeline_key(HtmlWriter& html);

}  // namespace assay::report
