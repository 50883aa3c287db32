#include "mock_warehouse/random.h"

#include <algorithm>

#include "harness/base/assert.h"

namespace assay::warehouse {
namespace {

__extension__ using Wide = __int128;

constexpr std::uint64_t kGamma = 0x9e3779b97f4a7c15;

constexpr int kFractionBits = 32;
constexpr std::int64_t kOne = std::int64_t{1} << kFractionBits;

std::int64_t multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(Wide{a} * b >> kFractionBits);
}

/// 2^x for 0 <= x < 1, both with 32 bits of fraction, by the series of e^(x ln 2).
std::int64_t exp2_of_fraction(std::int64_t x) {
  constexpr std::int64_t kLn2 = 2'977'044'472;  // ln 2 · 2^32
  const std::int64_t y = multiply(x, kLn2);
  std::int64_t term = kOne;
  std::int64_t sum = kOne;
  for (int n = 1; n <= 14; ++n) {
    term = multiply(term, y) / n;
    sum += term;
  }
  return sum;
}

}  // namespace

std::uint64_t mix(std::uint64_t value) {
  value += kGamma;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

Random::Random(std::initializer_list<std::uint64_t> seeds) : state_(0) {
  for (const std::uint64_t seed : seeds) {
    state_ ^= seed;
    state_ = next();
  }
}

std::uint64_t Random::next() {
  const std::uint64_t drawn = mix(state_);
  state_ += kGamma;
  return drawn;
}

std::int64_t Random::uniform(std::int64_t low, std::int64_t high) {
  ASSAY_ASSERT(low <= high, "an empty range");
  const auto width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (width == 0) return static_cast<std::int64_t>(next());
  __extension__ using UnsignedWide = unsigned __int128;
  return low +
         static_cast<std::int64_t>(static_cast<std::uint64_t>(UnsignedWide{next()} * width >> 64));
}

std::int64_t Random::lognormal(std::int64_t median, std::int64_t sigma_milli, std::int64_t limit) {
  ASSAY_ASSERT(sigma_milli >= 0 && sigma_milli <= 3000, "sigma is out of range");
  std::int64_t z = -6 * kOne;
  for (int i = 0; i < 12; ++i) z += static_cast<std::int64_t>(next() >> 32);
  constexpr std::int64_t kLog2E = 6'196'328'019;  // log2 e · 2^32
  const std::int64_t exponent = multiply(z * sigma_milli / 1000, kLog2E);
  const std::int64_t whole = exponent >> kFractionBits;  // floor; within ±26
  Wide value = Wide{median} * exp2_of_fraction(exponent - (whole << kFractionBits));
  value = whole >= 0 ? value << whole : value >> -whole;
  return static_cast<std::int64_t>(std::min<Wide>(value >> kFractionBits, limit));
}

}  // namespace assay::warehouse
