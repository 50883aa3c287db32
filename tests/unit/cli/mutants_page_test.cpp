#include "harness/cli/mutants_page.h"

#include <doctest/doctest.h>

#include "harness/report/text.h"

namespace assay::cli {
namespace {

run::MutantRun sample() {
  run::MutantRun run;
  run.exercise = "tiny";
  run.cases = {{"good-1", "good"}, {"good-2", "good"}, {"bad-1", "bad"}};
  run.mutants = {{.id = "r/s.py#f:drop_key:1",
                  .solution = "r",
                  .file = "s.py",
                  .line = 3,
                  .cases_changed = {0, 2},
                  .changes = {"right: observed → not_observed", "anchor at mid: meets → below"}},
                 {.id = "r/s.py#f:drop_key:2",
                  .solution = "r",
                  .file = "s.py",
                  .line = 4,
                  .equivalent = "Nobody reads it."},
                 {.id = "r/s.py#f:drop_raise:1",
                  .solution = "r",
                  .file = "s.py",
                  .line = 5,
                  .before = {"    raise E(\"\x1b[31m\")"},
                  .after = {"    pass"},
                  .cases_changed = {1}}};
  return run;
}

/// Many cases of many labels, and mutants of two functions.
run::MutantRun large() {
  run::MutantRun run;
  run.exercise = "large";
  for (const auto& [label, count] : std::vector<std::pair<std::string, int>>{
           {"good", 20}, {"low", 9}, {"missing", 12}, {"failing", 44}, {"odd", 3}})
    for (int i = 0; i < count; ++i) run.cases.push_back({label + std::to_string(i), label});
  for (int i = 1; i <= 9; ++i) {
    const std::string scope = i < 7 ? "check_pipeline_health" : "Warehouse.find_partition";
    run::Mutant& mutant = run.mutants.emplace_back(
        run::Mutant{.id = "a/s.py#" + scope + ":swap_comparison:" + std::to_string(i),
                    .line = 97 + i,
                    .changes = {"right: observed → not_observed"}});
    for (std::size_t c = 0; c < static_cast<std::size_t>(i) * 4; ++c)
      mutant.cases_changed.push_back(c);
  }
  run.mutants[1].changes.push_back("anchor at mid: meets → below");
  run.mutants[2].changes = {"anchor at mid: meets → below"};
  run.mutants[4].changes.clear();
  run.mutants[4].equivalent = run.mutants[5].equivalent = "Nobody reads it.";
  run.mutants[5].changes.clear();
  return run;
}

TEST_CASE("a row for each mutant with a column for each case, and a few are all told in full") {
  CHECK(mutants_page(sample(), {}, 80) ==
        "A column for each of the 3 cases. A dot: the mutant did there what its reference\n"
        "does; an x: something else.\n"
        "  good 2, bad 1\n"
        "\n"
        "r/s.py#f\n"
        "killed   drop_key:1   3 x. x\n"
        "equal    drop_key:2   4 .. .\n"
        "SURVIVES drop_raise:1 5 .x .\n"
        "\n"
        "equal, as mutants.yaml says:\n"
        "    1 Nobody reads it.\n"
        "\n"
        "r/s.py#f:drop_key:1\n"
        "  r/s.py, line 3\n"
        "  2 cases went otherwise (good-1, bad-1); right: observed → not_observed; anchor\n"
        "  at mid: meets → below.\n"
        "\n"
        "r/s.py#f:drop_key:2\n"
        "  r/s.py, line 4\n"
        "  No case tells it from its reference.\n"
        "\n"
        "survives: r/s.py#f:drop_raise:1\n"
        "  r/s.py, line 5\n"
        "  -     raise E(\"␛[31m\")\n"
        "  +     pass\n"
        "  1 case went otherwise (good-2), and no verdict moved: is a check too weak?\n"
        "\n"
        "Moved, and by how many: anchor at mid 1, right 1.\n"
        "tiny: 3 mutants, 1 change a verdict, 1 are as good as the original, 1 survive.\n");
}

TEST_CASE("a mutant of which the harness could not tell is no survivor, and is counted by itself") {
  run::MutantRun run = sample();
  run.mutants.resize(2);
  run.mutants[1].equivalent.clear();
  run.mutants[1].untold = true;
  const std::string page = mutants_page(run, {}, 80);
  CHECK(page.find("untold   drop_key:2 4 .. .\n") != std::string::npos);
  CHECK(page.find("  The harness failed where a verdict rests on it, so nobody can tell.\n") !=
        std::string::npos);
  CHECK(page.find("tiny: 2 mutants, 1 change a verdict, 0 are as good as the original, 0 survive.\n"
                  "1 mutant could not be told from the original, since the harness failed where a\n"
                  "verdict rests on it: run it again.\n") != std::string::npos);
}

TEST_CASE("where the cases are too many for a line, a column for each label counts them") {
  CHECK(mutants_page(large(), {}, 80) ==
        "A column for each label of the 88 cases, and in it in how many of them the\n"
        "mutant did something else than its reference.\n"
        "  a good 20, b low 9, c missing 12, d failing 44, e odd 3\n"
        "\n"
        "a/s.py#check_pipeline_health     a  b  c  d  e\n"
        "killed   swap_comparison:1  98   4  .  .  .  .\n"
        "killed   swap_comparison:2  99   8  .  .  .  .\n"
        "killed   swap_comparison:3 100  12  .  .  .  .\n"
        "killed   swap_comparison:4 101  16  .  .  .  .\n"
        "equal    swap_comparison:5 102  20  .  .  .  .\n"
        "equal    swap_comparison:6 103  20  4  .  .  .\n"
        "\n"
        "a/s.py#Warehouse.find_partition  a  b  c  d  e\n"
        "killed   swap_comparison:7 104  20  8  .  .  .\n"
        "killed   swap_comparison:8 105  20  9  3  .  .\n"
        "killed   swap_comparison:9 106  20  9  7  .  .\n"
        "\n"
        "equal, as mutants.yaml says:\n"
        "    2 Nobody reads it.\n"
        "\n"
        "Moved, and by how many: right 6, anchor at mid 2.\n"
        "large: 9 mutants, 7 change a verdict, 2 are as good as the original, 0 survive.\n");
}

TEST_CASE("no line is longer than the terminal is wide, whatever its width") {
  for (const std::size_t width : {40, 55, 80, 200}) {
    const std::string page = mutants_page(large(), {}, width);
    std::size_t begin = 0;
    for (std::size_t end; (end = page.find('\n', begin)) != std::string::npos; begin = end + 1)
      CHECK(report::display_width(page.substr(begin, end - begin)) <= width);
  }
  CHECK(mutants_page(large(), {}, 200).starts_with("A column for each of the 88 cases."));
}

TEST_CASE("a colour is around the word that says what became of a mutant") {
  const std::string page = mutants_page(sample(), {"<g>", "<b>", "<d>", "<p>"}, 80);
  CHECK(page.find("\n<g>killed<p>   drop_key:1") != std::string::npos);
  CHECK(page.find("\n<b>SURVIVES<p> drop_raise:1") != std::string::npos);
}

}  // namespace
}  // namespace assay::cli
