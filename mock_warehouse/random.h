#pragma once

// Numbers drawn from a seed: the same on every machine and by every compiler, since only integers
// are used. The draws of a script's step depend on seed, rule, step and use, and on no other
// request.

#include <cstdint>
#include <initializer_list>

namespace assay::warehouse {

/// One step of SplitMix64 (Steele, Lea and Flood: Fast splittable pseudorandom number generators,
/// 2014): every bit of the value moves every bit of the result.
std::uint64_t mix(std::uint64_t value);

class Random {
 public:
  explicit Random(std::initializer_list<std::uint64_t> seeds);

  std::uint64_t next();
  /// From `low` to `high`, both included; low <= high.
  std::int64_t uniform(std::int64_t low, std::int64_t high);
  /// median · e^(sigma·z) with z near a standard normal (a sum of twelve draws, within ±6), at most
  /// `limit`. `sigma_milli` is 1000 sigma, at most 3000.
  std::int64_t lognormal(std::int64_t median, std::int64_t sigma_milli, std::int64_t limit);

 private:
  std::uint64_t state_;
};

}  // namespace assay::warehouse
