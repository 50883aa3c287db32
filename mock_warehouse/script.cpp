#include "mock_warehouse/script.h"

#include <algorithm>

#include "harness/base/assert.h"
#include "harness/model/observation.h"
#include "mock_warehouse/query_desk.h"

namespace assay::warehouse {
namespace {

/// '*' stands for any characters, none as well.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::optional<std::string> optional_text(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  return json.at(key).get<std::string>();
}

Match read_match(const Json& rule) {
  Match match;
  if (!rule.contains("match")) return match;
  const Json& json = rule.at("match");
  match.operation = optional_text(json, "operation");
  match.method = optional_text(json, "method");
  match.path = optional_text(json, "path");
  match.date = optional_text(json, "date");
  return match;
}

/// The faults of a step, as the script lists them.
std::vector<ScriptedFault> faults_of(const Json& step) {
  std::vector<ScriptedFault> faults;
  const auto add = [&](const Json& json) {
    faults.push_back({find_fault(json.at("fault").get<std::string>()), json});
    ASSAY_ASSERT(faults.back().fault != nullptr, "the schema knows a fault that has no file");
  };
  if (step.contains("fault")) add(step);
  if (step.contains("faults"))
    for (const Json& json : step.at("faults")) add(json);
  return faults;
}

Parts parts_of(const ScriptedFault& scripted) {
  return scripted.fault->decides(scripted.parameters);
}

Step read_step(const Json& json) {
  Step step;
  step.faults = faults_of(json);
  std::ranges::stable_sort(step.faults, {},
                           [](const ScriptedFault& f) { return parts_of(f).first(); });
  if (json.contains("until_ms"))
    step.until = std::chrono::milliseconds(json.at("until_ms").get<std::int64_t>());
  const bool lasts_by_itself =
      step.until || std::ranges::any_of(step.faults, [](const ScriptedFault& f) {
        return f.fault->over != nullptr;
      });
  if (json.contains("times")) {
    step.times = json.at("times").get<int>();
  } else if (!lasts_by_itself) {
    step.times = 1;
  }
  step.delay = std::chrono::milliseconds(json.value("delay_ms", std::int64_t{0}));
  step.close = json.value("connection", "") == "close";
  return step;
}

Entrance entrance_of(const Step& step) {
  return step.faults.empty() ? Entrance::kOpen : step.faults.front().fault->entrance;
}

Rule read_rule(const Json& json) {
  Rule rule;
  rule.match = read_match(json);
  for (const Json& step : json.at("steps")) rule.steps.push_back(read_step(step));
  const std::string then = json.value("then", "");
  if (then == "repeat") rule.then = Rule::Then::kRepeat;
  if (then == "world") rule.then = Rule::Then::kWorld;
  return rule;
}

}  // namespace

bool Match::fits(const HttpRequest& request, const ApiCall& call) const {
  return (!operation || *operation == operation_of(call)) &&
         (!method || *method == request.method) && (!path || glob(*path, call.path)) &&
         (!date || *date == call.date);
}

namespace {

/// Whether a client that reads the whole of it learns of a further page.
bool names_next_page(const Reply& reply) {
  const Json& document = reply.answer.document;
  if (reply.reach != Reply::Reach::kWhole || !document.is_object()) return false;
  // The second and third are BigQuery's.
  return std::ranges::any_of(
      std::initializer_list<const char*>{"next_page_token", "pageToken", "nextPageToken"},
      [&](const char* key) { return !document.value(key, Json()).is_null(); });
}

/// Why an answer refuses, by the error in it: of either API, of a job, or in an answer of 200.
std::string refusal_in(const Reply& reply) {
  for (const char* place :
       {"/error", "/status/errorResult", "/job/status/errorResult", "/errors/0"}) {
    const Json* error = find_in(reply.answer.document, place);
    if (error == nullptr || !error->is_object()) continue;
    const Json* listed = find_in(*error, "/errors/0/reason");
    const Json reason =
        listed != nullptr ? *listed : error->value("reason", error->value("code", Json()));
    const Json message = error->value("message", Json());
    std::string text = reason.is_string() ? reason.get<std::string>() : "";
    if (message.is_string()) text += (text.empty() ? "" : ": ") + message.get<std::string>();
    return text;
  }
  return "";
}

std::string quoted(const ScriptedFault& f) { return "\"" + std::string(f.fault->name) + "\""; }

Status check_step(const Json& step, const std::string& place) {
  const std::vector<ScriptedFault> faults = faults_of(step);
  if (faults.size() == 1 && parts_of(faults[0]) == Part::kPage)
    return input_error(
        "fault_on_page: nothing strikes on that page; expected other faults beside this one: "
        "faults: [{fault: page, fault_on_page: 2}, {fault: hang}]",
        {place + "/fault_on_page"});
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const Place second = {place + "/faults/" + std::to_string(i)};
    for (std::size_t before = 0; before < i; ++before) {
      // What one fault decides may go by its parameters, so two of it need not clash in a part.
      if (faults[before].fault == faults[i].fault)
        return input_error(quoted(faults[i]) +
                               " stands in this step twice; expected it once, with "
                               "all of its parameters",
                           second);
      const Parts both = parts_of(faults[before]) & parts_of(faults[i]);
      if (both.empty()) continue;
      // Which answer is given says more than what it is made of.
      const Part told = both.has(Part::kAnswer) ? Part::kAnswer : both.first();
      return input_error(quoted(faults[i]) + " does not go together with " +
                             quoted(faults[before]) + ": both decide " +
                             std::string(to_string(told)) + "; expected one of them",
                         second);
    }
  }
  return success();
}

}  // namespace

Status check_faults(const Json& script, const std::string& root) {
  for (std::size_t rule = 0; rule < script.size(); ++rule) {
    const Json& steps = script[rule].at("steps");
    const bool matches = script[rule].contains("match") && !script[rule]["match"].empty();
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const std::string place =
          root + "/" + std::to_string(rule) + "/steps/" + std::to_string(step);
      ASSAY_CHECK(check_step(steps[step], place));
      if (steps[step].contains("until_ms") && step + 1 == steps.size() &&
          script[rule].value("then", "") == "repeat")
        return input_error(
            "the last step is repeated for ever; expected a step behind it, such as "
            "{answer: world}, or then: world",
            {place + "/until_ms"});
      const std::vector<ScriptedFault> faults = faults_of(steps[step]);
      if (matches && !faults.empty() && faults[0].fault->entrance != Entrance::kOpen)
        return input_error(quoted(faults[0]) +
                               " is for attempts to connect, which ask for nothing yet that could "
                               "match; expected a rule without \"match\"",
                           {place + "/fault"});
    }
  }
  return success();
}

Scripted without_script(const Asked& asked) {
  Scripted scripted;
  if (asked.desk != nullptr) asked.desk->begin_anew();
  Reply reply(answer_call(asked.world, asked.request, asked.call, {}, asked.desk), asked.framing);
  scripted.next_page = names_next_page(reply);
  scripted.refusal = refusal_in(reply);
  scripted.program = std::move(reply).compile();
  return scripted;
}

Script::Script(const Json& json, std::uint64_t seed) : seed_(seed) {
  for (const Json& rule : json) rules_.push_back(read_rule(rule));
  progress_.resize(rules_.size());
  authored_ = rules_.size();
}

FaultContext Script::context(const Asked& asked, std::size_t rule, std::size_t fault) const {
  const Progress& progress = progress_[rule];
  const Step& step = rules_[rule].steps[progress.step];
  const auto use = static_cast<std::uint64_t>(progress.uses);
  return {step.faults[fault].parameters,
          asked.world,
          asked.request,
          asked.call,
          progress.uses,
          asked.elapsed,
          Random({seed_, rule, progress.step, use, fault}),
          asked.desk};
}

bool Script::is_last_for_ever(std::size_t rule, std::size_t step) const {
  return step + 1 == rules_[rule].steps.size() && rules_[rule].then == Rule::Then::kRepeat;
}

bool Script::is_over(std::size_t rule, const Progress& progress, Duration elapsed) const {
  const Step& step = rules_[rule].steps[progress.step];
  if (is_last_for_ever(rule, progress.step)) return false;
  if (step.times && progress.uses >= *step.times) return true;
  if (step.until && elapsed >= *step.until) return true;
  // Whether a fault is over goes by uses and time: it may be asked where nobody has asked anything.
  static const World kNoWorld{};
  static const HttpRequest kNoRequest{};
  static const ApiCall kNoCall{};
  return std::ranges::any_of(step.faults, [&](const ScriptedFault& scripted) {
    return scripted.fault->over != nullptr &&
           scripted.fault->over({scripted.parameters, kNoWorld, kNoRequest, kNoCall, progress.uses,
                                 elapsed, Random({seed_}), nullptr});
  });
}

/// What the step at which a rule stands makes of the answer. Whether it was for this answer: a step
/// that strikes on one page spares the others.
bool Script::apply(const Asked& asked, std::size_t rule, Scripted& scripted) const {
  const Step& step = rules_[rule].steps[progress_[rule].step];
  Framing framing = asked.framing;
  framing.close |= step.close;
  framing.date += step.delay;
  if (asked.desk != nullptr) asked.desk->begin_anew();
  Reply reply(answer_call(asked.world, asked.request, asked.call, {}, asked.desk), framing);
  reply.late += step.delay;
  for (std::size_t i = 0; i < step.faults.size() && !reply.spared; ++i) {
    FaultContext context = this->context(asked, rule, i);
    if (!step.faults[i].fault->apply(context, reply)) continue;
    if (!scripted.fault.empty()) scripted.fault += model::kFaultSeam;
    scripted.fault += step.faults[i].fault->name;
  }
  scripted.next_page = names_next_page(reply);
  scripted.refusal = refusal_in(reply);
  const bool struck = !reply.spared;
  scripted.program = std::move(reply).compile();
  return struck;
}

Scripted Script::answer(const Asked& asked) {
  std::string idle;
  Scripted scripted = answer_by_rules(asked, idle);
  scripted.idle_fault = std::move(idle);
  return scripted;
}

/// Faults are the only thing that a step does.
bool Script::only_faults(const Step& step) {
  return !step.faults.empty() && step.delay == Duration{} && !step.close;
}

Scripted Script::answer_by_rules(const Asked& asked, std::string& idle) {
  for (std::size_t place = 0; place < rules_.size(); ++place) {
    const std::size_t index = at_place(place);
    const Rule& rule = rules_[index];
    if (!rule.match.fits(asked.request, asked.call)) continue;
    Progress& progress = progress_[index];
    while (progress.step < rule.steps.size() && is_over(index, progress, asked.elapsed))
      progress = {progress.step + 1};
    const bool used_up = progress.step == rule.steps.size();
    const bool for_connections =
        !used_up && entrance_of(rule.steps[progress.step]) != Entrance::kOpen;
    if (is_injected(index) && (used_up || for_connections)) continue;
    if (for_connections) return without_script(asked);
    if (used_up) {
      Scripted scripted = without_script(asked);
      scripted.rule = static_cast<int>(index);
      if (rule.then == Rule::Then::kExhausted) scripted.fault = "script_exhausted";
      return scripted;
    }
    Scripted scripted;
    if (!is_injected(index)) {
      scripted.rule = static_cast<int>(index);
      scripted.step = static_cast<int>(progress.step);
    }
    const Step& step = rule.steps[progress.step];
    const bool struck = apply(asked, index, scripted);
    if (struck) ++progress.uses;
    if (is_injected(index) && scripted.fault.empty() && only_faults(step)) {
      if (struck) idle = step.faults.front().fault->name;
      continue;
    }
    return scripted;
  }
  return without_script(asked);
}

void Script::inject(const Json& rule) {
  rules_.push_back(read_rule(rule));
  progress_.emplace_back();
}

bool Script::shuts_out() const {
  return std::ranges::any_of(rules_, [](const Rule& rule) {
    return std::ranges::any_of(
        rule.steps, [](const Step& step) { return entrance_of(step) != Entrance::kOpen; });
  });
}

ScriptedEntrance Script::entrance(Duration elapsed) const {
  for (std::size_t place = 0; place < rules_.size(); ++place) {
    const std::size_t rule = at_place(place);
    Progress progress = progress_[rule];
    const std::vector<Step>& steps = rules_[rule].steps;
    while (progress.step < steps.size() && is_over(rule, progress, elapsed))
      progress = {progress.step + 1};
    if (progress.step == steps.size()) continue;
    const Entrance entrance = entrance_of(steps[progress.step]);
    if (entrance != Entrance::kOpen)
      return {entrance, static_cast<int>(rule), static_cast<int>(progress.step),
              std::string(steps[progress.step].faults.front().fault->name), is_injected(rule)};
  }
  return {};
}

void Script::attempted(const ScriptedEntrance& entrance) {
  Progress& progress = progress_[static_cast<std::size_t>(entrance.rule)];
  const auto step = static_cast<std::size_t>(entrance.step);
  if (progress.step > step) return;  // requests have gone on meanwhile
  if (progress.step < step) progress = {step};
  ++progress.uses;
}

}  // namespace assay::warehouse
