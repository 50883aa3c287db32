#include "harness/evidence/gradable.h"

#include <algorithm>
#include <map>

#include "harness/base/count.h"
#include "harness/evidence/cases.h"
#include "harness/evidence/text.h"

namespace assay::evidence {
namespace {

using model::Observation;
using model::OutcomeKind;

constexpr std::size_t kMaxMessage = 200;
// What the runner reports in place of an exception where it could not call the entry point.
constexpr std::string_view kEntryPointMissing = "assay.EntryPointMissing";
constexpr std::string_view kEntryPointSignature = "assay.EntryPointSignature";
constexpr std::string_view kModuleMissing = "ModuleNotFoundError";

std::string first_type(const Observation& o) {
  return o.outcome.exception && !o.outcome.exception->types.empty()
             ? o.outcome.exception->types.front()
             : std::string();
}

bool was_given_up(const Observation& o) { return o.outcome.kind == OutcomeKind::kNotRun; }

bool ran(const Observation& o) { return model::has_run(o.outcome.kind); }

bool asked(const Observation& o) {
  return std::any_of(o.requests.begin(), o.requests.end(),
                     [](const model::Request& r) { return r.phase == model::Phase::kCall; });
}

/// Whether every case that ran is so; false where none ran.
template <class Predicate>
bool all_that_ran(const std::vector<Observation>& observations, Predicate is_so) {
  bool any = false;
  for (const Observation& o : observations) {
    if (!ran(o)) continue;
    if (!is_so(o)) return false;
    any = true;
  }
  return any;
}

std::string exception_in_words(const Observation& o) {
  const std::string type = first_type(o);
  std::string text = type.substr(type.rfind('.') + 1);
  if (!o.outcome.exception->message.empty())
    text += ": " + on_one_line(clip(o.outcome.exception->message, kMaxMessage));
  if (o.outcome.exception->traceback.empty()) return text;
  const model::Frame& frame = o.outcome.exception->traceback.back();
  const std::string line = ", line " + std::to_string(frame.line) + ")";
  // Python ends the message of a SyntaxError with its place, the file without its folders.
  const std::string said = " (" + frame.file.substr(frame.file.rfind('/') + 1) + line;
  if (text.ends_with(said)) text.resize(text.size() - said.size());
  return text + " (" + frame.file + line;
}

std::string end_of(const Observation& o) {
  if (o.outcome.kind == OutcomeKind::kReturned) return "returned without one";
  if (o.outcome.kind == OutcomeKind::kRaised && o.outcome.exception)
    return "raised " + exception_in_words(o);
  return "ended so: " + std::string(end_in_words(o.outcome));
}

/// How most cases ended, where no request was made.
std::string commonest_end(const std::vector<Observation>& observations) {
  std::map<std::string, std::size_t> ends;
  for (const Observation& o : observations)
    if (ran(o)) ++ends[end_of(o)];
  const auto most = std::max_element(
      ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == ends.end() ? std::string() : most->first;
}

bool failed_on_import(const Observation& o) {
  return o.outcome.kind == OutcomeKind::kRaised && o.outcome.exception &&
         o.outcome.exception->during_import;
}

}  // namespace

GradableResult look_whether_gradable(const model::Plan& plan, const model::EntryPoint& entry,
                                     const std::vector<Observation>& observations,
                                     bool defines_entry) {
  GradableResult result;
  const auto no = [&](std::string reason) {
    result.gradable = {false, std::move(reason)};
    return result;
  };
  const std::string function = entry.function;
  if (std::none_of(observations.begin(), observations.end(), ran)) {
    result.our_fault = true;
    return no(std::string(kOurFault) +
              " in every case, so nothing is known of the submission. Can it be graded again?");
  }
  if (const auto left = std::ranges::count_if(observations, was_given_up); left > 0) {
    return no(count_of(observations.size() - static_cast<std::size_t>(left), "case") +
              ", spread over the exercise, went first, and each reached its limit of cpu or wall "
              "time; the other " +
              std::to_string(left) + " were not run. Does " + function +
              " loop for ever? With --all-cases they are run.");
  }
  // Whoever asked the warehouse in a call was imported and called, whatever a box says of itself.
  if (std::any_of(observations.begin(), observations.end(), asked)) return result;
  const auto first_ran = std::find_if(observations.begin(), observations.end(), ran);
  if (all_that_ran(observations, failed_on_import))
    return no(entry.file + " cannot be imported: " + exception_in_words(*first_ran) +
              (first_type(*first_ran).ends_with(kModuleMissing)
                   ? ". Is a file of theirs missing, or did they use a package that is not given?"
                   : ". Was this the file that the candidate meant to hand in?"));
  if (all_that_ran(observations,
                   [](const Observation& o) { return first_type(o) == kEntryPointMissing; }))
    return no(function + " cannot be called: " +
              on_one_line(clip(first_ran->outcome.exception->message, kMaxMessage)) +
              std::string(kUnderAnotherName));
  if (all_that_ran(observations,
                   [](const Observation& o) { return first_type(o) == kEntryPointSignature; }))
    return no(on_one_line(clip(first_ran->outcome.exception->message, kMaxMessage)) +
              ". Did the candidate read the arguments in another way?");
  if (plan.needs_warehouse) {
    std::string reason =
        "No case sent a request to the warehouse; most " + commonest_end(observations) + ".";
    if (!defines_entry) reason += " The source was read, and defines no " + function + ".";
    return no(reason +
              " Does the code ask something else than the warehouse, or fail before it asks?");
  }
  return result;
}

}  // namespace assay::evidence
