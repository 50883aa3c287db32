// A submission whose entry file is the starter's.

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/evidence/untouched.h"
#include "tests/unit/evidence/run.h"

namespace assay::evidence {
namespace {

using model::SourceFile;
using Files = std::vector<SourceFile>;

constexpr const char* kEntry = "solution.py";
const Files kStarter = {{kEntry, "def f(x):\n    raise NotImplementedError\n", "aa"},
                        {"client.py", "def ask(): ...\n", "bb"}};

}  // namespace

TEST_CASE("a starter as it was given is told from one into which something was written") {
  CHECK(find_untouched_starter(kEntry, kStarter, kStarter)->others.empty());
  CHECK(find_untouched_starter(kEntry, kStarter, kStarter)->lines == 2);
  CHECK(find_untouched_starter(kEntry, {kStarter[0]}, kStarter));
  CHECK(find_untouched_starter(kEntry,
                               {{kEntry,
                                 "\xEF\xBB\xBF"
                                 "def f(x):\r\n\r\n    raise NotImplementedError ",
                                 ""}},
                               kStarter));
  CHECK_FALSE(
      find_untouched_starter(kEntry, {{kEntry, "def f(x):\n    return 1\n", ""}}, kStarter));
  CHECK_FALSE(find_untouched_starter(
      kEntry, {{kEntry, "def f(x):\n  raise NotImplementedError\n", ""}}, kStarter));
  CHECK_FALSE(find_untouched_starter(kEntry, {}, kStarter));
  CHECK_FALSE(find_untouched_starter(kEntry, kStarter, {}));
}

TEST_CASE("sources that were not given are told, and nothing else") {
  Files files = kStarter;
  files.push_back({"health.py", "def f(x):\n    return 1\n", ""});
  files.push_back({"notes.md", "todo", ""});
  const auto untouched = find_untouched_starter(kEntry, files, kStarter);
  REQUIRE(untouched);
  CHECK(untouched->others == std::vector<std::string>{"health.py"});
}

TEST_CASE("a submission that is the starter is not gradable, and every indicator cites that") {
  const auto judgement = judge_untouched(testing::exercise(), {testing::rubric()},
                                         model::Level::kMid, UntouchedStarter{13, {}});
  CHECK_FALSE(judgement.gradable.ok);
  CHECK(judgement.gradable.reason ==
        "solution.py is the starter as it was given: nothing was written into "
        "check_pipeline_health. Did the candidate mean to hand in another file?");
  CHECK(judgement.overall.anchor == model::Anchor::kNotGradable);
  REQUIRE(judgement.evidence.size() == 1);
  CHECK(judgement.evidence[0].cites[0] == model::Citation::of_source("solution.py", 1, 13));
  for (const model::Indicator& each : judgement.indicators)
    CHECK(each.evidence == std::vector<std::string>{judgement.evidence[0].id});
}

TEST_CASE("work in another file than the starter's is asked about") {
  const auto judgement = judge_untouched(testing::exercise(), {testing::rubric()},
                                         model::Level::kMid, UntouchedStarter{13, {"health.py"}});
  CHECK(judgement.gradable.reason.ends_with("Is the work in health.py?"));
}

}  // namespace assay::evidence
