#include "harness/run/pool.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "harness/base/unique_fd.h"
#include "harness/run/trial.h"
#include "tests/support/scratch.h"

namespace assay::run {
namespace {

using testing::Scratch;

constexpr std::size_t kCases = 7;

model::Plan plan_of(std::size_t cases) {
  model::Plan plan;
  plan.limits.wall_ms = 1;
  for (std::size_t i = 0; i < cases; ++i) {
    model::Case one;
    one.id = "case-" + std::to_string(i);
    plan.cases.push_back(one);
  }
  return plan;
}

model::Submission told(const std::string& id, const std::string& text) {
  model::Submission submission;
  submission.id = id;
  submission.files.push_back({"solution.py", text, ""});
  return submission;
}

/// Keeps what it is told, and can ask the pool to stop.
class Listener : public PoolListener {
 public:
  void worker_ready(const model::Tool& tool, const std::vector<model::Layer>& layers) override {
    python = tool.python;
    layer_count = layers.size();
  }
  void case_done() override { ++cases; }
  void notice(const std::string& text) override { notices.push_back(text); }
  Status submission_done(SubmissionRun run) override {
    runs.push_back(std::move(run));
    if (stop_after == runs.size()) CHECK(::write(stop_writer, "x", 1) == 1);
    return success();
  }

  const SubmissionRun& of(std::size_t index) const {
    for (const SubmissionRun& run : runs)
      if (run.index == index) return run;
    FAIL("no result of submission " << index);
    return runs.front();
  }

  std::vector<SubmissionRun> runs;
  std::size_t cases = 0;
  std::vector<std::string> notices;
  std::string python;
  std::size_t layer_count = 0;
  std::size_t stop_after = 0;
  int stop_writer = -1;
};

PoolOptions options_for(int jobs, const std::string& runner = "unused") {
  PoolOptions options;
  options.assay = ASSAY_FAKE_WORKER;
  options.runner = runner;
  options.jobs = jobs;
  return options;
}

PoolEnd run_all(const std::vector<model::Submission>& submissions, const PoolOptions& options,
                Listener& listener, std::size_t cases = kCases) {
  const model::Plan plan = plan_of(cases);
  const auto end = run_pool(plan, submissions, options, listener);
  REQUIRE_MESSAGE(end.ok(), end.error().to_string());
  return *end;
}

/// All cases answered, in the plan's order.
void check_whole(const SubmissionRun& run) {
  REQUIRE(run.observations.size() == kCases);
  for (std::size_t i = 0; i < kCases; ++i) {
    CHECK(run.observations[i].case_id == "case-" + std::to_string(i));
    CHECK(run.observations[i].outcome.kind == model::OutcomeKind::kReturned);
    CHECK(run.observations[i].value == Json(i));
  }
}

TEST_CASE("a case is run as often as its submission asks for, and each run is told apart") {
  for (const int jobs : {1, 2, 5}) {
    CAPTURE(jobs);
    Listener listener;
    PoolOptions options = options_for(jobs);
    options.repeats = {3, 1};
    const std::vector submissions = {told("a", "well"), told("b", "well"), told("c", "well")};
    CHECK(run_all(submissions, options, listener) == PoolEnd::kDone);
    CHECK(listener.cases == 5 * kCases);
    for (std::size_t i = 0; i < 3; ++i) check_whole(listener.of(i));
    CHECK(listener.of(1).repetitions.empty());
    CHECK(listener.of(2).repetitions.empty());
    const auto& repetitions = listener.of(0).repetitions;
    REQUIRE(repetitions.size() == 2);
    for (std::size_t again = 0; again < 2; ++again) {
      REQUIRE(repetitions[again].size() == kCases);
      for (std::size_t c = 0; c < kCases; ++c) {
        CHECK(repetitions[again][c].case_id == "case-" + std::to_string(c));
        CHECK(repetitions[again][c].value == Json({c, again + 1}));
      }
    }
  }
}

std::size_t count_of_kind(const SubmissionRun& run, model::OutcomeKind kind) {
  return static_cast<std::size_t>(std::ranges::count_if(
      run.observations, [&](const model::Observation& seen) { return seen.outcome.kind == kind; }));
}

TEST_CASE("a submission that spends its time in each case of its trial has the others not run") {
  constexpr std::size_t kMany = 5 * kTrialCases + 3;
  for (const int jobs : {1, 2, 7, 40}) {
    CAPTURE(jobs);
    Listener listener;
    PoolOptions options = options_for(jobs);
    options.repeats = {1, 2, 2};
    const std::vector submissions = {told("a", "well"), told("b", "spin"),
                                     told("c", "spin-but 21")};
    CHECK(run_all(submissions, options, listener, kMany) == PoolEnd::kDone);
    CHECK(listener.cases == 5 * kMany);
    CHECK(count_of_kind(listener.of(0), model::OutcomeKind::kReturned) == kMany);
    const SubmissionRun& hopeless = listener.of(1);
    CHECK(hopeless.repetitions.empty());
    CHECK(hopeless.inspection == Json{{"of", "b"}});
    REQUIRE(hopeless.observations.size() == kMany);
    const auto first = trial_cases(kMany);
    for (std::size_t c = 0; c < kMany; ++c) {
      const model::Observation& seen = hopeless.observations[c];
      CHECK(seen.case_id == "case-" + std::to_string(c));
      const bool tried = std::ranges::find(first, c) != first.end();
      CHECK(seen.outcome.kind ==
            (tried ? model::OutcomeKind::kCpuTime : model::OutcomeKind::kNotRun));
    }
    REQUIRE(std::ranges::find(first, std::size_t{21}) != first.end());
    CHECK(count_of_kind(listener.of(2), model::OutcomeKind::kCpuTime) == kMany - 1);
    CHECK(listener.of(2).repetitions.size() == 1);
  }
}

TEST_CASE("all cases are run where all were asked for, or where a trial would save little") {
  Listener asked, few;
  PoolOptions options = options_for(2);
  CHECK(run_all({told("a", "spin")}, options, few, 2 * kTrialCases - 1) == PoolEnd::kDone);
  CHECK(count_of_kind(few.of(0), model::OutcomeKind::kNotRun) == 0);
  options.all_cases = true;
  CHECK(run_all({told("a", "spin")}, options, asked, 50) == PoolEnd::kDone);
  CHECK(count_of_kind(asked.of(0), model::OutcomeKind::kCpuTime) == 50);
}

TEST_CASE("a worker that dies in a trial leaves the others to be run") {
  Listener listener;
  CHECK(run_all({told("a", "die-at 5")}, options_for(1), listener, 40) == PoolEnd::kDone);
  CHECK(count_of_kind(listener.of(0), model::OutcomeKind::kReturned) == 39);
  CHECK(listener.of(0).observations[5].outcome.kind == model::OutcomeKind::kHarnessFault);
}

TEST_CASE("a worker that dies in a repetition costs that run alone") {
  Listener listener;
  PoolOptions options = options_for(1);
  options.repeats = {2};
  CHECK(run_all({told("a", "die-again-at 2")}, options, listener) == PoolEnd::kDone);
  const SubmissionRun& run = listener.of(0);
  check_whole(run);
  REQUIRE(run.repetitions.size() == 1);
  for (std::size_t c = 0; c < kCases; ++c)
    CHECK((run.repetitions[0][c].outcome.kind == model::OutcomeKind::kHarnessFault) == (c == 2));
  REQUIRE(run.retries.size() == 2);
  CHECK(run.retries[0].starts_with("case-2, run 2: a worker was"));
}

TEST_CASE("every submission comes back whole, with any number of workers") {
  for (const int jobs : {1, 2, 3, 20}) {
    CAPTURE(jobs);
    Listener listener;
    const std::vector submissions = {told("a", "well"), told("b", "well"), told("c", "well")};
    CHECK(run_all(submissions, options_for(jobs), listener) == PoolEnd::kDone);
    REQUIRE(listener.runs.size() == 3);
    CHECK(listener.cases == 3 * kCases);
    for (std::size_t i = 0; i < 3; ++i) {
      check_whole(listener.of(i));
      CHECK(listener.of(i).inspection["of"] == submissions[i].id);
      CHECK(listener.of(i).retries.empty());
    }
    CHECK(listener.python == "3.11.2");
    CHECK(listener.layer_count == 1);
  }
}

TEST_CASE("what a worker's boxes lack of what is required ends the run before a case is run") {
  auto options = options_for(1);
  options.required_layers = {"Seccomp"};
  Listener listener;
  CHECK(run_all({told("a", "well")}, options, listener) == PoolEnd::kDone);

  options.required_layers = {"cgroup"};
  const auto unknown = run_pool(plan_of(kCases), std::vector{told("a", "well")}, options, listener);
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().kind == ErrorKind::kInput);
  CHECK(unknown.error().to_string().find("there is no layer called cgroup") == 0);

  const auto off = require_layers({"CGROUP"}, {{"cgroup", "off", "none is mounted"}});
  REQUIRE_FALSE(off.ok());
  CHECK(off.error().kind == ErrorKind::kEnvironment);
  CHECK(off.error().to_string().find("the layer cgroup is off: none is mounted") == 0);
}

TEST_CASE("a single submission is spread over the workers and comes back in order") {
  Listener listener;
  run_all({told("a", "well")}, options_for(4), listener);
  REQUIRE(listener.runs.size() == 1);
  check_whole(listener.of(0));
}

TEST_CASE("a worker that dies once is replaced, and nothing of its submission is lost") {
  const Scratch scratch;
  Listener listener;
  run_all({told("a", "die-once " + scratch.path("died")), told("b", "well")}, options_for(1),
          listener);
  check_whole(listener.of(0));
  check_whole(listener.of(1));
  REQUIRE(listener.of(0).retries.size() == 1);
  CHECK(listener.of(0).retries[0].find("killed by signal 9") != std::string::npos);
  CHECK(listener.of(1).retries.empty());
}

/// The cases that became harness faults.
std::vector<std::size_t> faults_of(const SubmissionRun& run) {
  std::vector<std::size_t> faults;
  for (std::size_t i = 0; i < run.observations.size(); ++i)
    if (run.observations[i].outcome.kind == model::OutcomeKind::kHarnessFault) faults.push_back(i);
  return faults;
}

TEST_CASE("a case that every worker dies of is tried twice and given up, and the others go on") {
  for (const std::size_t at : {std::size_t{0}, std::size_t{3}, kCases - 1}) {
    CAPTURE(at);
    Listener listener;
    run_all({told("a", "die-at " + std::to_string(at)), told("b", "well")}, options_for(1),
            listener);
    const SubmissionRun& run = listener.of(0);
    CHECK(faults_of(run) == std::vector{at});
    for (std::size_t i = 0; i < kCases; ++i)
      if (i != at) CHECK(run.observations.at(i).value == Json(i));
    CHECK(run.inspection["of"] == "a");
    REQUIRE(run.retries.size() == 2);
    const std::string id = "case-" + std::to_string(at);
    CHECK(run.retries[0].starts_with(id + ": a worker was killed by signal 9"));
    CHECK(run.retries[1].starts_with(id + ": a worker was killed by signal 9"));
    CHECK(run.retries[1].find("not tried a third time") != std::string::npos);
    CHECK(listener.cases == 2 * kCases);
    check_whole(listener.of(1));
  }
}

TEST_CASE("a submission that kills every worker costs itself alone, and not workers without end") {
  for (const int jobs : {1, 2}) {
    CAPTURE(jobs);
    Listener listener;
    run_all({told("a", "well"), told("b", "die"), told("c", "well")}, options_for(jobs), listener);
    check_whole(listener.of(0));
    check_whole(listener.of(2));
    const SubmissionRun& broken = listener.of(1);
    CHECK(faults_of(broken).size() == kCases);
    CHECK(broken.inspection.is_null());
    CHECK(broken.retries.size() == 10);
    CHECK(std::ranges::count_if(broken.retries, [](const std::string& why) {
            return why.find("is not tried any more") != std::string::npos;
          }) == 1);
    CHECK(listener.cases == 3 * kCases);
  }
}

TEST_CASE("a worker that falls silent is replaced as one that died") {
  // A busy host is not silence: where it was taken for that, there is more time.
  constexpr std::chrono::milliseconds kLongestSlack(64'000);
  for (std::chrono::milliseconds slack(1'000);; slack *= 2) {
    Listener listener;
    PoolOptions options = options_for(1);
    options.silence_slack = slack;
    run_all({told("a", "mute"), told("b", "well")}, options, listener);
    if (!listener.of(1).retries.empty() && slack < kLongestSlack) continue;
    for (const auto& seen : listener.of(0).observations)
      CHECK(seen.outcome.kind == model::OutcomeKind::kHarnessFault);
    return check_whole(listener.of(1));
  }
}

TEST_CASE("a host on which no worker can work is an error, and so are workers that never start") {
  const model::Plan plan = plan_of(1);
  const std::vector submissions = {told("a", "well")};
  Listener listener;
  const auto cannot = run_pool(plan, submissions, options_for(2, "cannot"), listener);
  REQUIRE(!cannot.ok());
  CHECK(cannot.error().kind == ErrorKind::kEnvironment);
  CHECK(cannot.error().message == "no user namespaces here");
  CHECK(cannot.error().hint == "Turn them on.");

  const auto gone = run_pool(plan, submissions, options_for(2, "gone"), listener);
  REQUIRE(!gone.ok());
  CHECK(gone.error().message.find("exit code 9") != std::string::npos);

  PoolOptions missing = options_for(1);
  missing.assay = "/nonexistent/assay";
  CHECK(!run_pool(plan, submissions, missing, listener).ok());
}

TEST_CASE("a worker that cannot start once, since its runner was killed, is replaced") {
  const Scratch scratch;
  const std::string runner = "cannot-once " + scratch.path("tried");
  Listener listener;
  run_all({told("a", "well")}, options_for(1, runner), listener);
  check_whole(listener.of(0));
  CHECK(listener.of(0).retries.empty());
}

TEST_CASE("a pool that is told to stop hands nothing more out") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  Listener listener;
  listener.stop_after = 1;
  listener.stop_writer = writer.get();
  PoolOptions options = options_for(1);
  options.stop_fd = reader.get();
  const std::vector submissions = {told("a", "well"), told("b", "mute"), told("c", "well")};
  CHECK(run_all(submissions, options, listener) == PoolEnd::kStopped);
  CHECK(listener.runs.size() == 1);
  check_whole(listener.of(0));
}

TEST_CASE("cases that only a box can run are named once, and only where there is no box") {
  model::Plan plan = plan_of(3);
  plan.needs_warehouse = true;
  for (model::Case& one : plan.cases) one.script = Json::array();
  const auto shut = parse_json(R"([{"steps": [{"fault": "connect_refused"}]}])", "script");
  REQUIRE(shut.ok());
  plan.cases[1].script = *shut;
  const std::vector submissions = {told("a", "well"), told("b", "well")};
  PoolOptions options = options_for(2);
  Listener boxed;
  CHECK(run_pool(plan, submissions, options, boxed).ok());
  CHECK(boxed.notices.empty());
  options.backend = Backend::kProcess;
  Listener plain;
  CHECK(run_pool(plan, submissions, options, plain).ok());
  CHECK(plain.notices == std::vector<std::string>{
                             "1 case cannot run without the sandbox, since it refuses connections "
                             "or lets them time out: case-1; what rests on it stays undetermined"});
  plan.cases[0].script = *shut;
  CHECK(run_pool(plan, submissions, options, plain).ok());
  CHECK(plain.notices.back() ==
        "2 cases cannot run without the sandbox, since they refuse connections or let them time "
        "out: case-0 and case-1; what rests on them stays undetermined");
  CHECK(plain.runs.size() == 4);
}

TEST_CASE("without submissions there is nothing to do") {
  Listener listener;
  CHECK(run_all({}, options_for(2), listener) == PoolEnd::kDone);
  CHECK(listener.runs.empty());
}

}  // namespace
}  // namespace assay::run
