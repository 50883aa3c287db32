#pragma once

// Where the objects of the warm image lie: somebody may choose, allocation by allocation.
//
// An allocation of a warm-up is known again in another one, of the same code on another day, by the
// stretch that it falls into and by its number among those of its size in there. A stretch begins
// with what CPython tells its audit hooks of, a module that is looked for, compiled code that is
// read, a file that is executed, and with what warm_up.py tells. So whatever differs between two
// warm-ups (the owners of files, what is free for use again) does so up to the next module only.
//
// Of CPython's domains those of objects and of memory under the GIL are watched, the raw one is
// not. The GIL is held; while warming there is one thread.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::sandbox::runner {

/// Sizes in steps of 16 bytes up to 512, as CPython's allocator tells them apart, and all others.
inline constexpr std::size_t kSizeClasses = 34;

struct Allocation {
  std::uint64_t stretch = 0;     ///< a hash of what it began with
  std::uint32_t size_class = 0;  ///< below kSizeClasses
  std::uint32_t number = 0;      ///< from 1, of that class in that stretch

  auto operator<=>(const Allocation&) const = default;
};

/// Whoever chooses. What it gives out lies within its range, for good.
class Placement {
 public:
  virtual ~Placement() = default;
  virtual void begin_stretch(std::uint64_t /*stretch*/) {}
  /// Null: where CPython would have it.
  virtual void* place(std::size_t size, const Allocation& allocation) = 0;
  /// For what a block of the range holds, which has become too large for it. As `place`.
  virtual void* place_larger(const void* block, std::size_t size) = 0;
  /// How many bytes a block of the range can hold.
  virtual std::size_t room_of(const void* block) const = 0;
  virtual void release(void* /*block*/) {}

  bool owns(const void* block) const {
    const auto at = reinterpret_cast<std::uintptr_t>(block);
    return at >= from_ && at < to_;
  }

 protected:
  /// Reserves that many bytes of addresses, none of them in memory yet.
  explicit Placement(std::size_t bytes);
  Placement(const Placement&) = delete;
  Placement& operator=(const Placement&) = delete;

  std::uintptr_t from_ = 0;
  std::uintptr_t to_ = 0;
};

/// Once, before Python starts. The placement lasts as long as the process.
void place_with(Placement& placement);

/// When all is warm: what comes now lies where CPython has it, and what was placed stays.
void stop_placing();

}  // namespace assay::sandbox::runner
