#pragma once

// Who wants to know how far a run is. All calls come from the thread that runs it.

#include <cstddef>
#include <string>

namespace assay::run {

class Progress {
 public:
  virtual ~Progress() = default;

  /// Something that a person should know and that stops nothing.
  virtual void notice(const std::string&) {}
  /// One more submission was read, before it is known how many there are.
  virtual void submission_read() {}
  /// `drafts` run through the same cases as well, and `repetitions` of cases are run beside that.
  virtual void begin(std::size_t /*submissions*/, std::size_t /*drafts*/,
                     std::size_t /*cases_of_each*/, std::size_t /*repetitions*/) {}
  virtual void case_done() {}
  virtual void submission_done() {}
  /// At least a few times a second.
  virtual void tick() {}
};

}  // namespace assay::run
