#include "harness/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "harness/base/count.h"
#include "harness/model/value.h"
#include "harness/report/fields.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

template <std::size_t N>
std::string_view look_up(const std::array<Entry, N>& table, std::string_view key) {
  const auto found = std::ranges::find(table, key, &Entry::first);
  return found == table.end() ? std::string_view() : found->second;
}

constexpr auto kAnchors = std::to_array<Entry>({{"exceeds", "Exceeds"},
                                                {"meets", "Meets"},
                                                {"below", "Below"},
                                                {"not_gradable", "Not gradable"}});

constexpr auto kBases = std::to_array<Entry>({{"dynamic", "Rests on what the code did."},
                                              {"static", "Rests on the source that ran."},
                                              {"human", "A person decides it."}});

constexpr auto kLabels = std::to_array<Entry>(
    {{"healthy", "the partition is there, with rows above the minimum"},
     {"boundary", "exactly as many rows as the minimum"},
     {"low_volume", "the partition is there, with fewer rows than the minimum"},
     {"missing_data", "there is no partition for the day"},
     {"api_failure", "the warehouse cannot be asked, for good"},
     {"transient", "the warehouse fails at first and then answers"},
     {"late", "the partition appears only later"},
     {"dripping", "the answer comes in drips, and takes longer than anyone can wait"},
     {"bad_data", "the answer holds no usable count"},
     {"numeric_text", "the count is a number written as text"},
     {"not_found_other", "something other than the partition is not found"},
     {"empty", "the partition is there, without rows"},
     {"empty_min0", "no rows, and a minimum of 0"},
     {"loading", "the partition is still being loaded"},
     {"invalid_input", "the function is called with arguments that make no sense"}});

constexpr auto kOutcomes = std::to_array<Entry>({{"returned", "returned"},
                                                 {"raised", "raised"},
                                                 {"exited", "left the process"},
                                                 {"signaled", "killed by signal"},
                                                 {"cpu_time", "over its cpu time"},
                                                 {"wall_time", "over its time"},
                                                 {"virtual_time", "waited too long"},
                                                 {"memory", "over its memory"},
                                                 {"output", "over its output"},
                                                 {"policy", "forbidden call"},
                                                 {"harness_fault", "harness failed"},
                                                 {"not_run", "not run"}});

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;

/// "312 bytes", "14.2 KiB", "9.0 MiB"
std::string words_of_bytes(std::int64_t bytes) {
  if (bytes < kKiB) return count_of(static_cast<std::size_t>(bytes), "byte");
  const bool large = bytes >= kMiB;
  char text[40];
  std::snprintf(text, sizeof text, "%.1f %s",
                static_cast<double>(bytes) / static_cast<double>(large ? kMiB : kKiB),
                large ? "MiB" : "KiB");
  return text;
}

}  // namespace

VerdictWords words_of_verdict(const Json& indicator) {
  const std::string_view verdict = text_at(indicator, "verdict");
  const bool positive = text_at(indicator, "polarity") == "positive";
  if (verdict == "needs_human") return {"?", "needs a person", Tone::kAsk};
  if (verdict == "not_exercised") return {"–", "not exercised", Tone::kOpen};
  if (verdict == "undetermined") return {"!", "undetermined", Tone::kFault};
  const bool observed = verdict == "observed";
  const std::string_view words = observed ? "observed" : "not observed";
  return observed == positive ? VerdictWords{"✓", words, Tone::kGood}
                              : VerdictWords{"✗", words, Tone::kBad};
}

std::string_view words_of_anchor(std::string_view anchor) { return look_up(kAnchors, anchor); }

Tone tone_of_anchor(std::string_view anchor) {
  if (anchor == "not_gradable") return Tone::kFault;
  return anchor == "below" ? Tone::kBad : Tone::kGood;
}

std::string_view words_of_basis(std::string_view basis) { return look_up(kBases, basis); }

VerdictWords words_of_holds(const Json& holds) {
  if (holds.is_null()) return {"–", "not shown", Tone::kOpen};
  return holds.get<bool>() ? VerdictWords{"✓", "holds", Tone::kGood}
                           : VerdictWords{"✗", "does not hold", Tone::kBad};
}

std::string_view words_of_label(std::string_view label) { return look_up(kLabels, label); }

std::string type_of_exception(const Json& exception) {
  const Json& types = exception.at("types");
  return types.empty() ? "an exception without a type" : types.at(0).get<std::string>();
}

std::string words_of_outcome(const Json& outcome) {
  const std::string_view kind = text_at(outcome, "kind");
  std::string words(look_up(kOutcomes, kind));
  if (kind == "raised" && outcome.contains("exception")) {
    const std::string type = type_of_exception(outcome.at("exception"));
    words += " " + type.substr(type.rfind('.') + 1);  // npos + 1 is 0
  }
  if (outcome.contains("signal")) words += " " + std::to_string(outcome.at("signal").get<int>());
  if (outcome.contains("exit_code"))
    words += ", code " + std::to_string(outcome.at("exit_code").get<int>());
  return words;
}

std::string words_of_environment(const Json& test_case) {
  std::string words;
  const auto environment = test_case.find("environment");
  if (environment == test_case.end()) return words;
  for (const auto& [name, value] : environment->items()) {
    if (!words.empty()) words += ", ";
    words += value.is_null() ? name + " is not set" : name + "=" + value.get<std::string>();
  }
  return words;
}

std::string words_of_use(const Json& report, const Json& test_case) {
  const Json* used = find_by(report.at("run").at("cases"), "id", text_at(test_case, "id"));
  if (used == nullptr) return {};
  const auto ms = [&](const char* name) {
    return std::to_string(std::llround(used->at(name).get<double>())) + " ms";
  };
  std::string words =
      ms("wall_ms") + "; cpu " + ms("cpu_user_ms") + " user, " + ms("cpu_system_ms") + " system; ";
  words += words_of_bytes(used->at("peak_memory_bytes")) + " of memory at most";
  if (const auto most = used->find("processes_at_most"); most != used->end())
    words += "; " + count_of(most->get<std::size_t>(), "process", "processes") + " at most";
  if (const auto written = used->find("written_bytes"); written != used->end())
    words += "; " + words_of_bytes(*written) + " written";
  return words + "; " + words_of_bytes(used->at("output_bytes")) + " of output";
}

std::string words_of_end(const Json& report, const Json& test_case) {
  const Json& outcome = test_case.at("outcome");
  std::string words = outcome.value("detail", "");
  if (text_at(outcome, "kind") != "memory") return words;
  const Json* used = find_by(report.at("run").at("cases"), "id", text_at(test_case, "id"));
  const auto peak = used == nullptr ? 0 : used->at("peak_memory_bytes").get<std::int64_t>();
  if (peak == 0) return words;  // it was not told
  words += (words.empty() ? "" : "; ");
  return words + "the peak was " + std::to_string((peak + kMiB - 1) / kMiB) + " MiB";
}

std::string words_of_call(const Json& graded, const Json& test_case, std::size_t limit) {
  std::string call(text_at(graded.at("exercise").at("entry"), "function"));
  std::string_view before = "(";
  for (const Json& argument : test_case.at("arguments")) {
    call.append(before).append(model::describe(argument, limit));
    before = ", ";
  }
  return call + (before == "(" ? "()" : ")");
}

std::string words_of_value(const Json& test_case, std::size_t limit) {
  const auto value = test_case.find("value");
  if (value == test_case.end()) return {};
  const auto entries = model::entries(*value);
  if (!entries) return model::describe(*value, limit);
  std::string words;
  for (const auto& [key, entry] : *entries) {
    if (!words.empty()) words += ", ";
    words += model::describe(*entry, limit);
    if (words.size() > limit) break;
  }
  return words;
}

bool is_of_draft(const Json& citation) { return citation.contains("of"); }

std::string_view words_of_draft(const Json& graded) {
  const Json& exercise = graded.at("exercise");
  if (!exercise.contains("draft")) return {};
  if (text_at(exercise, "draft") == "package")
    return "beside the draft that every candidate was given";
  return graded.contains("draft") ? "beside a draft of the candidate's own"
                                  : "without the candidate's own draft, which was not kept";
}

std::string words_of_unchanged(const Json& graded) {
  if (!graded.contains("draft") || graded.at("draft").at("files").empty()) return {};
  const Json& draft = graded.at("draft").at("files").front();
  const std::string_view name = text_at(graded.at("exercise").at("entry"), "file");
  const Json* entry = find_by(graded.at("submission").at("files"), "path", name);
  if (entry == nullptr || text_at(*entry, "sha256") != text_at(draft, "sha256")) return {};
  return "The draft was handed in unchanged: " + std::string(name) + " has the same bytes as " +
         std::string(text_at(draft, "path")) + ".";
}

std::string words_of_citation(const Json& citation) {
  std::string words = is_of_draft(citation) ? "draft: " : "";
  if (citation.contains("file")) {
    const int line = citation.at("line"), end_line = citation.at("end_line");
    words += std::string(text_at(citation, "file")) + ":" + std::to_string(line);
    if (end_line > line) words += "-" + std::to_string(end_line);
    return words;
  }
  words += text_at(citation, "case");
  if (citation.contains("request"))
    words += ", request " + std::to_string(citation.at("request").get<int>());
  if (citation.contains("stream")) words += ", its " + std::string(text_at(citation, "stream"));
  return words;
}

std::string words_of_answer(const Json& request) {
  std::string words = "no answer";
  if (request.contains("status"))
    words = std::to_string(request.at("status").get<int>()) + ", " +
            count_of(request.at("bytes_sent").get<std::size_t>(), "byte");
  if (request.contains("retry_after"))
    words += ", Retry-After: " + std::string(text_at(request, "retry_after"));
  if (request.contains("next_page")) words += ", a further page follows";
  const std::string_view end = text_at(request, "end");
  if (end == "rst") words += ", then a reset";
  if (end == "open") words += ", open to the end";
  if (end == "client_closed") {
    words += ", the client closed";
    if (request.contains("ended_at_us"))
      words += " after " + seconds(request.at("ended_at_us").get<std::int64_t>() -
                                   request.at("at_us").get<std::int64_t>());
  }
  return words;
}

std::string words_of_fault(const Json& request) {
  if (!request.contains("fault")) return {};
  std::string words(text_at(request, "fault"));
  if (request.contains("rule") && request.contains("step"))
    words += " (rule " + std::to_string(request.at("rule").get<int>() + 1) + ", step " +
             std::to_string(request.at("step").get<int>() + 1) + ")";
  return words;
}

bool is_unsandboxed(const Json& report) {
  return text_at(report.at("run").at("sandbox"), "backend") == "process";
}

std::string words_of_real_time(const Json& report) {
  const Json& run = report.at("run");
  if (!run.contains("real_time")) return {};
  const int speed = run.at("real_time").get<int>();
  return "In real time" +
         (speed == 1 ? std::string() : ", " + std::to_string(speed) + " times as fast") +
         ": how busy the machine was is in what is shown here, and it may be otherwise the next "
         "time.";
}

}  // namespace assay::report
