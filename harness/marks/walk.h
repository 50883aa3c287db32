#pragma once

// A walk through what people have to decide: one target after the other, one key each.
//
// Theory of operation. A state machine, driven by keys: it shows a target; a verdict's key asks for
// the reason, the reason's key for a sentence, and Enter saves. Nothing is saved before that, and
// everything is from then on, so leaving at any moment loses nothing. Where it stands is in no
// file: the next walk begins with what has no mark.
//
// In: the stops, keys, and a desk that opens reports and saves marks. Out: text to show. It touches
// no terminal, file or clock itself. One thread; the desk outlives it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/marks/decision.h"
#include "harness/model/marks.h"
#include "harness/report/format.h"

namespace assay::marks {

/// One target of one report.
struct Stop {
  std::string folder;
  std::string name;  ///< of the submission, as it is shown
  std::string rubric;
  std::string indicator;
};

/// Where a walk gets reports from and brings marks to.
class Desk {
 public:
  virtual ~Desk() = default;
  /// The report as the marker may see it.
  virtual Result<Json> open(const std::string& folder) = 0;
  virtual Result<SavedMark> save(const std::string& folder, const Decision& decision) = 0;
};

/// A key as it was pressed: UTF-8 of one character, or one of these.
inline constexpr std::string_view kEnter = "\n";
inline constexpr std::string_view kBackspace = "\x7f";
inline constexpr std::string_view kEscape = "\x1b";
inline constexpr std::string_view kEraseLine = "\x15";  ///< Ctrl-U

class Walk {
 public:
  Walk(std::vector<Stop> stops, Desk& desk, const report::RenderOptions& how)
      : stops_(std::move(stops)), desk_(desk), how_(how) {}

  /// What to show first.
  Result<std::string> begin();
  /// What to show after a key. An error ends the walk; what was saved stays.
  Result<std::string> press(std::string_view key);

  bool done() const { return state_ == State::kDone; }
  std::size_t saved() const { return saved_; }

 private:
  enum class State { kTarget, kReason, kText, kAfter, kDone };

  Result<std::string> show_target();
  Result<std::string> on_target(std::string_view key);
  Result<std::string> on_reason(std::string_view key);
  Result<std::string> on_text(std::string_view key);
  Result<std::string> on_after(std::string_view key);
  Result<std::string> go(std::ptrdiff_t by);
  Result<std::string> save();
  Result<std::string> ask_for_text();
  Result<std::string> add_decided_ones();

  const Target& target() const { return targets_[target_]; }

  std::vector<Stop> stops_;
  Desk& desk_;
  report::RenderOptions how_;
  State state_ = State::kTarget;
  std::size_t at_ = 0;
  std::size_t saved_ = 0;
  // Of the report of the stop where it stands.
  std::string opened_;
  Json report_;
  std::vector<Target> targets_;
  std::size_t target_ = 0;
  // The decision so far.
  Decision decision_;
};

}  // namespace assay::marks
