#include "sandboxes/box/layer.h"

#include <algorithm>

namespace assay::sandbox::box {

const std::vector<const Layer*>& layers_in_order() {
  static const std::vector<const Layer*> kOrdered = [] {
    const auto all = all_layers();
    std::vector<const Layer*> ordered(all.begin(), all.end());
    std::sort(ordered.begin(), ordered.end(),
              [](const Layer* a, const Layer* b) { return a->order < b->order; });
    return ordered;
  }();
  return kOrdered;
}

}  // namespace assay::sandbox::box
