#include "harness/evidence/cases.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/evidence/expected.h"
#include "harness/evidence/numbers.h"
#include "harness/evidence/text.h"
#include "harness/evidence/things.h"
#include "harness/model/value.h"

namespace assay::evidence {
namespace {

using model::OutcomeKind;
using model::Phase;
using rubrics::CaseFact;

constexpr std::size_t kMaxShown = 160;
constexpr std::size_t kMaxMessage = 200;  // as it is quoted
/// Of a message, to be held against others: messages that differ, differ before.
constexpr std::size_t kMaxWording = 4'000;
constexpr std::size_t kMaxFields = 64;
constexpr std::size_t kMaxFieldName = 100;
constexpr int kMaxNestingOfText = 16;

const Json* argument(const model::Case& the_case, const model::EntryPoint& entry,
                     const std::string& name) {
  for (std::size_t i = 0; i < entry.parameters.size(); ++i)
    if (entry.parameters[i].name == name && i < the_case.arguments.size())
      return &the_case.arguments[i];
  return nullptr;
}

std::optional<std::int64_t> whole_number(const Json* json) {
  if (json == nullptr) return std::nullopt;
  if (const auto number = model::integer_of(*json)) return number;
  // 1500.0 is 1500 to every program that reads it.
  if (json->is_number_float()) {
    const double value = json->get<double>();
    if (std::abs(value) < 1e15 && value == std::floor(value))
      return static_cast<std::int64_t>(value);
  }
  return std::nullopt;
}

std::string kind_of_answer(const Json& value) {
  if (model::entries(value)) return "record";
  if (value.is_boolean()) return "bool";
  if (value.is_null()) return "none";
  if (model::text_of(value)) return "text";
  const std::string_view type = model::python_type(value);
  return value.is_number() || type == "int" || type == "float" ? "number" : "other";
}

/// An Enum by its value; where that is no plain one, by its name.
const Json& plain_status(const Json& status) {
  const bool is_enum = model::tag(status) == "enum" && status.contains("value");
  return is_enum ? status.at("value") : status;
}

void look_at_status(const Json* status, CaseFact& fact) {
  if (status == nullptr) return;
  const bool is_enum = model::tag(*status) == "enum";
  const Json& plain = plain_status(*status);
  const auto text = model::text_of(*status);
  const auto number = model::integer_of(*status);
  fact.status_kind = is_enum                         ? "enum"
                     : text                          ? "text"
                     : status->is_boolean()          ? "bool"
                     : status->is_null()             ? "none"
                     : status->is_number() || number ? "number"
                                                     : "other";
  const std::string word = text ? fold(*text) : std::string();
  fact.status_yes_no = plain.is_boolean() || word == "true" || word == "false" ||
                       (!is_enum && (number == 0 || number == 1));
}

void look_at_count(const model::Case& the_case, const Json* count, const rubrics::Reads& reads,
                   CaseFact& fact) {
  if (count != nullptr) {
    fact.count = whole_number(count);
    fact.count_kind = fact.count ? "int" : count->is_null() ? "none" : "other";
  }
  const auto expected = the_case.expect.find(reads.count);
  if (expected == the_case.expect.end()) return;
  // An answer without the count is not the right count.
  if (const auto number = whole_number(&*expected)) fact.count_right = fact.count == number;
}

/// Of an answer that is no record: in what its text holds, if anything.
void look_beside(const model::Case& the_case, const Json& value, const rubrics::Reads& reads,
                 CaseFact& fact) {
  const Json record = record_in_text(value);
  const auto field = [&](const std::string& name) {
    return record.is_null() ? nullptr : model::field(record, name);
  };
  look_at_status(field(reads.status), fact);
  look_at_count(the_case, field(reads.count), reads, fact);
}

void look_at_message(const Json* message, const CaseValues& values, CaseFact& fact) {
  const auto text = message != nullptr ? model::text_of(*message) : std::nullopt;
  const std::string whole = text.value_or("");
  fact.message = clip(whole, kMaxMessage);
  if (values.rows && values.minimum) {
    const auto numbers = numbers_in(whole);
    fact.numbers_told = numbers.contains(*values.rows) && numbers.contains(*values.minimum);
  }
  fact.date_told = values.date.empty() || tells_date(whole, values.date);
  std::string wording = fold(clip(whole, kMaxWording));
  for (const std::string& own : {values.date, fold(values.canary),
                                 values.minimum ? std::to_string(*values.minimum) : std::string(),
                                 values.rows ? std::to_string(*values.rows) : std::string()})
    wording = without(std::move(wording), own);
  fact.wording = std::move(wording);
}

void look_at_record(const model::Case& the_case, const Json& value, const CaseValues& values,
                    const rubrics::Reads& reads, CaseFact& fact) {
  const std::string_view tag = model::tag(value);
  if (!tag.empty() && tag != "dict") fact.record_class = tag;
  const auto entries = model::entries(value);
  for (const auto& [name, entry] : *entries)
    if (fact.fields.size() < kMaxFields)
      fact.fields.emplace_back(clip(name, kMaxFieldName), std::string(model::python_type(*entry)));
  for (const std::string& key : {reads.status, reads.count, reads.message})
    if (!key.empty() && model::field(value, key) == nullptr) fact.missing_keys.push_back(key);
  look_at_status(model::field(value, reads.status), fact);
  look_at_count(the_case, model::field(value, reads.count), reads, fact);
  look_at_message(model::field(value, reads.message), values, fact);
}

void look_at_requests(const model::Observation& observation, CaseFact& fact) {
  Things things;
  std::map<int, int> times;
  for (const model::Request& request : observation.requests) {
    if (request.phase != Phase::kCall) continue;
    ++fact.requests;
    fact.hung = fact.hung || model::has_fault(request.fault, "hang");
    // A client that follows redirects asks nothing anew.
    if (model::has_fault(request.fault, "redirect")) continue;
    fact.repeats = std::max(fact.repeats, ++times[things.of(request).thing]);
  }
}

/// Whether some text stands in a value, at any depth; a dict's keys and an Enum's name are no text
/// that was made of anything.
bool holds_text(const Json& value) {
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  if (!value.is_structured()) return false;
  return std::any_of(value.begin(), value.end(), holds_text);
}

/// Which variables' values stand in `text`, the names in order.
std::vector<std::string> values_in(const std::string& text,
                                   const std::map<std::string, std::string>& environment) {
  constexpr std::size_t kTelling = 8;  // a shorter value may stand there by chance
  std::vector<std::string> names;
  for (const auto& [name, value] : environment)
    if (value.size() >= kTelling && text.find(value) != std::string::npos) names.push_back(name);
  return names;
}

/// As JSON writes it between its quotes.
std::map<std::string, std::string> as_json_text(
    const std::map<std::string, std::string>& environment) {
  std::map<std::string, std::string> escaped;
  for (const auto& [name, value] : environment) {
    const std::string quoted = dump_json(Json(to_valid_utf8(value)));
    escaped[name] = quoted.substr(1, quoted.size() - 2);
  }
  return escaped;
}

void look_for_environment(const model::Observation& observation, const CaseContext& context,
                          CaseFact& fact) {
  const auto& exception = observation.outcome.exception;
  if (observation.has_value) {
    fact.wordy = holds_text(observation.value);
    fact.told = values_in(dump_json(observation.value), as_json_text(context.environment));
  } else if (exception) {
    fact.wordy = !exception->message.empty();
    fact.told = values_in(exception->message, context.environment);
  }
  fact.printed = values_in(observation.out.text + "\n" + observation.err.text, context.environment);
}

/// Raised by the candidate's own `raise`: not on import, and not by the starter's code.
bool is_deliberate(const model::Exception& exception, const std::set<std::string>& starter_files) {
  if (!exception.own_raise || exception.during_import) return false;
  return exception.traceback.empty() || !starter_files.contains(exception.traceback.back().file);
}

void look_at_exception(const model::Observation& observation,
                       const std::set<std::string>& starter_files, CaseFact& fact) {
  fact.answer = "raised";
  const auto& exception = observation.outcome.exception;
  const std::string type =
      exception && !exception->types.empty() ? exception->types.front() : "an exception";
  fact.exception = type.substr(type.rfind('.') + 1);
  fact.deliberate = exception && is_deliberate(*exception, starter_files);
  fact.shown = fact.exception;
  if (exception && !exception->message.empty())
    fact.shown += ": " + on_one_line(clip(exception->message, kMaxShown));
}

}  // namespace

Json record_in_text(const Json& value) {
  const auto text = model::text_of(value);
  constexpr std::string_view kJsonSpace = " \t\n\r";
  const std::size_t begin = text ? text->find_first_not_of(kJsonSpace) : std::string::npos;
  if (begin == std::string::npos || (*text)[begin] != '{') return {};
  bool plain = true;
  const auto look = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key)
      plain = plain && !parsed.get_ref<const std::string&>().starts_with('$');
    plain = plain && depth <= kMaxNestingOfText;
    return plain;
  };
  Json record = Json::parse(*text, look, /*allow_exceptions=*/false);
  return plain && record.is_object() ? record : Json();
}

CaseValues values_of(const model::Case& the_case, const model::EntryPoint& entry,
                     const rubrics::Reads& reads) {
  CaseValues values;
  const Json* date = argument(the_case, entry, reads.date);
  if (date != nullptr && date->is_string()) values.date = date->get<std::string>();
  values.minimum = whole_number(argument(the_case, entry, reads.minimum));
  const auto canary = the_case.variables.find("canary");
  if (canary != the_case.variables.end() && canary->is_string())
    values.canary = canary->get<std::string>();
  const auto expected = the_case.expect.find(reads.count);
  if (expected != the_case.expect.end()) values.rows = whole_number(&*expected);
  return values;
}

CaseFact look_at_case(const model::Case& the_case, const model::Observation& observation,
                      const CaseValues& values, const CaseContext& context) {
  const rubrics::Reads& reads = context.reads;
  CaseFact fact;
  fact.case_id = the_case.id;
  fact.title = the_case.title;
  fact.label = the_case.label;
  fact.family = the_case.family;
  fact.outcome = model::to_string(observation.outcome.kind);
  fact.ran = model::has_run(observation.outcome.kind);
  fact.rows = values.rows;
  fact.minimum = values.minimum;
  fact.virtual_ms = to_ms(observation.virtual_time);
  look_at_requests(observation, fact);
  look_for_environment(observation, context, fact);
  const bool is_state =
      std::find(reads.states.begin(), reads.states.end(), the_case.label) != reads.states.end();
  fact.reached = !context.needs_warehouse || !is_state || fact.requests > 0;
  if (observation.outcome.kind == OutcomeKind::kRaised) {
    look_at_exception(observation, context.starter_files, fact);
  } else if (observation.outcome.kind == OutcomeKind::kReturned && observation.has_value) {
    const Json& value = observation.value;
    fact.answer = kind_of_answer(value);
    fact.shown = model::describe(value, kMaxShown);
    fact.serialisable = model::json_serialisable(value);
    if (fact.answer == "record")
      look_at_record(the_case, value, values, reads, fact);
    else
      look_beside(the_case, value, reads, fact);
  } else {
    fact.shown = end_in_words(observation.outcome);
  }
  look_at_expectation(the_case, observation, fact);
  return fact;
}

std::string_view end_in_words(const model::Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kReturned:
      return "it returned nothing that can be read";
    case OutcomeKind::kRaised:
      return "it raised an exception";
    case OutcomeKind::kExited:
      return "it left the process";
    case OutcomeKind::kSignaled:
      return "a signal ended it";
    case OutcomeKind::kCpuTime:
      return "it reached its limit of cpu time";
    case OutcomeKind::kWallTime:
      return "it reached its limit of real time";
    case OutcomeKind::kVirtualTime:
      return outcome.detail.starts_with("all ") ? "it waited for what could never come"
                                                : "the case's clock reached its limit";
    case OutcomeKind::kMemory:
      return "it reached its limit of memory";
    case OutcomeKind::kOutput:
      return "it reached its limit of output";
    case OutcomeKind::kPolicy:
      return "it made a system call that is forbidden";
    case OutcomeKind::kHarnessFault:
      return "Assay itself failed";
    case OutcomeKind::kNotRun:
      return "it was not run";
  }
  return "";
}

}  // namespace assay::evidence
