#pragma once

// Random bytes for the candidate, from the case's seed: what getrandom and /dev/urandom give once
// seed_random was called. From any thread. No secret rests on them.

#include <cstddef>
#include <cstdint>

namespace assay::sandbox::runner {

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

void seed_random(std::uint64_t seed);

/// False before seed_random: the kernel's bytes are wanted.
bool random_is_seeded();

void fill_random(void* buffer, std::size_t size);

}  // namespace assay::sandbox::runner
