#include "sandboxes/box/layer.h"

#include <algorithm>

#include "sandboxes/box/choice.h"

namespace assay::sandbox::box {
namespace {

/// Empty where the layer is whole.
std::string left_out_of(const Layer& layer) {
  if (is_left_out(layer.name)) return layer.name;
  std::string missing;
  for (const char* part : layer.parts)
    if (is_left_out(part)) missing += (missing.empty() ? "" : ", ") + std::string(part);
  return missing;
}

}  // namespace

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

Result<std::vector<model::Layer>> prepare_layers(Shared& shared) {
  std::vector<model::Layer> lines;
  for (const Layer* layer : layers_in_order()) {
    Result<std::string> words = layer->prepare != nullptr ? layer->prepare(shared) : std::string();
    if (words.ok()) {
      shared.active.push_back(layer);
      if (const std::string missing = left_out_of(*layer); missing.empty()) {
        lines.push_back({layer->name, "on", *words});
      } else {
        lines.push_back({layer->name, "off", "left out: " + missing});
      }
    } else if (layer->need == Need::kExtra) {
      lines.push_back({layer->name, "unavailable", words.error().to_string()});
    } else {
      return words.error();
    }
  }
  return lines;
}

Status put_on_in_init(Box& box) {
  for (const Layer* layer : box.shared->active) {
    if (layer->enter_init != nullptr) ASSAY_CHECK(layer->enter_init(box));
  }
  return success();
}

Status put_on_in_candidate(Box& box) {
  for (const Layer* layer : box.shared->active) {
    if (layer->enter_candidate != nullptr) ASSAY_CHECK(layer->enter_candidate(box));
  }
  return success();
}

}  // namespace assay::sandbox::box
