#include "harness/marks/decision.h"
#include "harness/marks/chain.h"

#include <doctest/doctest.h>

#include "tests/unit/marks/support.h"

namespace assay::marks {
namespace {

using model::Verdict;

std::string refused(const Decision& decision, const Marker& marker = {"ada", "marker"}) {
  const auto mark = mark_of(sound_report().at("graded"), decision, marker, "");
  return mark.ok() ? "" : mark.error().message + " " + mark.error().hint;
}

TEST_CASE("a mark keeps the machine's verdict beside the person's") {
  const auto mark = mark_on(sound_report(), decision("separation", Verdict::kNotObserved,
                                                     "check_wrong", "A helper compares."));
  CHECK_EQ(mark.machine, Verdict::kObserved);
  CHECK_EQ(mark.human, Verdict::kNotObserved);
  CHECK_EQ(mark.rubric, "data_engineer_coding_test");
}

TEST_CASE("what a decision lacks is told, with what to choose from") {
  CHECK_NE(refused(decision("nonsense", Verdict::kObserved)).find("cannot_explain"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved, "")).find("written_answer"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved, "mood")).find("written_answer"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved, "other", " ")).find("--text"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved), {" ", "marker"}).find("--by"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved), {"ada", "a\nb"}).find("--role"),
           std::string::npos);
  CHECK_NE(refused(decision("cannot_explain", Verdict::kObserved, "other",
                            std::string(kMaxMarkText + 1, 'x')))
               .find("at most"),
           std::string::npos);
}

TEST_CASE("overriding the machine needs a text, and agreeing with it does not") {
  CHECK_NE(refused(decision("separation", Verdict::kNotObserved, "source")), "");
  CHECK_EQ(refused(decision("separation", Verdict::kObserved, "source")), "");
  CHECK_EQ(refused(decision("structured_status", Verdict::kNotObserved, "source")), "");
}

TEST_CASE("a person can say all but that the harness failed") {
  CHECK_EQ(*human_verdict_from("not_exercised"), Verdict::kNotExercised);
  CHECK_FALSE(human_verdict_from("undetermined").ok());
  CHECK_FALSE(human_verdict_from("").ok());
}

}  // namespace
}  // namespace assay::marks
