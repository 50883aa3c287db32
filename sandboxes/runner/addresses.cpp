#include "sandboxes/runner/addresses.h"

#include <cstddef>

#include "sandboxes/runner/orders.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

/// Sizes that CPython's allocator keeps apart, and above which it is the C library's.
constexpr std::size_t kSizeStep = 16;
constexpr std::size_t kLargestSize = 512;
/// Objects of a size that may lie in a gap: more than a small set's table has places, and together
/// some hundred KiB at most.
constexpr std::size_t kLargestGap = 32;

}  // namespace

void move_objects() {
  if (!orders::varied()) return;
  for (std::size_t size = kSizeStep; size <= kLargestSize; size += kSizeStep) {
    // Never freed: the gaps last as long as the case.
    for (std::size_t left = orders::choose_gap(kLargestGap); left > 0; --left)
      if (PyObject_Malloc(size) == nullptr) return;
  }
}

}  // namespace assay::sandbox::runner
