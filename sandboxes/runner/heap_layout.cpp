// The packed form, all numbers little-endian:
//
//   u32 magic, u32 count of stretches
//   per stretch: u64 its hash, u32 where its classes begin, u32 how many
//   per class: u8 class, varint count, varint bytes, and per allocation a varint: its number less
//   the one before
//
// A varint has seven bits a byte, the lowest first, and the eighth where more follow.

#include "sandboxes/runner/heap_layout.h"

#include <algorithm>
#include <cstring>

#include "harness/base/assert.h"

// Given its contents when the binary has been linked; volatile, since what the compiler sees here
// is not what there will be.
extern "C" [[gnu::section(".assay_layout"), gnu::used]] const volatile unsigned char
    assay_heap_layout[assay::sandbox::runner::kLayoutBytes] = {0};

namespace assay::sandbox::runner {
namespace {

constexpr std::uint32_t kMagic = 0x314c4841;  // "AHL1"
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kStretchBytes = 16;
constexpr std::size_t kReserved = 32 << 20;
constexpr std::size_t kAlignment = 16;

template <class Number>
Number read_number(const unsigned char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

template <class Number>
void append_number(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint32_t read_varint(const unsigned char*& at) {
  std::uint32_t number = 0;
  int shift = 0;
  do {
    number |= (*at & 0x7fU) << shift;
    shift += 7;
  } while ((*at++ & 0x80U) != 0);
  return number;
}

void append_varint(std::string& bytes, std::uint32_t number) {
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<char>(number | 0x80U));
  bytes.push_back(static_cast<char>(number));
}

using Position = std::vector<Allocation>::const_iterator;

/// Up to where the stretch of the first one goes, and its class where `same_class`.
Position end_of_group(Position from, Position end, bool same_class) {
  return std::find_if(from, end, [&](const Allocation& one) {
    return one.stretch != from->stretch || (same_class && one.size_class != from->size_class);
  });
}

void append_class(std::string& bytes, Position from, Position end) {
  std::string numbers;
  std::uint32_t last = 0;
  for (Position one = from; one != end; ++one) {
    append_varint(numbers, one->number - last);
    last = one->number;
  }
  bytes.push_back(static_cast<char>(from->size_class));
  append_varint(bytes, static_cast<std::uint32_t>(end - from));
  append_varint(bytes, static_cast<std::uint32_t>(numbers.size()));
  bytes += numbers;
}

std::span<const unsigned char> of_this_binary() {
  return {const_cast<const unsigned char*>(assay_heap_layout), kLayoutBytes};
}

}  // namespace

std::string pack_layout(std::vector<Allocation> written) {
  std::ranges::sort(written);
  written.erase(std::unique(written.begin(), written.end()), written.end());
  const Position end = written.end();
  std::uint32_t count = 0;
  for (Position at = written.begin(); at != end; at = end_of_group(at, end, false)) ++count;
  const auto base = static_cast<std::uint32_t>(kHeadBytes + kStretchBytes * count);
  std::string heads, bodies;
  append_number(heads, kMagic);
  append_number(heads, count);
  for (Position at = written.begin(); at != end;) {
    append_number(heads, at->stretch);
    append_number(heads, base + static_cast<std::uint32_t>(bodies.size()));
    std::uint32_t classes = 0;
    for (const Position next = end_of_group(at, end, false); at != next; ++classes) {
      const Position of_class = end_of_group(at, next, true);
      append_class(bodies, at, of_class);
      at = of_class;
    }
    append_number(heads, classes);
  }
  return heads + bodies;
}

void HeapLayout::Numbers::advance() {
  next = left == 0 ? 0 : next + read_varint(at);
  if (left > 0) --left;
}

HeapLayout::HeapLayout() : HeapLayout(of_this_binary()) {}

HeapLayout::HeapLayout(std::span<const unsigned char> packed)
    : Placement(kReserved), packed_(packed), at_(from_) {
  if (packed_.size() < kHeadBytes || read_number<std::uint32_t>(packed_.data()) != kMagic) return;
  const auto count = read_number<std::uint32_t>(packed_.data() + 4);
  ASSAY_ASSERT(kHeadBytes + kStretchBytes * count <= packed_.size(), "a layout is cut off");
  for (std::size_t i = 0; i < count; ++i) {
    const auto* at = packed_.data() + kHeadBytes + i * kStretchBytes;
    stretches_.push_back({.hash = read_number<std::uint64_t>(at),
                          .begin = read_number<std::uint32_t>(at + 8),
                          .classes = read_number<std::uint32_t>(at + 12)});
  }
}

void HeapLayout::begin_stretch(std::uint64_t stretch) {
  std::ranges::fill(numbers_, Numbers{});
  const auto found = std::ranges::lower_bound(stretches_, stretch, {}, &Stretch::hash);
  if (found == stretches_.end() || found->hash != stretch) return;
  const auto* at = packed_.data() + found->begin;
  for (std::uint32_t left = found->classes; left > 0; --left) {
    ASSAY_ASSERT(*at < kSizeClasses, "a layout names no class of size");
    Numbers& numbers = numbers_[*at++];
    numbers.left = read_varint(at);
    const std::uint32_t bytes = read_varint(at);
    numbers.at = at;
    at += bytes;
    numbers.advance();
  }
}

void* HeapLayout::take(std::size_t size) {
  size = std::max(kAlignment, (size + kAlignment - 1) / kAlignment * kAlignment);
  if (to_ - at_ < size) return nullptr;
  blocks_.push_back(at_);
  at_ += size;
  return reinterpret_cast<void*>(blocks_.back());
}

void* HeapLayout::place(std::size_t size, const Allocation& allocation) {
  Numbers& numbers = numbers_[allocation.size_class];
  if (allocation.number != numbers.next) return nullptr;
  numbers.advance();
  return take(size);
}

std::size_t HeapLayout::room_of(const void* block) const {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  const auto next = std::ranges::upper_bound(blocks_, at);
  return (next == blocks_.end() ? at_ : *next) - at;
}

}  // namespace assay::sandbox::runner
