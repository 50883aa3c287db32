#include "tests/fuzz/json_mutation.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace assay::fuzz {
namespace {

constexpr std::size_t kMaxCopies = 300;

/// Every value in a document, the document included.
void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (value.is_structured())
    for (Json& item : value) collect(item, all);
}

int depth_of(const Json& value) {
  int deepest = 0;
  if (value.is_structured())
    for (const Json& item : value) deepest = std::max(deepest, depth_of(item));
  return value.is_structured() ? deepest + 1 : 0;
}

std::string some_text(Random& random) {
  switch (random.below(8)) {
    case 0:
      return "";
    case 1:
      return "$type";
    case 2:
      return std::string(1 + random.below(5'000), 'x');
    case 3:
      return "\xE2\x80\xAE<b>&\"\x1b[31m";
    case 4:
      return std::string("a\0b\n\t", 5);
    case 5:
      return "../../etc/passwd";
    case 6:
      return "2026-03-14T06:00:00Z";
    default:
      return "word" + std::to_string(random.below(10));
  }
}

Json some_value(Random& random) {
  switch (random.below(14)) {
    case 0:
      return nullptr;
    case 1:
      return random.one_in(2);
    case 2:
      return Json::array();
    case 3:
      return Json::object();
    case 4:
      return std::int64_t{INT64_MAX};
    case 5:
      return std::int64_t{INT64_MIN};
    case 6:
      return 1e308;
    case 7:
      return -0.5;
    case 8:
      return static_cast<std::int64_t>(random.below(300)) - 20;
    case 9:
      return std::int64_t{1} << random.below(63);
    case 10:
      return Json::array({Json::array({Json::object()})});
    case 11:
      return std::uint64_t{UINT64_MAX};
    default:
      return some_text(random);
  }
}

void change_list(Json& list, Random& random) {
  if (list.empty() || random.one_in(6)) {
    list.push_back(some_value(random));
    return;
  }
  const std::size_t at = random.below(list.size());
  switch (random.below(4)) {
    case 0:
      list.erase(at);
      return;
    case 1:
      std::swap(list[at], list[random.below(list.size())]);
      return;
    case 2:
      list.push_back(Json(list[at]));
      return;
    default:
      for (std::size_t n = random.below(kMaxCopies); n > 0; --n) list.push_back(Json(list[at]));
  }
}

void change_object(Json& object, Random& random) {
  if (object.empty() || random.one_in(6)) {
    object[some_text(random)] = some_value(random);
    return;
  }
  const auto at =
      std::next(object.begin(), static_cast<std::ptrdiff_t>(random.below(object.size())));
  const std::string key = at.key();
  const Json value = at.value();
  object.erase(key);
  if (random.one_in(2)) object[some_text(random)] = value;
}

}  // namespace

void change_json(Json& document, Random& random, int deepest) {
  for (std::size_t n = 1 + random.below(3); n > 0; --n) {
    const Json before = document;
    std::vector<Json*> all;
    collect(document, all);
    Json& there = *all[random.below(all.size())];
    if (random.one_in(3)) {
      const Json other = *all[random.below(all.size())];  // a copy: it may lie in `there`
      there = other;
    } else if (there.is_array()) {
      change_list(there, random);
    } else if (there.is_object()) {
      change_object(there, random);
    } else {
      there = some_value(random);
    }
    if (depth_of(document) > deepest) document = before;
  }
}

}  // namespace assay::fuzz
