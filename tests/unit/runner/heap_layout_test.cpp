// What heap_layout.h says of a layout: which allocations it has side by side, and that it lasts.

#include "sandboxes/runner/heap_layout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace assay::sandbox::runner {
namespace {

constexpr std::uint64_t kStretch = 0xfedc'ba98'7654'3210;
constexpr std::uint64_t kOther = 3;
constexpr std::size_t kGranule = 16;

/// Of one use, if nothing else is said.
Written written(std::uint64_t stretch, std::uint32_t size_class, std::uint32_t number,
                std::uint32_t bytes = 0, std::uint32_t uses = 1) {
  return {{stretch, size_class, number}, bytes, uses};
}

std::span<const unsigned char> bytes_of(const std::string& packed) {
  return {reinterpret_cast<const unsigned char*>(packed.data()), packed.size()};
}

/// Which of the first `count` allocations of a class in a stretch the layout takes.
std::vector<std::uint32_t> taken(HeapLayout& layout, std::uint64_t stretch,
                                 std::uint32_t size_class, std::uint32_t count) {
  layout.begin_stretch(stretch);
  std::vector<std::uint32_t> found;
  for (std::uint32_t number = 1; number <= count; ++number) {
    if (layout.place(size_class * kGranule, {stretch, size_class, number}) != nullptr)
      found.push_back(number);
  }
  return found;
}

TEST_CASE("a layout takes the allocations that it was made of, by stretch, class and number") {
  const std::string packed =
      pack_layout({written(kStretch, 2, 5), written(kOther, 2, 1), written(kStretch, 33, 300),
                   written(kStretch, 2, 5),  // twice is once
                   written(kStretch, 2, 200), written(kOther, 0, 7)});
  HeapLayout layout(bytes_of(packed));
  using Numbers = std::vector<std::uint32_t>;
  CHECK(taken(layout, kStretch, 2, 400) == Numbers{5, 200});
  CHECK(taken(layout, kStretch, 33, 400) == Numbers{300});
  CHECK(taken(layout, kStretch, 3, 400).empty());
  CHECK(taken(layout, kOther, 2, 400) == Numbers{1});
  CHECK(taken(layout, kOther, 0, 400) == Numbers{7});
  CHECK(taken(layout, 4, 2, 400).empty());
  // A stretch that comes again counts anew.
  CHECK(taken(layout, kStretch, 2, 400) == Numbers{5, 200});
}

TEST_CASE("numbers that take several bytes come through the packed form") {
  std::vector<Written> all;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 1; number < 5'000'000; number = number * 3 + 1) {
    all.push_back(written(kStretch, 1, number));
    numbers.push_back(number);
  }
  const std::string packed = pack_layout(all);
  HeapLayout layout(bytes_of(packed));
  CHECK(taken(layout, kStretch, 1, 5'000'000) == numbers);
}

TEST_CASE("what a layout takes lies side by side, aligned, and none within another") {
  const std::string packed = pack_layout(
      {written(kStretch, 2, 1, 20), written(kStretch, 2, 3, 32), written(kStretch, 33, 1, 5'000)});
  HeapLayout layout(bytes_of(packed));
  layout.begin_stretch(kStretch);
  auto* first = static_cast<char*>(layout.place(20, {kStretch, 2, 1}));
  auto* large = static_cast<char*>(layout.place(5'000, {kStretch, 33, 1}));
  auto* last = static_cast<char*>(layout.place(32, {kStretch, 2, 3}));
  REQUIRE(first != nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(first) % kGranule == 0);
  CHECK(large - first == 32);
  CHECK(last - large == 5'008);
  CHECK(layout.room_of(first) == 32);
  CHECK(layout.room_of(large) == 5'008);
  CHECK(layout.room_of(last) == 32);
  CHECK(layout.owns(last));
  CHECK_FALSE(layout.owns(&packed));
  std::memset(large, 1, 5'008);  // all of it is there
}

TEST_CASE("what the same uses write to is together, and the more uses, the further in front") {
  const std::string packed =
      pack_layout({written(kStretch, 1, 1, 16, 0b0001), written(kStretch, 1, 2, 16, 0b0111),
                   written(kStretch, 1, 3, 16, 0b1000), written(kStretch, 1, 4, 16, 0b0001),
                   written(kStretch, 1, 5, 16, 0b0011), written(kStretch, 1, 5, 16, 0b1100)});
  HeapLayout layout(bytes_of(packed));
  layout.begin_stretch(kStretch);
  std::vector<std::pair<void*, std::uint32_t>> found;
  for (std::uint32_t number = 1; number <= 5; ++number)
    found.emplace_back(layout.place(16, {kStretch, 1, number}), number);
  std::ranges::sort(found);
  std::vector<std::uint32_t> order;
  for (const auto& [at, number] : found) order.push_back(number);
  CHECK(order == std::vector<std::uint32_t>{5, 2, 1, 4, 3});
  CHECK(static_cast<char*>(found.back().first) - static_cast<char*>(found.front().first) == 64);
}

TEST_CASE("what grows stays with its uses as long as there is room, and then goes behind all") {
  const std::string packed =
      pack_layout({written(kStretch, 1, 1, 100, 0b11), written(kStretch, 1, 2, 16, 0b01)});
  HeapLayout layout(bytes_of(packed));
  layout.begin_stretch(kStretch);
  auto* small = static_cast<char*>(layout.place(16, {kStretch, 1, 1}));
  auto* other = static_cast<char*>(layout.place(16, {kStretch, 1, 2}));
  auto* larger = static_cast<char*>(layout.place_larger(small, 96));
  CHECK(larger - small == 16);
  CHECK(layout.room_of(larger) == 96);
  auto* largest = static_cast<char*>(layout.place_larger(larger, 200));
  CHECK(largest - other == 16);
  CHECK(layout.room_of(largest) == 208);
}

TEST_CASE("an allocation of nothing has a place of its own") {
  const std::string packed = pack_layout({written(kStretch, 0, 1), written(kStretch, 0, 2)});
  HeapLayout layout(bytes_of(packed));
  layout.begin_stretch(kStretch);
  const void* first = layout.place(0, {kStretch, 0, 1});
  const void* second = layout.place(0, {kStretch, 0, 2});
  CHECK(first != nullptr);
  CHECK(first != second);
}

TEST_CASE("without a layout everything lies where CPython has it") {
  const std::string zeros(kLayoutBytes, '\0');
  HeapLayout layout(bytes_of(zeros));
  CHECK(taken(layout, kStretch, 2, 10).empty());
  HeapLayout nothing(std::span<const unsigned char>{});
  CHECK(taken(nothing, kStretch, 2, 10).empty());
}

TEST_CASE("a layout of more than the addresses that are reserved leaves the rest to CPython") {
  const std::string packed = pack_layout({written(kStretch, 33, 1), written(kStretch, 33, 2)});
  HeapLayout layout(bytes_of(packed));
  layout.begin_stretch(kStretch);
  CHECK(layout.place(std::size_t{30} << 20, {kStretch, 33, 1}) != nullptr);
  CHECK(layout.place(std::size_t{30} << 20, {kStretch, 33, 2}) == nullptr);
}

}  // namespace
}  // namespace assay::sandbox::runner
