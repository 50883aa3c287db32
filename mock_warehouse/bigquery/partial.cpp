#include "mock_warehouse/bigquery/partial.h"

#include <algorithm>
#include <utility>

namespace assay::warehouse::bigquery {
namespace {

constexpr std::string_view kAny = "*";

/// list = item {"," item};  item = name ["/" item | "(" list ")"]
class MaskReader {
 public:
  explicit MaskReader(std::string_view text) : text_(text) {}

  std::optional<FieldMask> read() {
    FieldMask mask;
    const bool good = list(mask, 0) && text_.empty();
    return good ? std::optional(std::move(mask)) : std::nullopt;
  }

 private:
  bool skip(char c) {
    const bool there = text_.starts_with(c);
    if (there) text_.remove_prefix(1);
    return there;
  }

  bool list(FieldMask& into, int depth) {
    do {
      if (!item(into, depth)) return false;
    } while (skip(','));
    return true;
  }

  bool item(FieldMask& into, int depth) {
    const std::string name(text_.substr(0, text_.find_first_of(",/()")));
    if (name.empty() || depth > kMaxFieldDepth) return false;
    text_.remove_prefix(name.size());
    const auto [place, is_new] = into.fields.try_emplace(name);
    FieldMask& own = place->second;
    // Who asks for all of a field asks for no less by asking for a part as well.
    const bool whole = !is_new && own.fields.empty();
    FieldMask within;
    if (skip('/')) {
      if (!item(within, depth + 1)) return false;
    } else if (skip('(')) {
      if (!list(within, depth + 1) || !skip(')')) return false;
    }
    if (whole || within.fields.empty()) {
      own.fields.clear();
    } else {
      merge(own, std::move(within));
    }
    return true;
  }

  static void merge(FieldMask& into, FieldMask from) {
    for (auto& [name, mask] : from.fields) {
      const auto [place, is_new] = into.fields.try_emplace(name, mask);
      if (is_new) continue;
      if (place->second.fields.empty() || mask.fields.empty()) {
        place->second.fields.clear();
      } else {
        merge(place->second, std::move(mask));
      }
    }
  }

  std::string_view text_;
};

}  // namespace

std::optional<FieldMask> read_field_mask(std::string_view text) { return MaskReader(text).read(); }

Json select_fields(const FieldMask& mask, const Json& document) {
  if (mask.fields.empty()) return document;
  if (document.is_array()) {
    Json items = Json::array();
    for (const Json& item : document) items.push_back(select_fields(mask, item));
    return items;
  }
  Json chosen = Json::object();
  if (!document.is_object()) return chosen;
  const auto any = mask.fields.find(kAny);
  for (const auto& [name, value] : document.items()) {
    const auto own = mask.fields.find(name);
    if (own == mask.fields.end() && any == mask.fields.end()) continue;
    const FieldMask& within = own == mask.fields.end() ? any->second : own->second;
    // A value without fields has none that could be chosen.
    if (!within.fields.empty() && !value.is_structured()) continue;
    chosen[name] = select_fields(within, value);
  }
  return chosen;
}

}  // namespace assay::warehouse::bigquery
