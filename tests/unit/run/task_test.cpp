#include "harness/run/task.h"

#include <doctest/doctest.h>

namespace assay::run {
namespace {

model::Plan plan() {
  model::Plan plan;
  plan.entry.file = "solution.py";
  plan.starter = {{"solution.py", "the starter's", ""}, {"warehouse.py", "the starter's", ""}};
  plan.limits.wall_ms = 1'000;
  return plan;
}

model::Submission with(std::vector<std::string> paths) {
  model::Submission submission;
  for (auto& path : paths) submission.files.push_back({std::move(path), "own", ""});
  return submission;
}

std::string listed(const std::vector<model::SourceFile>& files) {
  std::string text;
  for (const auto& file : files) text += file.path + ":" + file.bytes + " ";
  return text;
}

TEST_CASE(
    "the starter's files lie beside the submission where it lacks them, but never its entry") {
  CHECK(listed(files_in_box(plan(), with({"solution.py"}))) ==
        "solution.py:own warehouse.py:the starter's ");
  CHECK(listed(files_in_box(plan(), with({"solution.py", "warehouse.py"}))) ==
        "solution.py:own warehouse.py:own ");
  CHECK(listed(files_in_box(plan(), with({}))) == "warehouse.py:the starter's ");
}

TEST_CASE("the exercise's draft lies beside a submission that brings none, and runs by itself") {
  model::Plan rework = plan();
  rework.draft = model::SourceFile{"draft.py", "the draft", ""};
  CHECK(listed(files_in_box(rework, with({"solution.py"}))) ==
        "solution.py:own warehouse.py:the starter's draft.py:the draft ");
  CHECK(listed(files_in_box(rework, with({"draft.py"}))) ==
        "draft.py:own warehouse.py:the starter's ");
  CHECK(entry_of(rework, with({"solution.py"})).file == "solution.py");
  model::Submission draft = with({"draft.py"});
  draft.entry_file = "draft.py";
  CHECK(call_job(rework, draft, {}).entry.file == "draft.py");
  CHECK(inspection_job(rework, draft).entry.file == "draft.py");
}

TEST_CASE("lines are watched only where there is a draft to compare handlers with") {
  model::Plan rework = plan();
  CHECK_FALSE(call_job(rework, with({}), {}).watch_lines);
  rework.draft = model::SourceFile{"draft.py", "", ""};
  CHECK(call_job(rework, with({}), {}).watch_lines);
}

TEST_CASE("a folder in the submission under the name of a starter's file stands for that file") {
  CHECK(listed(files_in_box(plan(), with({"warehouse.py/x.py"}))) == "warehouse.py/x.py:own ");
  CHECK(listed(files_in_box(plan(), with({"warehouse.pyc"}))) ==
        "warehouse.pyc:own warehouse.py:the starter's ");
}

TEST_CASE("a case and its twin have the same seed, other cases and other plans another") {
  model::Case one;
  one.id = "server-500";
  model::Case twin;
  twin.id = "server-500~twin";
  twin.twin_of = "server-500";
  model::Case other;
  other.id = "server-503";
  CHECK(case_seed(1, one) == case_seed(1, twin));
  CHECK(case_seed(1, one) != case_seed(1, other));
  CHECK(case_seed(1, one) != case_seed(2, one));
}

TEST_CASE("a job holds nothing that tells the case apart from what it asks") {
  model::Case one;
  one.id = "server-500";
  one.label = "api_failure";
  one.arguments = Json::array({"2026-03-13", 1000});
  const sandbox::Job job = call_job(plan(), with({"solution.py"}), one);
  CHECK(job.kind == sandbox::Job::Kind::kCall);
  CHECK(job.arguments == one.arguments);
}

TEST_CASE("a journal is kept whole within limits, and cut with a note beyond them") {
  std::vector<model::Request> journal(kMaxKeptRequests);
  std::vector<std::string> notes;
  CHECK(bounded_journal(journal, notes).size() == kMaxKeptRequests);
  CHECK(notes.empty());
  journal.emplace_back();
  CHECK(bounded_journal(journal, notes).size() == kMaxKeptRequests);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0] == "requests_cut: 501 requests were sent; the first 500 are kept");

  model::Request heavy;
  heavy.headers =
      Json::array({Json::array({"x-large", std::string(kMaxKeptRequestBytes / 4, 'x')})});
  CHECK(bounded_journal(std::vector(10, heavy), notes).size() == 3);
  CHECK(notes.size() == 2);
}

TEST_CASE("an observation is bounded as JSON text, whatever its bytes become there") {
  model::Observation seen;
  seen.out.text = std::string(kMaxKeptStreamBytes, 'x');
  seen.value = std::string(1'000, '\0');
  bound(seen);
  CHECK_FALSE(seen.out.cut);
  CHECK(seen.out.text.size() == kMaxKeptStreamBytes);
  CHECK(seen.notes.empty());

  for (int i = 0; i < 40'000; ++i) seen.err.text += "\u00e9\u20ac";
  seen.value = std::string(kMaxKeptValueBytes / 4, '\0');
  seen.functions_run.resize(1'000, {"solution.py", 1, std::string(300, 'f')});
  seen.outcome.exception.emplace().message = "kept no longer";
  bound(seen);
  CHECK(seen.err.cut);
  CHECK(seen.err.text.size() <= kMaxKeptStreamBytes);
  CHECK(to_valid_utf8(seen.err.text) == seen.err.text);
  CHECK(seen.value.at("$type") == "cut");
  CHECK(seen.functions_run.empty());
  CHECK(seen.outcome.exception->message.empty());
  CHECK(seen.notes.size() == 2);
}

model::Observation ended(model::OutcomeKind kind, double cpu_ms) {
  model::Observation seen;
  seen.outcome.kind = kind;
  seen.run.cpu_user_ms = cpu_ms;
  return seen;
}

TEST_CASE("an inspection sees the files that lie in the box") {
  const sandbox::Job job = inspection_job(plan(), with({"solution.py"}));
  CHECK(job.kind == sandbox::Job::Kind::kInspect);
  CHECK(listed(job.files) == "solution.py:own warehouse.py:the starter's ");
}

TEST_CASE("only faults of ours and starved wall limits are tried again") {
  using model::OutcomeKind;
  const model::Limits limits = plan().limits;
  CHECK(!reason_to_retry(ended(OutcomeKind::kHarnessFault, 0), limits).empty());
  CHECK(!reason_to_retry(ended(OutcomeKind::kWallTime, 100), limits).empty());
  CHECK(reason_to_retry(ended(OutcomeKind::kWallTime, 900), limits).empty());
  model::Observation asleep = ended(OutcomeKind::kWallTime, 100);
  asleep.notes = {"outside_virtual_time: it sleeps"};
  CHECK(reason_to_retry(asleep, limits).empty());
  for (const OutcomeKind kind :
       {OutcomeKind::kReturned, OutcomeKind::kRaised, OutcomeKind::kSignaled, OutcomeKind::kCpuTime,
        OutcomeKind::kVirtualTime, OutcomeKind::kMemory, OutcomeKind::kPolicy})
    CHECK(reason_to_retry(ended(kind, 0), limits).empty());
}

TEST_CASE("what only a box can run is not tried again without one, and is known beforehand") {
  model::Observation seen = ended(model::OutcomeKind::kHarnessFault, 0);
  seen.notes = {std::string(sandbox::kNoteNeedsBox) +
                ": a plain process has no network of its own"};
  CHECK(reason_to_retry(seen, plan().limits).empty());

  model::Plan mixed = plan();
  const auto add = [&](const char* id, const char* steps) {
    model::Case one;
    one.id = id;
    one.script = parse_json(std::string(R"([{"steps": [)") + steps + "]}]", "script").value();
    mixed.cases.push_back(std::move(one));
  };
  add("plain", R"({"answer": "world"})");
  add("refused", R"({"answer": "world"}, {"fault": "connect_refused"})");
  add("silent", R"({"fault": "connect_timeout"})");
  mixed.needs_warehouse = false;
  CHECK(cases_that_need_box(mixed).empty());
  mixed.needs_warehouse = true;
  CHECK(cases_that_need_box(mixed) == std::vector<std::string>{"refused", "silent"});
}

TEST_CASE("a second try has more wall time where nobody but the host can have used up the first") {
  const model::Limits limits = plan().limits;
  model::Observation seen = ended(model::OutcomeKind::kWallTime, 0);
  CHECK(limits_of_retry(seen, limits).wall_ms == kRetryWallFactor * limits.wall_ms);
  CHECK(limits_of_retry(seen, limits).cpu_ms == limits.cpu_ms);
  seen.notes = {"real_time: a child process was started"};
  CHECK(limits_of_retry(seen, limits) == limits);
  CHECK(limits_of_retry(ended(model::OutcomeKind::kHarnessFault, 0), limits) == limits);
}

}  // namespace
}  // namespace assay::run
