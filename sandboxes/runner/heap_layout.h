#pragma once

// Objects of the warm image that cases write to lie side by side.
//
// CPython counts references within its objects, so a case writes to whatever it only uses, and the
// kernel copies each page that is written to. Of some 270,000 objects of the warm image a case
// writes to a few thousand: strewn over the image they cost a case a copy of 900 to 2,300 pages,
// and side by side of a few hundred. Android's zygote has the same trouble with the same remedy
// (dirty-image-objects in art/).
//
// A client of aiohttp uses other objects than one of requests does, and a bad day others than a
// good one. So those that the same uses write to are together, and the more uses, the further in
// front.
//
// Which they are is found by heap_profile.h when the runner is built, and becomes a part of its
// binary, the section .assay_layout. Where it does not fit, because a package is another version,
// its objects lie where CPython puts them: slower. What goes by addresses, as the order of a set of
// classes, is that of the layout: the same in each case of a build, and not in each build.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandboxes/runner/allocations.h"

namespace assay::sandbox::runner {

/// The room in the binary, bytes.
inline constexpr std::size_t kLayoutBytes = 128 << 10;

/// An allocation that uses of the image write to.
struct Written {
  Allocation allocation;
  std::uint32_t bytes = 0;
  std::uint32_t uses = 0;  ///< a bit for each
};

/// How many uses are told apart.
inline constexpr int kMaxUses = 8;

/// As it stands in the section. `written` in any order; what stands there twice has the uses of
/// both.
std::string pack_layout(std::vector<Written> written);

class HeapLayout final : public Placement {
 public:
  /// The one of the binary, or none.
  HeapLayout();
  /// Tests have their own; the bytes are not copied.
  explicit HeapLayout(std::span<const unsigned char> packed);

  void begin_stretch(std::uint64_t stretch) override;
  void* place(std::size_t size, const Allocation& allocation) override;
  void* place_larger(const void* block, std::size_t size) override;
  std::size_t room_of(const void* block) const override;

 private:
  /// Of what the same uses write to. The last one is for what has no room in its own.
  struct Region {
    std::uintptr_t at = 0;  ///< where the next block begins
    std::uintptr_t to = 0;
  };

  struct Numbers {
    const unsigned char* at = nullptr;
    std::uint32_t left = 0;
    std::uint32_t next = 0;  ///< 0: none
    std::uint8_t region = 0;

    void advance();
  };

  struct Stretch {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0;  ///< of its classes, within packed_
    std::uint32_t classes = 0;
  };

  void read_stretches(std::size_t count);
  void* take(std::size_t size, std::size_t region);

  std::span<const unsigned char> packed_;
  std::vector<Stretch> stretches_;  ///< ascending
  Numbers numbers_[kSizeClasses];
  std::vector<Region> regions_;
  std::unordered_map<std::uintptr_t, std::size_t> rooms_;  ///< of each block, bytes
};

}  // namespace assay::sandbox::runner
