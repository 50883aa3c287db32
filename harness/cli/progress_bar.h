#pragma once

// How far a run is, on stderr: a bar on a terminal, a plain line now and then elsewhere.

#include <chrono>
#include <deque>
#include <string>

#include "harness/run/progress.h"

namespace assay::cli {

struct ProgressState {
  std::size_t submissions = 0;
  std::size_t submissions_done = 0;
  std::size_t cases = 0;
  std::size_t cases_done = 0;
  std::chrono::milliseconds elapsed{};
  // Of the last moments, which the rate is of: a slow submission may come last.
  std::size_t recent_cases = 0;
  std::chrono::milliseconds recent{};
};

/// Tells of the last ten seconds, or of all where there are fewer.
class RecentCases {
 public:
  /// `state` as it is by now, whose recent part this sets. Called as often as can be.
  void look_at(ProgressState& state);

 private:
  struct Sample {
    std::chrono::milliseconds elapsed{};
    std::size_t cases_done = 0;
  };
  std::deque<Sample> samples_ = {Sample{}};  ///< about a second apart; never empty
};

/// One line of exactly `width` columns or fewer, without a line end.
std::string bar_text(const ProgressState& state, int width);
/// The same facts as a sentence.
std::string plain_text(const ProgressState& state);

/// While submissions are read and nobody knows yet how many there are.
std::string reading_text(std::size_t submissions);

class ProgressBar final : public run::Progress {
 public:
  explicit ProgressBar(std::string verb);  ///< "Grading"
  ~ProgressBar() override;                 ///< clears the bar

  void notice(const std::string& text) override;
  void submission_read() override;
  void begin(std::size_t submissions, std::size_t drafts, std::size_t cases_of_each,
             std::size_t repetitions) override;
  void case_done() override;
  void submission_done() override;
  void tick() override;

  /// Takes the bar off the terminal for good, so that something else can be printed.
  void clear();

  const ProgressState& state() const { return state_; }

 private:
  using Clock = std::chrono::steady_clock;

  void start_clock();
  void wipe();  ///< until it is next shown
  void show(bool at_once);

  std::string verb_;
  bool terminal_;
  bool shown_ = false;
  bool active_ = false;
  std::size_t read_ = 0;  ///< submissions, before begin()
  ProgressState state_;
  RecentCases recent_;
  Clock::time_point began_;
  Clock::time_point last_shown_;
};

}  // namespace assay::cli
