#include "harness/report/html/gist.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/model/value.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

/// Columns shown of one entry.
constexpr std::size_t kMaxEntry = 32;
/// Columns shown of what is no entry.
constexpr std::size_t kMaxWords = 48;
/// Closed entries shown of one answer.
constexpr std::size_t kMaxEntries = 3;

bool is_word(const Json& value) {
  return value.is_boolean() || value.is_null() || model::text_of(value).has_value();
}

std::string shown(const Json& value) {
  return cut(visible(model::describe(value, kMaxEntry * 4)), kMaxEntry);
}

struct Entry {
  std::size_t times = 0;
  bool words_only = true;
  std::set<std::string> values;
};

}  // namespace

Gist::Gist(const std::vector<const Json*>& ran, std::size_t states) {
  std::map<std::string, Entry> seen;
  std::vector<std::string> order;
  std::size_t answers = 0;
  for (const Json* each : ran) {
    const auto value = each->find("value");
    if (value == each->end()) continue;
    const auto entries = model::entries(*value);
    if (!entries) continue;
    ++answers;
    for (const auto& [key, entry] : *entries) {
      const auto [found, is_new] = seen.try_emplace(key);
      if (is_new) order.push_back(key);
      ++found->second.times;
      found->second.words_only = found->second.words_only && is_word(*entry);
      if (found->second.words_only) found->second.values.insert(dump_json(*entry));
    }
  }
  for (const std::string& key : order) {
    const Entry& entry = seen.at(key);
    const bool repeats = entry.values.size() <= states && entry.values.size() * 2 <= entry.times;
    if (entry.words_only && repeats && entry.times == answers && closed_.size() < kMaxEntries)
      closed_.push_back(key);
  }
}

std::string Gist::of(const Json& ran) const {
  const auto value = ran.find("value");
  if (value == ran.end()) return cut(visible(words_of_outcome(ran.at("outcome"))), kMaxWords);
  std::string gist;
  for (const std::string& key : closed_)
    if (const Json* entry = model::field(*value, key); entry != nullptr)
      gist += (gist.empty() ? "" : ", ") + shown(*entry);
  if (!gist.empty()) return gist;
  if (is_word(*value)) return shown(*value);
  return cut("returned " + visible(model::python_type(*value)), kMaxWords);
}

std::vector<std::string> counted(const std::vector<std::string>& gists) {
  std::vector<std::pair<std::string, std::size_t>> kinds;
  std::map<std::string_view, std::size_t> places;
  for (const std::string& gist : gists) {
    const auto [place, is_new] = places.try_emplace(gist, kinds.size());
    if (is_new) kinds.emplace_back(gist, 0);
    ++kinds[place->second].second;
  }
  std::vector<std::string> words;
  for (const auto& [gist, times] : kinds)
    words.push_back(times == 1 ? gist : gist + " ×" + std::to_string(times));
  return words;
}

}  // namespace assay::report
