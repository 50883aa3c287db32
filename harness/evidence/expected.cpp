#include "harness/evidence/expected.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <vector>

#include "harness/base/count.h"
#include "harness/evidence/text.h"
#include "harness/model/value.h"
#include "rubrics/check.h"

namespace assay::evidence {
namespace {

using model::OutcomeKind;

constexpr std::size_t kMaxShown = 60;
constexpr std::size_t kMaxWanted = 160;

/// Where two values part. The path is put together on the way out, so that values which are equal
/// cost no text.
struct Difference {
  std::string path;  ///< as Python writes it: [2]['total']; empty for the whole
  std::string what;
};

std::string shown(const Json& value) { return model::describe(value, kMaxShown); }

Difference differ(const Json& expected, const Json& found) {
  return {"", "expected " + shown(expected) + ", found " + shown(found)};
}

/// The plain value behind a subclass of int, float, str or list.
const Json& plain(const Json& value) {
  const std::string_view tag = model::tag(value);
  const bool subclass = tag == "int" || tag == "float" || tag == "list";
  return subclass && value.contains("value") ? value.at("value") : value;
}

/// The text of a member; empty where there is none.
std::string text_in(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// The number of a Decimal, which is an object to everything else: Decimal('12.50'). Infinity is
/// none: an expectation cannot name it, and it is within any part of itself from every number.
std::optional<double> decimal_of(const Json& value) {
  if (model::tag(value) != "object" || text_in(value, "class") != "decimal.Decimal")
    return std::nullopt;
  const std::string repr = text_in(value, "repr");
  const std::size_t begin = repr.find('\''), end = repr.rfind('\'');
  if (begin == end) return std::nullopt;
  double number = 0;
  const auto parsed = std::from_chars(repr.data() + begin + 1, repr.data() + end, number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == repr.data() + end;
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<double> number_of(const Json& value) {
  const Json& inner = plain(value);
  if (inner.is_number()) return inner.get<double>();
  return decimal_of(inner);
}

struct List {
  std::vector<const Json*> items;
  bool ordered = true;
};

std::optional<List> list_of(const Json& value) {
  const Json& inner = plain(value);
  const std::string_view tag = model::tag(inner);
  List list;
  if (tag == "namedtuple" && inner.contains("fields")) {
    for (const auto& [name, field] : inner.at("fields").items()) list.items.push_back(&field);
    return list;
  }
  const bool tagged = tag == "tuple" || tag == "set" || tag == "frozenset";
  if (!inner.is_array() && !(tagged && inner.contains("items"))) return std::nullopt;
  for (const Json& item : tagged ? inner.at("items") : inner) list.items.push_back(&item);
  list.ordered = tag != "set" && tag != "frozenset";
  return list;
}

/// Whether every key of a dict or mapping is text: others are no part of its entries.
bool has_other_keys(const Json& value, std::size_t entries) {
  return value.is_object() && value.contains("items") && value.at("items").size() != entries;
}

class Comparison {
 public:
  explicit Comparison(const Json& expect) {
    const Json& value = expect.at("value");
    if (expect.contains("any_order"))
      for (const Json& pointer : expect.at("any_order"))
        any_order_.insert(find_in(value, pointer.get<std::string>()));
    if (!expect.contains("tolerance")) return;
    const Json& tolerance = expect.at("tolerance");
    if (tolerance.is_number()) {
      absolute_ = tolerance.get<double>();
    } else {
      absolute_ = tolerance.value("absolute", 0.0);
      relative_ = tolerance.value("relative", 0.0);
    }
  }

  std::optional<Difference> compare(const Json& expected, const Json& found) const {
    if (expected.is_number()) return number(expected, found);
    if (expected.is_array()) return list(expected, found);
    if (expected.is_object()) return record(expected, found);
    if (expected.is_string() ? model::text_of(found) == expected.get<std::string>()
                             : plain(found) == expected)
      return std::nullopt;
    return differ(expected, found);
  }

 private:
  std::optional<Difference> number(const Json& expected, const Json& found) const {
    const auto whole = model::integer_of(found);
    if (absolute_ == 0 && relative_ == 0 && expected.is_number_integer() && whole) {
      if (*whole == expected.get<std::int64_t>()) return std::nullopt;  // beyond 2^53, too
      return differ(expected, found);
    }
    const auto number = number_of(found);
    const double wanted = expected.get<double>();
    if (number &&
        std::abs(*number - wanted) <=
            std::max(absolute_, relative_ * std::max(std::abs(*number), std::abs(wanted))))
      return std::nullopt;
    return differ(expected, found);
  }

  std::optional<Difference> list(const Json& expected, const Json& found) const {
    const auto items = list_of(found);
    if (!items) return differ(expected, found);
    if (items->items.size() != expected.size())
      return Difference{"", "expected " + count_of(expected.size(), "item") + ", found " +
                                std::to_string(items->items.size()) + ": " + shown(found)};
    if (any_order_.contains(&expected)) return in_any_order(expected, items->items);
    if (!items->ordered)
      return Difference{"", "expected a list, found a set, which has no order: " + shown(found)};
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (auto difference = compare(expected[i], *items->items[i]))
        return inside("[" + std::to_string(i) + "]", std::move(*difference));
    return std::nullopt;
  }

  std::optional<Difference> record(const Json& expected, const Json& found) const {
    const auto entries = model::entries(found);
    if (!entries) return differ(expected, found);
    for (const auto& [key, value] : expected.items()) {
      const Json* entry = model::field(found, key);
      if (entry == nullptr)
        return Difference{"", "the key '" + key + "' is missing: " + shown(found)};
      if (auto difference = compare(value, *entry))
        return inside("['" + key + "']", std::move(*difference));
    }
    for (const auto& [key, entry] : *entries)
      if (!expected.contains(key))
        return Difference{"", "the key '" + clip(key, kMaxShown) + "' is one too many"};
    if (has_other_keys(found, entries->size())) return differ(expected, found);
    return std::nullopt;
  }

  /// Pairs each expected item with one that was found, by augmenting paths: with a tolerance one
  /// item may fit several, so taking the first that fits could leave another without.
  std::optional<Difference> in_any_order(const Json& expected,
                                         const std::vector<const Json*>& found) const {
    const std::size_t size = expected.size();
    std::vector<std::vector<std::size_t>> fitting(size);
    for (std::size_t e = 0; e < size; ++e)
      for (std::size_t f = 0; f < size; ++f)
        if (!compare(expected[e], *found[f])) fitting[e].push_back(f);
    std::vector<std::optional<std::size_t>> taken_by(size);
    for (std::size_t e = 0; e < size; ++e) {
      std::vector<bool> tried(size);
      if (!place(e, fitting, taken_by, tried)) return nothing_for(expected[e], found, taken_by);
    }
    return std::nullopt;
  }

  // As deep as an augmenting path is long: at most kMaxAnyOrder (plan/cases.cpp).
  static bool place(std::size_t e, const std::vector<std::vector<std::size_t>>& fitting,
                    std::vector<std::optional<std::size_t>>& taken_by, std::vector<bool>& tried) {
    for (const std::size_t f : fitting[e]) {
      if (tried[f]) continue;
      tried[f] = true;
      if (taken_by[f] && !place(*taken_by[f], fitting, taken_by, tried)) continue;
      taken_by[f] = e;
      return true;
    }
    return false;
  }

  static Difference nothing_for(const Json& expected, const std::vector<const Json*>& found,
                                const std::vector<std::optional<std::size_t>>& taken_by) {
    const auto left = std::ranges::find_if(taken_by, [](const auto& by) { return !by; });
    return {"", "expected an item " + shown(expected) + ", in any place; found instead " +
                    shown(*found[static_cast<std::size_t>(left - taken_by.begin())])};
  }

  static Difference inside(const std::string& step, Difference difference) {
    difference.path = step + difference.path;
    return difference;
  }

  std::set<const Json*> any_order_;
  double absolute_ = 0;
  double relative_ = 0;
};

std::string names_in_words(const Json& raises) {
  if (raises.is_string()) return raises.get<std::string>();
  return rubrics::listed(raises.get<std::vector<std::string>>(), raises.size());
}

bool has_name(const std::string& type, const std::string& name) {
  return type == name || type.substr(type.rfind('.') + 1) == name;
}

bool raised_one_of(const Json& raises, const model::Exception& exception) {
  const auto names = raises.is_string() ? std::vector{raises.get<std::string>()}
                                        : raises.get<std::vector<std::string>>();
  return std::ranges::any_of(exception.types, [&](const std::string& type) {
    return std::ranges::any_of(names, [&](const auto& name) { return has_name(type, name); });
  });
}

}  // namespace

std::optional<std::string> difference_from_value(const Json& expect, const Json& found) {
  const auto difference = Comparison(expect).compare(expect.at("value"), found);
  if (!difference) return std::nullopt;
  return difference->path.empty() ? difference->what
                                  : "at " + difference->path + ": " + difference->what;
}

std::optional<std::string> difference_from_exception(const Json& expect,
                                                     const model::Observation& observation) {
  const auto& outcome = observation.outcome;
  const std::string wanted = "expected " + names_in_words(expect.at("raises"));
  if (outcome.kind == OutcomeKind::kRaised && outcome.exception) {
    if (!outcome.exception->during_import && raised_one_of(expect.at("raises"), *outcome.exception))
      return std::nullopt;
    const auto& types = outcome.exception->types;
    return wanted + ", found " + (types.empty() ? "another exception" : types.front());
  }
  if (outcome.kind == OutcomeKind::kReturned)
    return wanted + ", found " + shown(observation.value) + " returned";
  return wanted + ", found no answer";
}

void look_at_expectation(const model::Case& the_case, const model::Observation& observation,
                         rubrics::CaseFact& fact) {
  const Json& expect = the_case.expect;
  const bool value = expect.contains("value"), raises = expect.contains("raises");
  if (!value && !raises) return;
  fact.expects = value && raises ? "either" : value ? "value" : "exception";
  if (value) fact.wanted = model::describe(expect.at("value"), kMaxWanted);
  if (raises)
    fact.wanted += (value ? ", or an exception: " : "") + names_in_words(expect.at("raises"));
  std::optional<std::string> difference;
  if (value && fact.returned())
    difference = difference_from_value(expect, observation.value);
  else if (raises)
    difference = difference_from_exception(expect, observation);
  else
    difference = "expected " + shown(expect.at("value")) + ", found " +
                 (fact.answer == "raised" ? fact.exception : "no answer");
  fact.as_expected = fact.ran && !difference;
  fact.difference = on_one_line(difference.value_or(""));
}

}  // namespace assay::evidence
