#include "harness/evidence/states.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/evidence/numbers.h"
#include "harness/evidence/text.h"
#include "harness/model/value.h"

namespace assay::evidence {
namespace {

using rubrics::CaseFact;
using rubrics::kEscaped;
using rubrics::kFreeText;
using rubrics::kNoAnswer;

constexpr std::size_t kMaxFieldText = 400;
constexpr std::size_t kMaxKeyPart = 60;
/// Of an answer, the status among them. A record of thousands of entries tells no more, and every
/// case is held against every other.
constexpr std::size_t kMaxKeyFields = 64;
/// Records in records of an answer that are looked into, and where that ends for one answer.
constexpr int kMaxNesting = 2;
constexpr std::size_t kMaxNestedFields = 1'000;
/// Field of an answer that is no record.
constexpr const char* kWhole = "";

/// One field of one case's answer, as text that can be compared.
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string comparable(const Json& value) {
  if (const auto text = model::text_of(value)) return fold(*text);
  if (model::tag(value) == "enum") {
    const auto name = value.find("name");
    if (name != value.end() && name->is_string()) return fold(name->get<std::string>());
  }
  return model::describe(value, kMaxFieldText);
}

/// A list, a record or the like with nothing in it.
bool is_empty(const Json& value) {
  if (value.is_array()) return value.empty();
  if (const auto entries = model::entries(value)) return entries->empty();
  const auto items = value.is_object() ? value.find("items") : value.end();
  return items != value.end() && items->empty();
}

/// Whether a field beside the status could name a cause. A number is a count, of tries say, or a
/// duration, and comes out alike every time as well, unless its field is named as a code is.
bool may_name_a_cause(const std::string& name, const Json& value) {
  if (is_empty(value)) return false;
  const std::string_view type = model::python_type(value);
  if (type != "int" && type != "float") return true;
  const std::string folded = fold(name);
  return std::ranges::any_of(
      std::array{"code", "status", "reason", "cause", "kind"},
      [&](const char* word) { return folded.find(word) != std::string::npos; });
}

/// A cause may stand in a record of its own beside the status: "details.reason".
void add_field(const std::string& name, const Json& value, int depth, Fields& fields) {
  const auto entries = depth > 0 ? model::entries(value) : std::nullopt;
  if (!entries || entries->empty()) {
    if (may_name_a_cause(name, value)) fields.emplace_back(name, comparable(value));
    return;
  }
  for (const auto& [inner, entry] : *entries) {
    if (fields.size() >= kMaxNestedFields) return;
    add_field(name + "." + inner, *entry, depth - 1, fields);
  }
}

/// Status first, then every other entry but count and message, by name.
Fields fields_of(const Json& value, const rubrics::Reads& reads) {
  if (const Json record = record_in_text(value); !record.is_null()) return fields_of(record, reads);
  const auto entries = model::entries(value);
  if (!entries) return {{kWhole, comparable(value)}};
  Fields fields;
  for (const auto& [name, entry] : *entries) {
    if (name == reads.count || name == reads.message) continue;
    if (name == reads.status)
      fields.emplace_back(name, comparable(*entry));
    else
      add_field(name, *entry, kMaxNesting, fields);
  }
  std::sort(fields.begin(), fields.end(), [&](const auto& a, const auto& b) {
    return std::pair(a.first != reads.status, a.first) <
           std::pair(b.first != reads.status, b.first);
  });
  if (fields.size() > kMaxKeyFields) fields.resize(kMaxKeyFields);
  return fields;
}

bool repeats_own_values(const std::string& text, const CaseValues& values) {
  if (!values.canary.empty() && text.find(fold(values.canary)) != std::string::npos) return true;
  if (!values.date.empty() && text.find(values.date) != std::string::npos) return true;
  const auto numbers = numbers_in(text);
  // Small numbers stand in many a code ("e1", "http_2"), so they betray nothing.
  constexpr std::int64_t kTelling = 10;
  for (const auto& own : {values.minimum, values.rows})
    if (own && *own >= kTelling && numbers.contains(*own)) return true;
  return false;
}

/// Whether two cases have no value in common that a free text could repeat in both.
bool differ(const CaseValues& a, const CaseValues& b) {
  return a.date != b.date && a.minimum != b.minimum && (a.rows != b.rows || a.canary != b.canary);
}

class Keys {
 public:
  Keys(const std::vector<model::Case>& cases, const std::vector<CaseValues>& values)
      : cases_(cases), values_(values), fields_(cases.size()) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      index_[cases[i].id] = i;
      if (cases[i].twin_of) twins_[*cases[i].twin_of] = i;
    }
  }

  void add(std::size_t i, Fields fields) {
    for (const auto& [name, text] : fields) seen_[{name, text}].push_back(i);
    fields_[i] = std::move(fields);
  }

  /// Decides what each value is; call once all are added.
  void decide() {
    for (const auto& [field, where] : seen_)
      if (proven_closed(field.second, where)) closed_.insert(field);
    for (std::size_t i = 0; i < fields_.size(); ++i)
      for (const auto& [name, text] : fields_[i])
        if (!closed_.contains({name, text}) &&
            (repeats_own_values(text, values_[i]) || twin_differs(i, name, text))) {
          open_.insert({i, name});
          open_in_label_.insert({cases_[i].label, name});
        }
  }

  bool closed(std::size_t i, const std::string& name, const std::string& text) const {
    if (closed_.contains({name, text})) return true;
    return !open_.contains({i, name}) && !open_in_label_.contains({cases_[i].label, name});
  }

  /// A field that is open wherever it occurs tells nothing, not even by being there.
  bool ever_closed(const std::string& name) const {
    for (std::size_t i = 0; i < fields_.size(); ++i)
      for (const auto& [field, text] : fields_[i])
        if (field == name && closed(i, field, text)) return true;
    return false;
  }

  const Fields& fields(std::size_t i) const { return fields_[i]; }

 private:
  /// Whether two cases with no value in common gave that text, and neither repeated its own.
  bool proven_closed(const std::string& text, const std::vector<std::size_t>& where) const {
    std::vector<std::size_t> unrepeated;
    for (const std::size_t i : where)
      if (!repeats_own_values(text, values_[i])) unrepeated.push_back(i);
    for (std::size_t a = 0; a < unrepeated.size(); ++a)
      for (std::size_t b = a + 1; b < unrepeated.size(); ++b)
        if (differ(values_[unrepeated[a]], values_[unrepeated[b]])) return true;
    return false;
  }

  bool twin_differs(std::size_t i, const std::string& name, const std::string& text) const {
    std::optional<std::size_t> twin;
    if (cases_[i].twin_of) {
      const auto it = index_.find(*cases_[i].twin_of);
      if (it != index_.end()) twin = it->second;
    } else if (const auto it = twins_.find(cases_[i].id); it != twins_.end()) {
      twin = it->second;
    }
    if (!twin) return false;
    for (const auto& [field, other] : fields_[*twin])
      if (field == name) return other != text;
    return false;
  }

  const std::vector<model::Case>& cases_;
  const std::vector<CaseValues>& values_;
  std::vector<Fields> fields_;
  std::map<std::string, std::size_t> index_, twins_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> seen_;
  std::set<std::pair<std::string, std::string>> closed_;
  std::set<std::pair<std::size_t, std::string>> open_;
  std::set<std::pair<std::string, std::string>> open_in_label_;
};

/// "'fail'", or "'fail', reason 'partition_missing'".
void write_key(const Keys& keys, std::size_t i, const rubrics::Reads& reads,
               const std::set<std::string>& telling, CaseFact& fact) {
  for (const auto& [name, text] : keys.fields(i)) {
    const bool closed = keys.closed(i, name, text);
    const bool main = name == reads.status || name == kWhole;
    if (main && name == reads.status) fact.status_closed = closed;
    if (!main && !telling.contains(name)) continue;
    fact.key_open = fact.key_open || !closed;
    if (!fact.key.empty()) fact.key += ", ";
    if (!main) fact.key += clip(name, kMaxKeyPart) + " ";
    fact.key += closed ? "'" + text + "'" : std::string(kFreeText);
  }
  if (fact.key.empty()) fact.key = "(no status)";
}

/// 0 and 1 stand for no and yes only where no other number is a status.
void settle_number_statuses(const std::vector<model::Observation>& observations,
                            const rubrics::Reads& reads, std::vector<CaseFact>& facts) {
  constexpr std::int64_t kNoInteger = -1;
  bool others = false;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (facts[i].status_kind == "number" && facts[i].answer == "record") {
      const Json* status = model::field(observations[i].value, reads.status);
      const std::int64_t number =
          (status != nullptr ? model::integer_of(*status) : std::nullopt).value_or(kNoInteger);
      others = others || (number != 0 && number != 1);
    }
  if (!others) return;
  for (CaseFact& fact : facts)
    if (fact.status_kind == "number") fact.status_yes_no = false;
}

bool holds(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// The status of a state key, which comes first, without what is beside it.
std::string status_in(const std::string& key) {
  const std::size_t end = key.find("', ");
  return end == std::string::npos ? key : key.substr(0, end + 1);
}

std::string key_of_raised(const CaseFact& fact) {
  return fact.deliberate ? "raises " + fact.exception : std::string(kEscaped);
}

}  // namespace

void add_state_keys(const std::vector<model::Case>& cases,
                    const std::vector<model::Observation>& observations,
                    const std::vector<CaseValues>& values, const rubrics::Reads& reads,
                    std::vector<CaseFact>& facts) {
  settle_number_statuses(observations, reads, facts);
  Keys keys(cases, values);
  std::set<std::string> names;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].returned()) continue;
    keys.add(i, fields_of(observations[i].value, reads));
    for (const auto& [name, text] : keys.fields(i)) names.insert(name);
  }
  keys.decide();
  std::set<std::string> telling;
  for (const std::string& name : names)
    if (keys.ever_closed(name)) telling.insert(name);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    CaseFact& fact = facts[i];
    if (!fact.ran || !fact.reached) continue;
    if (fact.answer == "nothing")
      fact.key = kNoAnswer;
    else if (fact.answer == "raised")
      fact.key = key_of_raised(fact);
    else
      write_key(keys, i, reads, telling, fact);
  }
}

void add_escapes(const rubrics::Reads& reads, std::vector<CaseFact>& facts) {
  std::set<std::string> healthy, low, all_well, otherwise;
  for (const CaseFact& fact : facts) {
    // Free text says of nothing that all is well.
    const bool is_record = fact.answer == "record" || fact.status_kind != "absent";
    if (!fact.returned() || (is_record ? !fact.status_closed : fact.key_open)) continue;
    const bool is_healthy = holds(reads.healthy, fact.label);
    if (fact.label == reads.low) low.insert(fact.key);
    if (is_healthy) healthy.insert(fact.key);
    if (is_healthy)
      all_well.insert(status_in(fact.key));
    else if (fact.label != reads.failure && holds(reads.states, fact.label))
      otherwise.insert(status_in(fact.key));
  }
  // Where a status means that all is well and nothing else, a cause beside it takes nothing from
  // that.
  const auto says_all_is_well = [&](const CaseFact& fact) {
    if (healthy.contains(fact.key)) return !low.contains(fact.key);
    const std::string status = status_in(fact.key);
    return fact.status_closed && all_well.contains(status) && !otherwise.contains(status);
  };
  for (CaseFact& fact : facts) {
    if (fact.label != reads.failure || !fact.ran || !fact.reached) continue;
    if (fact.answer == "nothing") {
      fact.escape = "no answer: " + fact.shown;
    } else if (fact.answer == "raised" && !fact.deliberate) {
      fact.escape = fact.exception;
    } else if (says_all_is_well(fact)) {
      fact.escape = "answered " + fact.key + ", as where all is well";
    }
    fact.escaped = !fact.escape.empty();
  }
}

rubrics::StatesFact summarise_states(const rubrics::Reads& reads,
                                     const std::vector<CaseFact>& facts) {
  rubrics::StatesFact states;
  for (const std::string& label : reads.states) {
    std::vector<rubrics::StatesFact::Entry> entries;
    for (const CaseFact& fact : facts) {
      if (fact.label != label || fact.key.empty()) continue;
      auto it = std::find_if(entries.begin(), entries.end(),
                             [&](const auto& entry) { return entry.key == fact.key; });
      if (it == entries.end()) it = entries.insert(it, {fact.key, {}});
      it->cases.push_back(fact.case_id);
    }
    states.labels.emplace_back(label, std::move(entries));
  }
  return states;
}

}  // namespace assay::evidence
