#include "sandboxes/runner/orders.h"

#include "sandboxes/runner/random_source.h"

namespace assay::sandbox::runner::orders {
namespace {

struct State {
  Variation variation = 0;
  std::uint64_t seed = 0;
  std::uint64_t drawn = 0;
};

State g_state;

/// Below `count`, which is small: that the first ones come up a little more often does not matter.
std::size_t draw(std::size_t count) { return mix(g_state.seed + ++g_state.drawn) % count; }

}  // namespace

void vary(std::uint64_t seed, Variation variation) {
  g_state = {.variation = variation, .seed = mix(mix(seed) + variation)};
}

bool varied() { return g_state.variation != 0; }

std::size_t choose_start(std::size_t count) {
  return g_state.variation == 1 ? count - 1 : draw(count);
}

std::size_t choose_ready(std::size_t count) { return draw(count); }

std::size_t choose_gap(std::size_t count) { return draw(count); }

std::uint64_t place_of(std::string_view name, std::size_t index) {
  if (g_state.variation == 1) return ~std::uint64_t{index};
  std::uint64_t place = g_state.seed;
  for (const char c : name) place = mix(place + static_cast<unsigned char>(c));
  return place;
}

}  // namespace assay::sandbox::runner::orders
