#include "sandboxes/runner/warm_memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::uintptr_t kLargePage = 2 << 20;
/// For an image with every package; what does not fit lies elsewhere, in small pages.
constexpr std::size_t kReserved = 96 << 20;
/// MADV_COLLAPSE of linux/mman.h, which glibc's headers lack before 2.37.
constexpr int kCollapse = 25;
/// obmalloc.c of CPython 3.11: objects of up to 512 bytes lie in pools, a pool for each size in
/// steps of 16, and pools lie in arenas.
constexpr std::size_t kMaxPooled = 512;
constexpr std::size_t kPooledStep = 16;
constexpr std::uintptr_t kPool = 16 << 10;
constexpr std::uintptr_t kPoolHeader = 48;
/// glibc's malloc: gaps smaller than kBinned are kept by exact size, in steps of MALLOC_ALIGNMENT,
/// and none is smaller than a chunk. A larger block than the largest is seldom freed while warming.
constexpr std::size_t kSmallestGap = 24;
constexpr std::size_t kBinned = 1'024;
constexpr std::size_t kBinStep = 16;
constexpr std::size_t kLargestGap = 64 << 10;
/// Bounds the filling if the allocators are not as described here.
constexpr std::size_t kMaxFilled = 64 << 20;

std::uintptr_t up(std::uintptr_t at) { return (at + kLargePage - 1) / kLargePage * kLargePage; }

/// The region for arenas. Given out from the front, and never again once it is settled.
struct Region {
  std::uintptr_t from = 0;
  std::uintptr_t used = 0;
  std::uintptr_t to = 0;
  bool settled = false;
  int arenas = 0;  ///< asked for so far, here or elsewhere
};
Region g_region;
std::uintptr_t g_heap = 0;  ///< where the heap ended before Python started

void* map(std::size_t size) {
  void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? nullptr : at;
}

void* take_arena(void*, std::size_t size) {
  ++g_region.arenas;
  if (g_region.settled || g_region.to - g_region.used < size) return map(size);
  void* arena = reinterpret_cast<void*>(g_region.used);
  g_region.used += size;
  return arena;
}

void free_arena(void*, void* arena, std::size_t size) { ::munmap(arena, size); }

/// A pool begins at a multiple of its size, with a header before the first object.
bool opens_a_pool(const void* object) {
  return reinterpret_cast<std::uintptr_t>(object) % kPool == kPoolHeader;
}

/// Leaves no room in the pools and arenas that there are. The objects are never freed.
void fill_arenas() {
  for (std::size_t size = kPooledStep; size <= kMaxPooled; size += kPooledStep) {
    for (std::size_t filled = 0; filled < kMaxFilled; filled += size) {
      void* object = PyObject_Malloc(size);
      if (object == nullptr || !opens_a_pool(object)) continue;
      PyObject_Free(object);
      break;
    }
  }
  const int arenas = g_region.arenas;
  for (std::size_t filled = 0; g_region.arenas == arenas && filled < kMaxFilled;) {
    if (PyObject_Malloc(kMaxPooled) == nullptr) return;
    filled += kMaxPooled;
  }
}

/// The same for the C library's heap, up to the end of a large page. What is asked for beyond its
/// gaps comes from the top, at rising addresses.
void fill_heap() {
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const std::uintptr_t top = end - ::mallinfo2().keepcost;
  for (std::size_t size = kLargestGap; size >= kSmallestGap;
       size = size > kBinned ? size / 2 : size - kBinStep) {
    for (std::size_t filled = 0; filled < kMaxFilled; filled += size) {
      void* block = ::malloc(size);
      if (reinterpret_cast<std::uintptr_t>(block) < top) continue;
      ::free(block);
      break;
    }
  }
  std::uintptr_t at = top;
  for (std::size_t filled = 0; at < up(top) && filled < kMaxFilled; filled += kLargestGap) {
    at = reinterpret_cast<std::uintptr_t>(::malloc(kLargestGap));
  }
}

void make_large(std::uintptr_t from, std::uintptr_t to) {
  for (std::uintptr_t at = up(from); at + kLargePage <= to; at += kLargePage) {
    ::madvise(reinterpret_cast<void*>(at), kLargePage, kCollapse);
  }
}

}  // namespace

void reserve_warm_memory() {
  g_heap = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  ::sbrk(static_cast<std::intptr_t>(up(g_heap) - g_heap));
  if (void* region = map(kReserved + kLargePage)) {
    g_region.from = g_region.used = up(reinterpret_cast<std::uintptr_t>(region));
    g_region.to = g_region.from + kReserved;
  }
  PyObjectArenaAllocator allocator{nullptr, take_arena, free_arena};
  PyObject_SetArenaAllocator(&allocator);
}

void settle_warm_memory() {
  fill_arenas();
  fill_heap();
  make_large(g_region.from, g_region.used);
  make_large(g_heap, reinterpret_cast<std::uintptr_t>(::sbrk(0)));
  g_region.settled = true;
  if (g_region.to > g_region.used) {
    ::munmap(reinterpret_cast<void*>(g_region.used), g_region.to - g_region.used);
  }
}

}  // namespace assay::sandbox::runner
