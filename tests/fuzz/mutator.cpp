#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "tests/fuzz/invariant.h"

namespace assay::fuzz {
namespace {

constexpr std::size_t kMaxRecent = 64;
constexpr std::size_t kMaxChanges = 8;
constexpr std::size_t kMaxRepeats = 64;
constexpr std::size_t kMaxPiece = 32;

constexpr std::array<std::string_view, 24> kNumbers = {"0",
                                                       "-0",
                                                       "1",
                                                       "-1",
                                                       "2",
                                                       "127",
                                                       "128",
                                                       "255",
                                                       "256",
                                                       "32767",
                                                       "65535",
                                                       "65536",
                                                       "2147483647",
                                                       "2147483648",
                                                       "-2147483648",
                                                       "4294967295",
                                                       "4294967296",
                                                       "1e308",
                                                       "1e999",
                                                       "-1e-999",
                                                       "0.1",
                                                       "9223372036854775807",
                                                       "9223372036854775808",
                                                       "18446744073709551616"};

constexpr std::array<std::uint64_t, 14> kBinary = {
    0,          1,          0x7F,       0x80,      0xFF,       0x7FFF,     0xFFFF,
    0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, INT64_MAX, 1ULL << 63, UINT64_MAX, 0x7FF8000000000000};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Mutator::Mutator(std::vector<std::string> corpus, std::vector<std::string> words,
                 std::size_t max_bytes, std::uint64_t seed)
    : corpus_(std::move(corpus)), words_(std::move(words)), max_bytes_(max_bytes), random_(seed) {}

std::string Mutator::pick() {
  if (!recent_.empty() && random_.one_in(4)) return recent_[random_.below(recent_.size())];
  return corpus_.empty() ? std::string() : corpus_[random_.below(corpus_.size())];
}

void Mutator::remember(std::string input) {
  if (recent_.size() < kMaxRecent)
    recent_.push_back(std::move(input));
  else
    recent_[random_.below(kMaxRecent)] = std::move(input);
}

void Mutator::change(std::string& input) {
  // Mostly few: what is changed in many places is refused at the first of them.
  std::size_t changes = 1;
  while (changes < kMaxChanges && random_.one_in(2)) ++changes;
  for (std::size_t i = 0; i < changes; ++i) change_once(input);
  if (input.size() > max_bytes_) input.resize(max_bytes_);
}

void Mutator::change_once(std::string& input) {
  switch (random_.below(8)) {
    case 0:
    case 1:
      return change_bytes(input);
    case 2:
      return change_blocks(input);
    case 3:
      return change_number(input);
    case 4:
      return change_line(input);
    case 5:
      return splice(input);
    default:
      return insert_word(input);
  }
}

void Mutator::change_bytes(std::string& input) {
  if (input.empty()) {
    input.push_back(static_cast<char>(random_.bits()));
    return;
  }
  const std::size_t at = random_.below(input.size());
  switch (random_.below(5)) {
    case 0:
      input[at] = static_cast<char>(input[at] ^ (1 << random_.below(8)));
      return;
    case 1:
      input[at] = static_cast<char>(random_.bits());
      return;
    case 2:
      input.insert(at, 1 + random_.below(4), static_cast<char>(random_.bits()));
      return;
    case 3:
      input.erase(at, 1 + random_.below(4));
      return;
    default: {  // little-endian, as lengths and counts are
      const std::uint64_t value = kBinary[random_.below(kBinary.size())];
      const std::size_t size = std::size_t{1} << random_.below(4);
      std::memcpy(input.data() + at, &value, std::min(size, input.size() - at));
    }
  }
}

void Mutator::change_blocks(std::string& input) {
  if (input.empty()) return;
  const std::size_t at = random_.below(input.size());
  const std::size_t length =
      1 + random_.below(std::min(input.size() - at, random_.one_in(4) ? input.size() : kMaxPiece));
  const std::string block = input.substr(at, length);
  switch (random_.below(4)) {
    case 0:
      input.erase(at, length);
      return;
    case 1:
      input.resize(at);
      return;
    case 2:
      input.insert(random_.below(input.size() + 1), block);
      return;
    default: {
      std::string many;
      for (std::size_t n = 1 + random_.below(kMaxRepeats); n > 0 && many.size() < max_bytes_; --n)
        many += block;
      input.insert(at, many);
    }
  }
}

/// A run of digits becomes another number.
void Mutator::change_number(std::string& input) {
  if (input.empty()) return;
  const std::size_t from = random_.below(input.size());
  const auto begin =
      std::find_if(input.begin() + static_cast<std::ptrdiff_t>(from), input.end(), is_digit);
  const auto end = std::find_if_not(begin, input.end(), is_digit);
  if (begin == end) return change_bytes(input);
  const auto at = static_cast<std::size_t>(begin - input.begin());
  input.replace(at, static_cast<std::size_t>(end - begin),
                kNumbers[random_.below(kNumbers.size())]);
}

/// A line is said twice, left out, or stands elsewhere.
void Mutator::change_line(std::string& input) {
  if (input.empty()) return;
  const std::size_t before = input.rfind('\n', random_.below(input.size()));
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = std::min(input.find('\n', begin), input.size() - 1) + 1;
  if (begin >= end) return change_bytes(input);
  const std::string line = input.substr(begin, end - begin);
  const std::size_t what = random_.below(3);
  if (what > 0) input.erase(begin, line.size());
  if (what == 1) return;
  std::size_t other = input.empty() ? 0 : input.find('\n', random_.below(input.size()));
  other = other == std::string::npos ? input.size() : std::min(other + 1, input.size());
  input.insert(other, line);
}

/// A piece of another input comes in, or its end does.
void Mutator::splice(std::string& input) {
  const std::string other = pick();
  if (other.empty()) return change_bytes(input);
  const std::size_t from = random_.below(other.size());
  const std::size_t at = random_.below(input.size() + 1);
  if (random_.one_in(2)) {
    input = input.substr(0, at) + other.substr(from);
  } else {
    input.insert(at, other, from, 1 + random_.below(4 * kMaxPiece));
  }
}

void Mutator::insert_word(std::string& input) {
  if (words_.empty()) return change_bytes(input);
  const std::string& word = words_[random_.below(words_.size())];
  const std::size_t at = random_.below(input.size() + 1);
  if (random_.one_in(2))
    input.insert(at, word);
  else
    input.replace(at, std::min(word.size(), input.size() - at), word);
}

std::vector<std::string> words_of_dictionary(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    const std::size_t open = line.find('"');
    const std::size_t close = line.rfind('"');
    FUZZ_CHECK(open < close && close != std::string_view::npos,
               "a line of the dictionary holds no word: " + std::string(line));
    std::string word;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (line[i] == '\\' && i + 3 < close + 1 && line[i + 1] == 'x') {
        word += static_cast<char>(std::stoi(std::string(line.substr(i + 2, 2)), nullptr, 16));
        i += 3;
      } else {
        if (line[i] == '\\') ++i;
        word += line[i];
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace assay::fuzz
