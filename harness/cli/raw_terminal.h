#pragma once

// A terminal that gives keys as they are pressed.
//
// Raw means here: no waiting for a line, no echo. Output is processed as ever. Signals keep their
// meaning, except for Ctrl-Z: a stopped process would leave the terminal as it is. What was set
// before is set again by the destructor, so whoever owns this must be unwound on every way out:
// signals are to come as a descriptor (stop_signals.h). An assertion that fails ends the process
// without unwinding, and restores the terminal by the hook that base/last_words.h has for it.
//
// One at a time; one thread.

#include <optional>
#include <string>

#include "harness/base/result.h"

namespace assay::cli {

class RawTerminal {
 public:
  /// Of the terminal at standard input; an error where that is none.
  static Result<RawTerminal> enter();
  RawTerminal(RawTerminal&& other) noexcept;
  RawTerminal& operator=(RawTerminal&&) = delete;
  ~RawTerminal();

  /// Waits for a key or for `stop_fd` to become readable. One character as UTF-8, "\n" for Enter,
  /// "\x7f" for backspace, "\x1b" for Escape; keys that send more (arrows) give "". Nothing where
  /// it is to stop, or the terminal is gone.
  Result<std::optional<std::string>> next_key(int stop_fd);

 private:
  RawTerminal() = default;
  bool read_more();
  std::string take_key();
  std::string take_escape();

  bool owns_ = false;
  std::string bytes_;  ///< read and not yet given
};

}  // namespace assay::cli
