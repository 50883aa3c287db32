#pragma once

// Objects of the warm image that cases write to lie side by side.
//
// CPython counts references within its objects, so a case writes to whatever it only uses, and the
// kernel copies each page that is written to. Of some 270,000 objects of the warm image a case
// writes to a few thousand: strewn over the image they cost a case a copy of 900 to 2,300 pages,
// and side by side of a few hundred. Android's zygote has the same trouble with the same remedy
// (dirty-image-objects in art/).
//
// Which they are is found by heap_profile.h when the runner is built, and becomes a part of its
// binary, the section .assay_layout. Where it does not fit, because a package is another version,
// its objects lie where CPython puts them: slower, and otherwise the same.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sandboxes/runner/allocations.h"

namespace assay::sandbox::runner {

/// The room in the binary, bytes.
inline constexpr std::size_t kLayoutBytes = 128 << 10;

/// As it stands in the section: a head, stretches in ascending order, and of each the numbers of
/// its allocations by class. `written` in any order, repeats allowed.
std::string pack_layout(std::vector<Allocation> written);

class HeapLayout final : public Placement {
 public:
  /// The one of the binary, or none.
  HeapLayout();
  /// Tests have their own; the bytes are not copied.
  explicit HeapLayout(std::span<const unsigned char> packed);

  void begin_stretch(std::uint64_t stretch) override;
  void* place(std::size_t size, const Allocation& allocation) override;
  void* place_larger(const void* /*block*/, std::size_t size) override { return take(size); }
  std::size_t room_of(const void* block) const override;

  std::size_t used_bytes() const { return at_ - from_; }

 private:
  struct Numbers {
    const unsigned char* at = nullptr;
    std::uint32_t left = 0;
    std::uint32_t next = 0;  ///< 0: none

    void advance();
  };

  struct Stretch {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0;  ///< of its classes, within packed_
    std::uint32_t classes = 0;
  };

  void* take(std::size_t size);

  std::span<const unsigned char> packed_;
  std::vector<Stretch> stretches_;  ///< ascending
  Numbers numbers_[kSizeClasses];
  std::uintptr_t at_ = 0;
  std::vector<std::uintptr_t> blocks_;  ///< where each begins, ascending
};

}  // namespace assay::sandbox::runner
