#include "rubrics/facts.h"

#include <algorithm>
#include <array>

namespace assay::rubrics {
namespace {

template <class T>
void put(Json& json, const char* key, const std::optional<T>& value) {
  json[key] = value ? Json(*value) : Json();
}

template <class T>
void get(const Json& json, const char* key, std::optional<T>& value) {
  const Json& found = json.at(key);
  value = found.is_null() ? std::nullopt : std::optional<T>(found.get<T>());
}

}  // namespace

void to_json(Json& j, const CaseFact& c) {
  j = Json{{"case", c.case_id},
           {"title", c.title},
           {"label", c.label},
           {"family", c.family},
           {"ran", c.ran},
           {"reached", c.reached},
           {"outcome", c.outcome},
           {"answer", c.answer},
           {"shown", c.shown},
           {"deliberate", c.deliberate},
           {"exception", c.exception},
           {"key", c.key},
           {"key_open", c.key_open},
           {"record_class", c.record_class},
           {"missing_keys", c.missing_keys},
           {"status_kind", c.status_kind},
           {"status_closed", c.status_closed},
           {"status_yes_no", c.status_yes_no},
           {"count_kind", c.count_kind},
           {"serialisable", c.serialisable},
           {"fields", c.fields},
           {"message", c.message},
           {"wording", c.wording},
           {"date_told", c.date_told},
           {"escaped", c.escaped},
           {"escape", c.escape},
           {"requests", c.requests},
           {"repeats", c.repeats},
           {"virtual_ms", c.virtual_ms},
           {"expects", c.expects},
           {"wanted", c.wanted},
           {"as_expected", c.as_expected},
           {"difference", c.difference},
           {"hung", c.hung},
           {"wordy", c.wordy},
           {"told", c.told},
           {"printed", c.printed}};
  put(j, "count", c.count);
  put(j, "count_right", c.count_right);
  put(j, "numbers_told", c.numbers_told);
  put(j, "rows", c.rows);
  put(j, "minimum", c.minimum);
}

void from_json(const Json& j, CaseFact& c) {
  j.at("case").get_to(c.case_id);
  j.at("title").get_to(c.title);
  j.at("label").get_to(c.label);
  j.at("family").get_to(c.family);
  j.at("ran").get_to(c.ran);
  j.at("reached").get_to(c.reached);
  j.at("outcome").get_to(c.outcome);
  j.at("answer").get_to(c.answer);
  j.at("shown").get_to(c.shown);
  j.at("deliberate").get_to(c.deliberate);
  j.at("exception").get_to(c.exception);
  j.at("key").get_to(c.key);
  j.at("key_open").get_to(c.key_open);
  j.at("record_class").get_to(c.record_class);
  j.at("missing_keys").get_to(c.missing_keys);
  j.at("status_kind").get_to(c.status_kind);
  j.at("status_closed").get_to(c.status_closed);
  j.at("status_yes_no").get_to(c.status_yes_no);
  j.at("count_kind").get_to(c.count_kind);
  j.at("serialisable").get_to(c.serialisable);
  j.at("fields").get_to(c.fields);
  j.at("message").get_to(c.message);
  j.at("wording").get_to(c.wording);
  j.at("date_told").get_to(c.date_told);
  j.at("escaped").get_to(c.escaped);
  j.at("escape").get_to(c.escape);
  j.at("requests").get_to(c.requests);
  j.at("repeats").get_to(c.repeats);
  j.at("virtual_ms").get_to(c.virtual_ms);
  j.at("expects").get_to(c.expects);
  j.at("wanted").get_to(c.wanted);
  j.at("as_expected").get_to(c.as_expected);
  j.at("difference").get_to(c.difference);
  j.at("hung").get_to(c.hung);
  j.at("wordy").get_to(c.wordy);
  j.at("told").get_to(c.told);
  j.at("printed").get_to(c.printed);
  get(j, "count", c.count);
  get(j, "count_right", c.count_right);
  get(j, "numbers_told", c.numbers_told);
  get(j, "rows", c.rows);
  get(j, "minimum", c.minimum);
}

void to_json(Json& j, const TrafficFact& t) {
  Json exchanges = Json::array();
  for (const Exchange& e : t.exchanges) {
    exchanges.push_back({{"seq", e.seq},
                         {"operation", e.operation},
                         {"thing", e.thing},
                         {"fault", e.fault},
                         {"at_us", e.at_us},
                         {"given_up", e.given_up},
                         {"asked_by_date", e.asked_by_date},
                         {"next_page", e.next_page}});
    put(exchanges.back(), "status", e.status);
    put(exchanges.back(), "ended_us", e.ended_us);
    put(exchanges.back(), "asked_us", e.asked_us);
  }
  j = Json{{"case", t.case_id},
           {"over_us", t.over_us},
           {"end", t.end},
           {"exchanges", std::move(exchanges)}};
}

void from_json(const Json& j, TrafficFact& t) {
  j.at("case").get_to(t.case_id);
  j.at("over_us").get_to(t.over_us);
  j.at("end").get_to(t.end);
  for (const Json& item : j.at("exchanges")) {
    Exchange& e = t.exchanges.emplace_back();
    item.at("seq").get_to(e.seq);
    item.at("operation").get_to(e.operation);
    item.at("thing").get_to(e.thing);
    item.at("fault").get_to(e.fault);
    item.at("at_us").get_to(e.at_us);
    item.at("given_up").get_to(e.given_up);
    item.at("asked_by_date").get_to(e.asked_by_date);
    item.at("next_page").get_to(e.next_page);
    get(item, "status", e.status);
    get(item, "ended_us", e.ended_us);
    get(item, "asked_us", e.asked_us);
  }
}

bool Exchange::served() const {
  // Late, long, in pages or at odds with the rows: the answer is a whole one all the same.
  constexpr auto kHarmless = std::to_array<std::string_view>(
      {"latency", "oversized_body", "page", "slow_drip", "stale_metadata", "wrong_content_type"});
  const bool whole = std::ranges::all_of(model::fault_names(fault), [&](std::string_view name) {
    return std::ranges::find(kHarmless, name) != kHarmless.end();
  });
  return whole && !given_up && ended_us && status && *status >= 200 && *status < 300;
}

std::int64_t Try::pause_us() const {
  return std::max<std::int64_t>(0, again->at_us - before->ended_us.value_or(again->at_us));
}

std::vector<Try> TrafficFact::tries() const {
  std::vector<Try> tries;
  std::map<int, const Exchange*> last;  // by thing
  for (const Exchange& e : exchanges) {
    if (e.redirects()) continue;  // a client that follows it asks nothing anew
    const Exchange*& before = last[e.thing];
    if (before != nullptr && !before->served()) tries.push_back({before, &e});
    before = &e;
  }
  return tries;
}

bool TrafficFact::failed() const {
  return std::any_of(exchanges.begin(), exchanges.end(),
                     [](const Exchange& e) { return !e.served() && !e.redirects(); });
}

void to_json(Json& j, const StatesFact& s) {
  j = Json::object();
  for (const auto& [label, entries] : s.labels) {
    Json list = Json::array();
    for (const auto& e : entries) list.push_back({{"key", e.key}, {"cases", e.cases}});
    j[label] = std::move(list);
  }
}

void from_json(const Json& j, StatesFact& s) {
  for (const auto& [label, list] : j.items()) {
    std::vector<StatesFact::Entry> entries;
    for (const Json& e : list)
      entries.push_back(
          {e.at("key").get<std::string>(), e.at("cases").get<std::vector<std::string>>()});
    s.labels.emplace_back(label, std::move(entries));
  }
}

void to_json(Json& j, const FunctionFact& f) {
  j = Json{{"file", f.file},
           {"name", f.name},
           {"line", f.line},
           {"end_line", f.end_line},
           {"requests", f.requests},
           {"reads", f.reads},
           {"status_looks", f.status_looks},
           {"starter_calls", f.starter_calls},
           {"sent_in", f.sent_in},
           {"comparisons", f.comparisons},
           {"idle_comparisons", f.idle_comparisons},
           {"literals", f.literals}};
}

void from_json(const Json& j, FunctionFact& f) {
  j.at("file").get_to(f.file);
  j.at("name").get_to(f.name);
  j.at("line").get_to(f.line);
  j.at("end_line").get_to(f.end_line);
  j.at("requests").get_to(f.requests);
  j.at("reads").get_to(f.reads);
  j.at("status_looks").get_to(f.status_looks);
  j.at("starter_calls").get_to(f.starter_calls);
  j.at("sent_in").get_to(f.sent_in);
  j.at("comparisons").get_to(f.comparisons);
  j.at("idle_comparisons").get_to(f.idle_comparisons);
  j.at("literals").get_to(f.literals);
}

void to_json(Json& j, const SourceFact& s) {
  j = Json{{"readable", s.readable}, {"problem", s.problem}, {"declares", s.declares}};
}

void from_json(const Json& j, SourceFact& s) {
  j.at("readable").get_to(s.readable);
  j.at("problem").get_to(s.problem);
  j.at("declares").get_to(s.declares);
}

void to_json(Json& j, const HandlerFact& h) {
  j = Json{{"form", h.form},     {"file", h.file},         {"function", h.function},
           {"line", h.line},     {"end_line", h.end_line}, {"catches", h.catches},
           {"digest", h.digest}, {"watched", h.watched},   {"entered", h.entered}};
}

void from_json(const Json& j, HandlerFact& h) {
  j.at("form").get_to(h.form);
  j.at("file").get_to(h.file);
  j.at("function").get_to(h.function);
  j.at("line").get_to(h.line);
  j.at("end_line").get_to(h.end_line);
  j.at("catches").get_to(h.catches);
  j.at("digest").get_to(h.digest);
  j.at("watched").get_to(h.watched);
  j.at("entered").get_to(h.entered);
}

void to_json(Json& j, const PassageFact& p) {
  j = Json{{"file", p.file}, {"line", p.line}, {"end_line", p.end_line}, {"text", p.text}};
}

void from_json(const Json& j, PassageFact& p) {
  j.at("file").get_to(p.file);
  j.at("line").get_to(p.line);
  j.at("end_line").get_to(p.end_line);
  j.at("text").get_to(p.text);
}

FactSet::FactSet(const std::vector<model::Fact>& facts, Origin origin)
    : origin_(std::move(origin)) {
  for (const model::Fact& fact : facts) {
    if (fact.kind == "case") {
      cases_.push_back(fact.data.get<CaseFact>());
      cases_.back().id = fact.id;
    } else if (fact.kind == "traffic") {
      auto traffic = fact.data.get<TrafficFact>();
      traffic.id = fact.id;
      traffic_.insert_or_assign(traffic.case_id, std::move(traffic));
    } else if (fact.kind == "function") {
      functions_.push_back(fact.data.get<FunctionFact>());
      functions_.back().id = fact.id;
    } else if (fact.kind == "source") {
      source_ = fact.data.get<SourceFact>();
      source_.id = fact.id;
    } else if (fact.kind == "handler") {
      handlers_.push_back(fact.data.get<HandlerFact>());
      handlers_.back().id = fact.id;
    } else if (fact.kind == "passage") {
      passages_.push_back(fact.data.get<PassageFact>());
      passages_.back().id = fact.id;
    } else if (fact.kind == "states") {
      states_id_ = fact.id;
    }
  }
}

const TrafficFact& FactSet::traffic(const CaseFact& c) const {
  static const TrafficFact none;
  const auto it = traffic_.find(c.case_id);
  return it == traffic_.end() ? none : it->second;
}

std::vector<const CaseFact*> FactSet::of_label(std::string_view label) const {
  std::vector<const CaseFact*> found;
  for (const CaseFact& c : cases_)
    if (c.label == label) found.push_back(&c);
  return found;
}

std::vector<const CaseFact*> FactSet::of_labels(const std::vector<std::string>& labels) const {
  std::vector<const CaseFact*> found;
  for (const CaseFact& c : cases_)
    if (std::find(labels.begin(), labels.end(), c.label) != labels.end()) found.push_back(&c);
  return found;
}

std::map<std::string, const CaseFact*> FactSet::keys(std::string_view label) const {
  std::map<std::string, const CaseFact*> found;
  for (const CaseFact& c : cases_)
    if (c.label == label && !c.key.empty()) found.emplace(c.key, &c);
  return found;
}

std::vector<const CaseFact*> FactSet::faulted(const std::vector<std::string>& labels) const {
  std::vector<const CaseFact*> found;
  for (const CaseFact* c : of_labels(labels))
    if (!c->ran) found.push_back(c);
  return found;
}

}  // namespace assay::rubrics
