// The packed form, all numbers little-endian:
//
//   u32 magic, u32 count of stretches, u32 count of regions
//   per region: u32 bytes
//   per stretch: u64 its hash, u32 where its classes begin, u32 how many
//   per class: u8 class, varint count, varint bytes, and per allocation a varint, its number less
//   the one before, and u8 its region
//
// A varint has seven bits a byte, the lowest first, and the eighth where more follow.

#include "sandboxes/runner/heap_layout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <numeric>

#include "harness/base/assert.h"

// Given its contents when the binary has been linked; volatile, since what the compiler sees here
// is not what there will be.
extern "C" [[gnu::section(".assay_layout"), gnu::used]] const volatile unsigned char
    assay_heap_layout[assay::sandbox::runner::kLayoutBytes] = {0};

namespace assay::sandbox::runner {
namespace {

constexpr std::uint32_t kMagic = 0x324c4841;  // "AHL2"
constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kRegionBytes = 4;
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

std::size_t aligned(std::size_t size) {
  return std::max(kAlignment, (size + kAlignment - 1) / kAlignment * kAlignment);
}

/// Each allocation once, in ascending order.
void join(std::vector<Written>& written) {
  std::ranges::sort(written, {}, &Written::allocation);
  std::size_t last = 0;
  for (std::size_t i = 1; i < written.size(); ++i) {
    if (written[i].allocation != written[last].allocation) {
      written[++last] = written[i];
      continue;
    }
    written[last].uses |= written[i].uses;
    written[last].bytes = std::max(written[last].bytes, written[i].bytes);
  }
  written.resize(std::min(written.size(), last + 1));
}

struct Regions {
  std::uint8_t of_uses[1 << kMaxUses] = {};
  std::vector<std::uint32_t> bytes;
};

/// One for each set of uses that there is, those of many uses in front.
Regions regions_of(const std::vector<Written>& written) {
  std::array<std::uint32_t, 1 << kMaxUses> bytes{};
  for (const Written& one : written)
    bytes.at(one.uses) += static_cast<std::uint32_t>(aligned(one.bytes));
  std::array<std::uint32_t, 1 << kMaxUses> order{};
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(),
                           [](std::uint32_t uses) { return std::popcount(uses); });
  Regions regions;
  for (const std::uint32_t uses : order) {
    if (bytes.at(uses) == 0) continue;
    regions.of_uses[uses] = static_cast<std::uint8_t>(regions.bytes.size());
    regions.bytes.push_back(bytes.at(uses));
  }
  return regions;
}

using Position = std::vector<Written>::const_iterator;

/// Up to where the stretch of the first one goes, and its class where `same_class`.
Position end_of_group(Position from, Position end, bool same_class) {
  return std::find_if(from, end, [&](const Written& one) {
    return one.allocation.stretch != from->allocation.stretch ||
           (same_class && one.allocation.size_class != from->allocation.size_class);
  });
}

void append_class(std::string& bytes, Position from, Position end, const Regions& regions) {
  std::string numbers;
  std::uint32_t last = 0;
  for (Position one = from; one != end; ++one) {
    append_varint(numbers, one->allocation.number - last);
    numbers.push_back(static_cast<char>(regions.of_uses[one->uses]));
    last = one->allocation.number;
  }
  bytes.push_back(static_cast<char>(from->allocation.size_class));
  append_varint(bytes, static_cast<std::uint32_t>(end - from));
  append_varint(bytes, static_cast<std::uint32_t>(numbers.size()));
  bytes += numbers;
}

std::span<const unsigned char> of_this_binary() {
  return {const_cast<const unsigned char*>(assay_heap_layout), kLayoutBytes};
}

}  // namespace

std::string pack_layout(std::vector<Written> written) {
  join(written);
  const Regions regions = regions_of(written);
  const Position end = written.end();
  std::uint32_t count = 0;
  for (Position at = written.begin(); at != end; at = end_of_group(at, end, false)) ++count;
  const auto base = static_cast<std::uint32_t>(kHeadBytes + kRegionBytes * regions.bytes.size() +
                                               kStretchBytes * count);
  std::string heads, bodies;
  append_number(heads, kMagic);
  append_number(heads, count);
  append_number(heads, static_cast<std::uint32_t>(regions.bytes.size()));
  for (const std::uint32_t bytes : regions.bytes) append_number(heads, bytes);
  for (Position at = written.begin(); at != end;) {
    append_number(heads, at->allocation.stretch);
    append_number(heads, base + static_cast<std::uint32_t>(bodies.size()));
    std::uint32_t classes = 0;
    for (const Position next = end_of_group(at, end, false); at != next; ++classes) {
      const Position of_class = end_of_group(at, next, true);
      append_class(bodies, at, of_class, regions);
      at = of_class;
    }
    append_number(heads, classes);
  }
  return heads + bodies;
}

void HeapLayout::Numbers::advance() {
  next = left == 0 ? 0 : next + read_varint(at);
  if (left == 0) return;
  region = *at++;
  --left;
}

HeapLayout::HeapLayout() : HeapLayout(of_this_binary()) {}

HeapLayout::HeapLayout(std::span<const unsigned char> packed)
    : Placement(kReserved), packed_(packed) {
  if (packed_.size() < kHeadBytes || read_number<std::uint32_t>(packed_.data()) != kMagic) return;
  const auto count = read_number<std::uint32_t>(packed_.data() + 4);
  const auto regions = read_number<std::uint32_t>(packed_.data() + 8);
  ASSAY_ASSERT(kHeadBytes + kRegionBytes * regions + kStretchBytes * count <= packed_.size(),
               "a layout is cut off");
  std::uintptr_t at = from_;
  for (std::size_t i = 0; i < regions; ++i) {
    const auto bytes = read_number<std::uint32_t>(packed_.data() + kHeadBytes + i * kRegionBytes);
    const std::uintptr_t to = at + std::min<std::uintptr_t>(bytes, to_ - at);
    regions_.push_back({at, to});
    at = to;
  }
  regions_.push_back({at, to_});
  read_stretches(count);
}

void HeapLayout::read_stretches(std::size_t count) {
  const auto* at = packed_.data() + kHeadBytes + kRegionBytes * (regions_.size() - 1);
  for (; count > 0; --count, at += kStretchBytes) {
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

void* HeapLayout::take(std::size_t size, std::size_t region) {
  size = aligned(size);
  Region* from = &regions_[region];
  if (from->to - from->at < size) from = &regions_.back();
  if (from->to - from->at < size) return nullptr;
  const std::uintptr_t block = from->at;
  from->at += size;
  rooms_[block] = size;
  return reinterpret_cast<void*>(block);
}

void* HeapLayout::place(std::size_t size, const Allocation& allocation) {
  Numbers& numbers = numbers_[allocation.size_class];
  if (allocation.number != numbers.next) return nullptr;
  const std::size_t region = numbers.region;
  ASSAY_ASSERT(region + 1 < regions_.size(), "a layout names no region");
  numbers.advance();
  return take(size, region);
}

void* HeapLayout::place_larger(const void* block, std::size_t size) {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  const auto region = std::ranges::upper_bound(regions_, at, {}, &Region::to);
  return take(size, static_cast<std::size_t>(region - regions_.begin()));
}

std::size_t HeapLayout::room_of(const void* block) const {
  return rooms_.at(reinterpret_cast<std::uintptr_t>(block));
}

}  // namespace assay::sandbox::runner
