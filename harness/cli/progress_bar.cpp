#include "harness/cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/terminal.h"

namespace assay::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBarInterval{100};
constexpr milliseconds kLineInterval{5'000};
/// Too early to say how long it will take.
constexpr milliseconds kNoRateBefore{500};
/// What a rate is of, and how far apart the moments lie that it is taken from.
constexpr milliseconds kRateWindow{10'000};
constexpr milliseconds kSampleInterval{1'000};
constexpr int kMaxBarWidth = 30;
constexpr const char* kClearLine = "\r\033[K";

std::string time_text(double seconds) {
  const long whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return std::to_string(whole) + " s";
  return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

/// ", 85 cases/s, 10 s left"; empty where it is too early to tell, or nothing ended lately.
std::string rate_text(const ProgressState& state) {
  if (state.recent < kNoRateBefore || state.recent_cases == 0) return "";
  const double seconds = static_cast<double>(state.recent.count()) / 1000;
  const double rate = static_cast<double>(state.recent_cases) / seconds;
  const double left = static_cast<double>(state.cases - state.cases_done) / rate;
  char text[64];
  std::snprintf(text, sizeof text, rate < 10 ? ", %.1f cases/s, " : ", %.0f cases/s, ", rate);
  return text + time_text(left) + " left";
}

}  // namespace

void RecentCases::look_at(ProgressState& state) {
  if (state.elapsed - samples_.back().elapsed >= kSampleInterval)
    samples_.push_back({state.elapsed, state.cases_done});
  while (samples_.size() > 1 && state.elapsed - samples_[1].elapsed >= kRateWindow)
    samples_.pop_front();
  state.recent = state.elapsed - samples_.front().elapsed;
  state.recent_cases = state.cases_done - samples_.front().cases_done;
}

std::string bar_text(const ProgressState& state, int width) {
  std::string facts = std::to_string(state.cases_done) + "/" + count_of(state.cases, "case") +
                      ", " + std::to_string(state.submissions_done) + "/" +
                      count_of(state.submissions, "submission") + rate_text(state);
  const std::size_t columns = static_cast<std::size_t>(std::max(width, 1));
  if (facts.size() + 8 > columns) return facts.substr(0, columns);
  const std::size_t room = std::min<std::size_t>(columns - facts.size() - 3, kMaxBarWidth);
  const std::size_t full = state.cases == 0 ? 0 : room * state.cases_done / state.cases;
  return "[" + std::string(full, '#') + std::string(room - full, '-') + "] " + facts;
}

std::string plain_text(const ProgressState& state) {
  return std::to_string(state.cases_done) + " of " + count_of(state.cases, "case") + ", " +
         std::to_string(state.submissions_done) + " of " +
         count_of(state.submissions, "submission") + rate_text(state);
}

std::string reading_text(std::size_t submissions) {
  return "Reading submissions: " + std::to_string(submissions) + " so far";
}

ProgressBar::ProgressBar(std::string verb)
    : verb_(std::move(verb)), terminal_(is_terminal(STDERR_FILENO)) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::notice(const std::string& text) {
  wipe();
  report_notice(text);
}

void ProgressBar::submission_read() {
  if (++read_ == 1) start_clock();
  show(terminal_ && read_ == 2);  // one alone is not worth a line
}

void ProgressBar::begin(std::size_t submissions, std::size_t drafts, std::size_t cases_of_each,
                        std::size_t repetitions) {
  state_ = {.submissions = submissions,
            .cases = (submissions + drafts) * cases_of_each + repetitions};
  read_ = 0;
  wipe();
  start_clock();
  std::string what = count_of(submissions, "submission");
  if (drafts > 0) what += " and " + count_of(drafts, "draft");
  const std::string again =
      repetitions > 0 ? ", and " + count_of(repetitions, "repetition") + " of cases" : "";
  std::fprintf(stderr, "%s %s, %s each%s\n", verb_.c_str(), what.c_str(),
               count_of(cases_of_each, "case").c_str(), again.c_str());
  show(terminal_);
}

void ProgressBar::case_done() {
  ++state_.cases_done;
  show(false);
}

void ProgressBar::submission_done() {
  ++state_.submissions_done;
  show(false);
}

void ProgressBar::tick() { show(false); }

void ProgressBar::clear() {
  active_ = false;
  wipe();
}

void ProgressBar::start_clock() {
  began_ = last_shown_ = Clock::now();
  recent_ = {};
  active_ = true;
}

void ProgressBar::wipe() {
  if (!shown_) return;
  std::fputs(kClearLine, stderr);
  shown_ = false;
}

void ProgressBar::show(bool at_once) {
  if (!active_) return;
  const auto now = Clock::now();
  state_.elapsed = std::chrono::duration_cast<milliseconds>(now - began_);
  recent_.look_at(state_);
  const milliseconds interval = terminal_ ? kBarInterval : kLineInterval;
  if (!at_once && now - last_shown_ < interval) return;
  last_shown_ = now;
  if (terminal_) {
    // One column stays free: a terminal wraps as soon as its last one is written.
    const int width = std::max(terminal_width(STDERR_FILENO) - 1, 1);
    const std::string text = read_ > 0
                                 ? reading_text(read_).substr(0, static_cast<std::size_t>(width))
                                 : bar_text(state_, width);
    std::fprintf(stderr, "%s%s", kClearLine, text.c_str());
    shown_ = true;
  } else {
    std::fprintf(stderr, "%s\n", (read_ > 0 ? reading_text(read_) : plain_text(state_)).c_str());
  }
  std::fflush(stderr);
}

}  // namespace assay::cli
