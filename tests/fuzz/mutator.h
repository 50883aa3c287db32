#pragma once

// Changes inputs at random, the same way for the same seed on every machine.
//
// In: bytes, further inputs to splice with, and words that the target knows (a dictionary). Out:
// bytes near them. No standard distribution is used: what those draw is up to the library. Values,
// one thread.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace assay::fuzz {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Below `bound`, which is above 0.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::vector<std::string> words, std::size_t max_bytes,
          std::uint64_t seed);

  /// An input of the corpus, or one that was made of it shortly before.
  std::string pick();
  /// For the inputs to come, pick() may give this one.
  void remember(std::string input);
  /// One to eight changes of `input`.
  void change(std::string& input);

  Random& random() { return random_; }
  std::size_t max_bytes() const { return max_bytes_; }

 private:
  void change_once(std::string& input);
  void change_bytes(std::string& input);
  void change_blocks(std::string& input);
  void change_number(std::string& input);
  void change_line(std::string& input);
  void splice(std::string& input);
  void insert_word(std::string& input);

  std::vector<std::string> corpus_;
  std::vector<std::string> words_;
  std::vector<std::string> recent_;
  std::size_t max_bytes_;
  Random random_;
};

/// The words of a dictionary as libFuzzer and AFL read it: a line each, `"bytes"` or
/// `name="bytes"` with the escapes \\, \" and \xNN; `#` begins a comment. A line that is none is an
/// assertion.
std::vector<std::string> words_of_dictionary(std::string_view text);

}  // namespace assay::fuzz
