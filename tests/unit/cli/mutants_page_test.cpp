#include "harness/cli/mutants_page.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

run::MutantRun sample() {
  run::MutantRun run;
  run.exercise = "tiny";
  run.cases = {{"good-1", "good"}, {"good-2", "good"}, {"bad-1", "bad"}};
  run.mutants = {{.id = "r/s.py#f:drop_key:1",
                  .line = 3,
                  .cases_changed = {0, 2},
                  .changes = {"right: observed → not_observed", "anchor at mid: meets → below"}},
                 {.id = "r/s.py#f:drop_key:2", .line = 4, .equivalent = "Nobody reads it."},
                 {.id = "r/s.py#f:drop_raise:1",
                  .solution = "r",
                  .file = "s.py",
                  .line = 5,
                  .before = {"    raise E(\"\x1b[31m\")"},
                  .after = {"    pass"},
                  .cases_changed = {1}}};
  return run;
}

TEST_CASE(
    "each mutant has a row with a column for each case, and survivors are told with their lines") {
  CHECK(mutants_page(sample(), {}, 80) ==
        "A column for each of the 3 cases: good 2, bad 1. A dot: the mutant did there\n"
        "what its reference does; an x: something else.\n"
        "\n"
        "killed   r/s.py#f:drop_key:1 (line 3)\n"
        "         x. x\n"
        "         right: observed → not_observed; anchor at mid: meets → below\n"
        "equal    r/s.py#f:drop_key:2 (line 4)\n"
        "         .. .\n"
        "         Nobody reads it.\n"
        "SURVIVES r/s.py#f:drop_raise:1 (line 5)\n"
        "         .x .\n"
        "\n"
        "survives: r/s.py#f:drop_raise:1\n"
        "  r/s.py, line 5\n"
        "  -     raise E(\"␛[31m\")\n"
        "  +     pass\n"
        "  1 case went otherwise (good-2), and no verdict moved: is a check too weak?\n"
        "\n"
        "tiny: 3 mutants, 1 change a verdict, 1 are as good as the original, 1 survive.\n");
}

TEST_CASE("a row of many cases is broken between labels where it can be, and never too long") {
  run::MutantRun run = sample();
  run.cases.clear();
  for (int i = 0; i < 30; ++i) run.cases.push_back({"a" + std::to_string(i), "a"});
  for (int i = 0; i < 200; ++i) run.cases.push_back({"b" + std::to_string(i), "b"});
  const std::string page = mutants_page(run, {}, 60);
  std::size_t begin = 0;
  for (std::size_t end; (end = page.find('\n', begin)) != std::string::npos; begin = end + 1)
    if (page[begin] == ' ' && page.find_first_of(".x", begin) < end) CHECK(end - begin <= 75);
  CHECK(page.find("\n         " + std::string("x.x") + std::string(27, '.') + "\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace assay::cli
