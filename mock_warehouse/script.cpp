#include "mock_warehouse/script.h"

#include "harness/base/assert.h"

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

Step read_step(const Json& json) {
  Step step;
  step.parameters = json;
  if (json.contains("fault")) {
    step.fault = find_fault(json.at("fault").get<std::string>());
    ASSAY_ASSERT(step.fault != nullptr, "the schema knows a fault that has no file");
  }
  const bool lasts_by_itself = step.fault != nullptr && step.fault->over != nullptr;
  if (json.contains("times")) {
    step.times = json.at("times").get<int>();
  } else if (!lasts_by_itself) {
    step.times = 1;
  }
  step.delay = std::chrono::milliseconds(json.value("delay_ms", std::int64_t{0}));
  step.close = json.value("connection", "") == "close";
  return step;
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
  return (!operation || *operation == to_string(call.operation)) &&
         (!method || *method == request.method) && (!path || glob(*path, call.path)) &&
         (!date || *date == call.date);
}

Scripted without_script(const Asked& asked) {
  Scripted scripted;
  scripted.program =
      whole_answer(answer_call(asked.world, asked.request, asked.call), asked.framing);
  return scripted;
}

Script::Script(const Json& json, std::uint64_t seed) : seed_(seed) {
  for (const Json& rule : json) rules_.push_back(read_rule(rule));
  progress_.resize(rules_.size());
}

FaultContext Script::context(const Asked& asked, std::size_t rule) const {
  const Progress& progress = progress_[rule];
  const Step& step = rules_[rule].steps[progress.step];
  Framing framing = asked.framing;
  framing.close |= step.close;
  framing.date += step.delay;
  const auto use = static_cast<std::uint64_t>(progress.uses);
  return {step.parameters, asked.world,   asked.request, asked.call,
          progress.uses,   asked.elapsed, framing,       Random({seed_, rule, progress.step, use})};
}

bool Script::is_over(const Asked& asked, std::size_t rule) const {
  const Progress& progress = progress_[rule];
  const Step& step = rules_[rule].steps[progress.step];
  const bool last = progress.step + 1 == rules_[rule].steps.size();
  if (last && rules_[rule].then == Rule::Then::kRepeat) return false;
  if (step.times && progress.uses >= *step.times) return true;
  return step.fault != nullptr && step.fault->over != nullptr &&
         step.fault->over(context(asked, rule));
}

Scripted Script::answer(const Asked& asked) {
  std::size_t index = 0;
  while (index < rules_.size() && !rules_[index].match.fits(asked.request, asked.call)) ++index;
  Scripted scripted = without_script(asked);
  if (index == rules_.size()) return scripted;
  const Rule& rule = rules_[index];
  Progress& progress = progress_[index];
  scripted.rule = static_cast<int>(index);
  while (progress.step < rule.steps.size() && is_over(asked, index)) progress = {progress.step + 1};
  if (progress.step == rule.steps.size()) {
    if (rule.then == Rule::Then::kExhausted) scripted.fault = "script_exhausted";
    return scripted;
  }
  const Step& step = rule.steps[progress.step];
  FaultContext context = this->context(asked, index);
  std::optional<WireProgram> program;
  if (step.fault != nullptr) program = step.fault->compile(context);
  if (program) scripted.fault = step.fault->name;
  scripted.program =
      program ? *std::move(program) : whole_answer(context.healthy(), context.framing);
  if (step.delay > Duration{}) scripted.program.delay(step.delay);
  scripted.step = static_cast<int>(progress.step);
  ++progress.uses;
  return scripted;
}

}  // namespace assay::warehouse
