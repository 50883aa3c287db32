#include "harness/plan/loader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/unit/plan/package.h"

namespace assay::plan {
namespace {

std::string text_of(const Json& json) { return dump_json(json); }

std::vector<model::Case> cases_of(TemporaryPackage& package, const std::string& yaml) {
  package.add("cases/a.yaml", yaml);
  auto loaded = load(package.folder(), "");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  return std::move(loaded).value().cases;
}

std::string error_of_cases(const std::string& yaml) {
  TemporaryPackage package;
  package.add("cases/a.yaml", yaml);
  return error_of(package);
}

TEST_CASE("of what is no package it is told what was meant") {
  TemporaryPackage package;
  package.add("solutions/reference/x/solution.py", "pass\n");
  const auto hint_of = [](const std::string& path) {
    const auto loaded = load(path, "");
    REQUIRE_FALSE(loaded.ok());
    return loaded.error().place.file + ": " + loaded.error().message + "\n" + loaded.error().hint;
  };
  const std::string no = ": this folder holds no exercise.yaml, so it is no exercise\n";
  const std::string inner = package.folder() + "/cases";
  CHECK(hint_of(inner + "/") == inner + no + "did you mean " + package.folder() + "?");
  const std::string outer = std::filesystem::path(package.folder()).parent_path().string();
  CHECK(hint_of(outer) ==
        outer + no + "did you mean an exercise in it, such as " + package.folder() + "?");
  const std::string submissions = package.folder() + "/solutions/reference";
  CHECK(hint_of(submissions).starts_with(submissions + no + "EXERCISE comes first"));
  const std::string file = package.folder() + "/exercise.yaml";
  CHECK(hint_of(file) ==
        file + ": this is a file, and EXERCISE is a folder\ngive the folder that it is in");
}

TEST_CASE("a package is read whole") {
  TemporaryPackage package;
  const auto loaded = load(package.folder(), "plain");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  CHECK(loaded->variant == "plain");
  CHECK(loaded->exercise.id == "tiny");
  CHECK(loaded->exercise.version == "1");
  CHECK(loaded->exercise.entry.function == "f");
  CHECK(loaded->exercise.needs_warehouse);
  CHECK(loaded->exercise.limits == model::Limits{});
  REQUIRE(loaded->exercise.starter.size() == 1);
  CHECK(loaded->exercise.starter[0].path == "helper.py");
  CHECK(loaded->exercise.starter[0].bytes == "x = 1\n");
  REQUIRE(loaded->cases.size() == 1);
  const model::Case& one = loaded->cases[0];
  CHECK(one.id == "one");
  CHECK(one.visibility == model::Visibility::kHidden);
  CHECK(format_utc(one.now) == "2026-03-14T06:00:00Z");
  CHECK(text_of(one.arguments) == R"(["2026-03-13"])");
  CHECK(text_of(one.expect) == R"({"actual_rows":1500})");
  CHECK(
      text_of(one.world) ==
      R"({"tables":{"orders":{"partition_column":"order_date","partitions":[{"date":"2026-03-13","row_count":1500}]}}})");
}

TEST_CASE("a twin repeats its case with other values, right behind it, and hidden") {
  TemporaryPackage package;
  const auto cases = cases_of(package,
                              "cases:\n"
                              "  - id: one\n"
                              "    title: One ${canary}\n"
                              "    label: healthy\n"
                              "    visibility: public\n"
                              "    twin: {date: '2026-02-11', rows: 7, canary: ibis}\n"
                              "  - {id: two, title: Two, label: healthy}\n");
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].visibility == model::Visibility::kPublic);
  CHECK(cases[1].id == "one~twin");
  CHECK(cases[1].title == "One ibis, again with other values");
  CHECK(cases[1].twin_of == "one");
  CHECK(cases[1].visibility == model::Visibility::kHidden);
  CHECK(cases[1].label == "healthy");
  CHECK(format_utc(cases[1].now) == "2026-02-12T06:00:00Z");
  CHECK(text_of(cases[1].arguments) == R"(["2026-02-11"])");
  CHECK(text_of(cases[1].expect) == R"({"actual_rows":7})");
  CHECK(text_of(cases[1].variables) == R"({"date":"2026-02-11","rows":7,"canary":"ibis"})");
  CHECK(cases[2].id == "two");
  CHECK_FALSE(cases[2].twin_of);
}

TEST_CASE("a hidden case may disclose its twin") {
  TemporaryPackage package;
  const auto cases = cases_of(package,
                              "cases:\n"
                              "  - id: one\n"
                              "    title: One ${canary}\n"
                              "    label: healthy\n"
                              "    twin: {canary: ibis}\n"
                              "    disclose_twin: true\n");
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].visibility == model::Visibility::kHidden);
  CHECK(cases[1].visibility == model::Visibility::kPublic);
}

TEST_CASE("a family is one case for each of its items") {
  TemporaryPackage package;
  const auto cases =
      cases_of(package,
               "cases:\n"
               "  - id: rows-${rows}\n"
               "    title: With ${rows} rows\n"
               "    label: ${label}\n"
               "    for_each: [{rows: 1, label: low_volume}, {rows: 2, label: healthy}]\n"
               "    twin: {date: '2026-01-01'}\n");
  REQUIRE(cases.size() == 4);
  CHECK(cases[0].id == "rows-1");
  CHECK(cases[0].label == "low_volume");
  CHECK(cases[1].id == "rows-1~twin");
  CHECK(cases[2].id == "rows-2");
  CHECK(cases[2].title == "With 2 rows");
  CHECK(cases[2].label == "healthy");
  CHECK(cases[3].twin_of == "rows-2");
}

TEST_CASE("what a case says is laid over its file's defaults, and those over the exercise's") {
  TemporaryPackage package;
  const auto cases =
      cases_of(package,
               "defaults: {label: late, with: {rows: 5}, expect: {actual_rows: null}}\n"
               "cases:\n"
               "  - {id: one, title: One}\n"
               "  - id: two\n"
               "    title: Two\n"
               "    label: healthy\n"
               "    with: {extra: 1}\n"
               "    world: {tables: {orders: {partitions: []}, users: {partition_column: d, "
               "partitions: []}}}\n"
               "  - {id: three, title: Three, world: {tables: {orders: null}}}\n");
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].label == "late");
  CHECK(text_of(cases[0].expect) == R"({"actual_rows":null})");
  CHECK(text_of(cases[1].variables) ==
        R"({"date":"2026-03-13","rows":5,"canary":"heron","extra":1})");
  CHECK(
      text_of(cases[1].world) ==
      R"({"tables":{"orders":{"partition_column":"order_date","partitions":[]},"users":{"partition_column":"d","partitions":[]}}})");
  CHECK(text_of(cases[2].world) == R"({"tables":{}})");
}

TEST_CASE("null takes a key away, but in rows, where it is a value however it is written") {
  TemporaryPackage package;
  const auto cases = cases_of(
      package,
      "defaults: {label: late, world: {tables: {t: {row_count: 1, day: '2026-03-12',\n"
      "  rows: [{a: 7}], columns: [{name: a, type: INT64, mode: ~}, {name: b, type: INT64}]}}}}\n"
      "cases:\n"
      "  - {id: one, title: One, world: {tables: {orders: null, t: {day: null, row_count: 5,\n"
      "     rows: [{a: null, b: 1}, {a: ~}, {a: NULL}, {a: Null}, {a: 'NULL'}]}}}}\n"
      "  - {id: two, title: Two, world: {tables: {orders: null, t: {rows: null}}}}\n");
  REQUIRE(cases.size() == 2);
  CHECK(
      text_of(cases[0].world) ==
      R"({"tables":{"t":{"row_count":5,"rows":[{"a":null,"b":1},{"a":null},{"a":null},{"a":null},{"a":"NULL"}],"columns":[{"name":"a","type":"INT64"},{"name":"b","type":"INT64"}]}}})");
  CHECK_FALSE(cases[1].world["tables"]["t"].contains("rows"));
}

TEST_CASE("a case's environment is laid over the exercise's") {
  TemporaryPackage package;
  const auto loaded_cases = cases_of(package,
                                     "cases:\n"
                                     "  - {id: one, title: One, label: healthy}\n"
                                     "  - id: two\n"
                                     "    title: Two\n"
                                     "    label: healthy\n"
                                     "    environment: {TZ: UTC0, DAY: \"${date}\", SET: null}\n");
  model::Plan plan;
  plan.environment = {{"SET", "1"}, {"DAY", "none"}};
  CHECK(model::environment_of(plan, loaded_cases[0]) == plan.environment);
  const std::map<std::string, std::string> expected = {{"DAY", "2026-03-13"}, {"TZ", "UTC0"}};
  CHECK(model::environment_of(plan, loaded_cases[1]) == expected);
}

TEST_CASE("cases come by the name of their file, then as they are written") {
  TemporaryPackage package;
  package.add("cases/b.yaml", "cases: [{id: aa, title: t, label: l}]\n");
  package.add("cases/0.yaml",
              "cases: [{id: zz, title: t, label: l}, {id: yy, title: t, label: l}]\n");
  const auto loaded = load(package.folder(), "");
  REQUIRE(loaded.ok());
  std::string ids;
  for (const model::Case& one : loaded->cases) ids += one.id + " ";
  CHECK(ids == "zz yy one aa ");
}

TEST_CASE("the hash covers what a plan rests on, and nothing else") {
  TemporaryPackage package;
  const auto hash = [&] { return load(package.folder(), "")->exercise.sha256; };
  const std::string first = hash();
  CHECK(first == load(package.folder() + "/", "")->exercise.sha256);
  package.add("solutions/flawed/x/solution.py", "pass\n");
  package.add("notes.txt", "hello\n");
  CHECK(hash() == first);
  package.add("starter/helper.py", "x = 2\n");
  const std::string second = hash();
  CHECK(second != first);
  package.add("cases/b.yaml", "cases: [{id: b, title: t, label: l}]\n");
  CHECK(hash() != second);
}

TEST_CASE("a plan is what the package says, with the seed") {
  TemporaryPackage package;
  const auto loaded = load(package.folder(), "");
  REQUIRE(loaded.ok());
  const model::Plan plan = make_plan(*loaded, 7);
  CHECK(plan.exercise == "tiny");
  CHECK(plan.variant == "plain");
  CHECK(plan.seed == 7);
  CHECK(plan.entry.file == "solution.py");
  CHECK(plan.starter == loaded->exercise.starter);
  REQUIRE(plan.cases.size() == 1);
  CHECK(dump_json(Json(plan)) == dump_json(Json(make_plan(*loaded, 7))));
}

TEST_CASE("mistakes in cases are told with their place") {
  CHECK(error_of_cases("cases:\n  - {id: one, titel: One, label: l}\n") ==
        "cases/a.yaml:2:5: cases[0]: the key \"title\" is missing (One line that somebody who does "
        "not write code understands)\n"
        "cases/a.yaml:2:15: unknown key \"titel\"; did you mean \"title\"?");
  CHECK(error_of_cases("cases:\n  - {id: One, title: t, label: l}\n") ==
        "cases/a.yaml:2:10: found the id \"One\", expected small letters, digits, dots, dashes and "
        "underscores, the first of them a letter or a digit");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l}\n  - {id: a, title: t, label: l}\n")
            .starts_with("cases/a.yaml:3:10: the id \"a\" is taken by the case at "));
  CHECK(
      error_of_cases("cases:\n  - {id: a, title: t, label: l, for_each: [{rows: 1}, {rows: 2}]}\n")
          .ends_with("put a variable of the family into the id: name-${x}"));
  CHECK(error_of_cases("cases:\n  - {id: a, title: \"${hern}\", label: l}\n") ==
        "cases/a.yaml:2:20: unknown variable ${hern}; known here: date, rows, canary");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t}\n") ==
        "cases/a.yaml:2:5: the case has no label, and neither have the defaults");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l, twin: {rows: 1500}}\n") ==
        "cases/a.yaml:2:40: the twin has the same ${rows} as the case: 1500");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l, twin: {row: 1}}\n") ==
        "cases/a.yaml:2:40: the twin changes ${row}, which the case does not have");
  CHECK(
      error_of_cases("cases:\n  - {id: a, title: t, label: l, now: today}\n") ==
      "cases/a.yaml:2:38: now: found \"today\", expected a UTC time such as 2026-03-14T06:00:00Z");
  CHECK(
      error_of_cases("cases:\n  - {id: a, title: t, label: l, arguments: [1, 2]}\n") ==
      "cases/a.yaml:2:44: arguments: expected 1, as many as the entry point has parameters, found "
      "2");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l, environment: {tz: UTC}}\n") ==
        "cases/a.yaml:2:47: unknown key \"tz\"; no other key is known here");
  CHECK(
      error_of_cases("cases:\n  - {id: a, title: t, label: l, environment: {N: \"${rows}\"}}\n") ==
      "cases/a.yaml:2:50: environment: expected text once the variables are filled in, found 1500");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l, expect: {actual_rows: many}}\n") ==
        "cases/a.yaml:2:55: actual_rows: expected an integer or null once the variables are filled "
        "in, found \"many\"");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t, label: l, visibility: secret}\n") ==
        "cases/a.yaml:2:45: visibility: expected one of \"public\", \"hidden\", found \"secret\"");
  CHECK(error_of_cases("cases:\n  - {id: a, title: t ${rows}, label: l}\n")
            .ends_with("\n  inside {…} and […], text with ${…} must be quoted"));
  CHECK(error_of_cases("cases: []\n") ==
        "cases/a.yaml:1:8: cases: expected at least 1 items, found 0");
}

TEST_CASE("a null that takes nothing away is a mistake") {
  const std::string head = "cases:\n  - id: a\n    title: t\n    label: l\n";
  const std::string why =
      ", which takes away what the defaults have there, and they have nothing there; leave the key "
      "out, or write {} for a mapping in which nothing is set";
  CHECK(error_of_cases(head + "    world:\n      queries:\n") ==
        "cases/a.yaml:6:7: found null for \"queries\"" + why);
  CHECK(error_of_cases("defaults: {world: {queries: null}}\n" + head +
                       "  - {id: b, title: t, label: l, world: {queries: null}}\n") ==
        "cases/a.yaml:1:20: found null for \"queries\"" + why +
            "\ncases/a.yaml:6:41: found null for "
            "\"queries\"" +
            why);
  TemporaryPackage package;
  const auto cases = cases_of(
      package, "defaults: {world: {queries: {max_queries: 3}}}\n" + head +
                   "    world: {queries: null}\n"
                   "  - {id: b, title: t, label: l, world: {queries: {max_queries: null}}}\n");
  CHECK_FALSE(cases[0].world.contains("queries"));
  CHECK(text_of(cases[1].world["queries"]) == "{}");
}

TEST_CASE("a mistake in the defaults is told once, however many cases it spoils") {
  TemporaryPackage package;
  std::string exercise = TemporaryPackage::exercise();
  exercise.replace(exercise.find("partition_column"), 16, "partition_colum");
  exercise.replace(exercise.find("${date+1}"), 9, "${dat+1}");
  package.add("exercise.yaml", exercise);
  package.add("cases/a.yaml",
              "cases:\n"
              "  - {id: one, title: One, label: l}\n"
              "  - {id: two, title: Two, label: l, with: {more: 1}}\n"
              "  - {id: three, title: Three, label: l, with: {less: 1}}\n");
  const std::string error = error_of(package);
  CHECK(error.starts_with("exercise.yaml:8:8: unknown variable ${dat}; did you mean ${date}?\n"));
  CHECK(error.find("\nexercise.yaml:14:9: unknown key \"partition_colum\"; did you mean "
                   "\"partition_column\"? (in the case \"one\" and 2 others)") !=
        std::string::npos);
  CHECK(error.find("\"two\"") == std::string::npos);
}

TEST_CASE("what the warehouse refuses is told where it was written") {
  const std::string head = "cases:\n  - id: a\n    title: t\n    label: l\n";
  CHECK(error_of_cases(head + "    script:\n      - steps: [{fault: htp_error, status: 500}]\n")
            .starts_with("cases/a.yaml:6:25: fault: expected one of "));
  CHECK(error_of_cases(head + "    script:\n      - steps: [{fault: http_error, staus: 500}]\n") ==
        "cases/a.yaml:6:17: steps[0]: the key \"status\" is missing (the HTTP status; what else "
        "the step leaves out follows from it)\n"
        "cases/a.yaml:6:37: unknown key \"staus\"; did you mean \"status\"?");
  CHECK(error_of_cases(head + "    script:\n      - steps: []\n") ==
        "cases/a.yaml:6:16: steps: expected at least 1 items, found 0");
  CHECK(
      error_of_cases(head + "    with: {rows: many}\n") ==
      "exercise.yaml:15:51: row_count: expected an integer, found \"many\" (in the case "
      "\"a\")\n"
      "exercise.yaml:16:25: actual_rows: expected an integer or null once the variables are filled "
      "in, found \"many\"");
  CHECK(error_of_cases(head + "    with: {rows: -1}\n")
            .starts_with(
                "exercise.yaml:15:51: row_count: expected a number of at least 0, found -1"));
  CHECK(error_of_cases(head + "    world:\n      tables:\n        orders:\n          partitions:\n"
                              "            - {date: 2026-02-30, row_count: 1}\n") ==
        "cases/a.yaml:9:22: found \"2026-02-30\", expected a date such as \"2026-03-13\"");
  CHECK(
      error_of_cases(head + "    world: {tables: null}\n").find("the key \"tables\" is missing") !=
      std::string::npos);
}

TEST_CASE("only an exercise that needs no warehouse may do without a world") {
  TemporaryPackage package;
  std::string text = TemporaryPackage::exercise();
  text.erase(text.find("  world:"), text.find("  expect:") - text.find("  world:"));
  package.add("exercise.yaml", text);
  CHECK(error_of(package) ==
        "cases/a.yaml:2:5: the case has no world, and neither have the defaults");
  package.add("exercise.yaml", text + "needs_warehouse: false\n");
  const auto loaded = load(package.folder(), "");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  CHECK_FALSE(loaded->exercise.needs_warehouse);
}

TEST_CASE("what a case expects of the value is checked for what no schema can say") {
  const std::string head = "cases:\n  - id: a\n    title: t\n    label: l\n    expect: ";
  CHECK(error_of_cases(head + "{raises: E, tolerance: 1}\n") ==
        "cases/a.yaml:5:25: tolerance goes with `value`, which the case does not expect");
  CHECK(
      error_of_cases(head + "{value: {days: [1]}, any_order: [/days, /day, \"\"]}\n") ==
      "cases/a.yaml:5:53: found \"/day\", expected the JSON pointer of a list in `value`: \"\" for "
      "the whole, or such as /days\n"
      "cases/a.yaml:5:59: found \"\", expected the JSON pointer of a list in `value`: \"\" for the "
      "whole, or such as /days");
  CHECK(error_of_cases(head + "{value: 1, tolerance: -1}\n").find("at least 0") !=
        std::string::npos);
  TemporaryPackage package;
  const auto cases = cases_of(package, head + "{value: [{n: \"${rows+1}\"}], any_order: [\"\"]}\n");
  CHECK(text_of(cases[0].expect["value"]) == R"([{"n":1501}])");
  TemporaryPackage other;
  CHECK(cases_of(other, head + "{value: 1, raises: E}\n")[0].expect.contains("raises"));
}

TEST_CASE("labels and families are held to the exercise's lists") {
  TemporaryPackage package;
  package.add("exercise.yaml",
              TemporaryPackage::exercise("labels: [healthy, late]\nfamilies: [server]\n"));
  package.add("cases/a.yaml",
              "cases:\n"
              "  - {id: a, title: t, label: helthy}\n"
              "  - {id: b, title: t, label: late, family: body}\n");
  CHECK(error_of(package) ==
        "cases/a.yaml:2:30: label: \"helthy\" is not in the list of exercise.yaml; did you mean "
        "\"healthy\"?\n"
        "cases/a.yaml:3:44: family: \"body\" is not in the list of exercise.yaml");
}

TEST_CASE("labels may be listed with what they mean") {
  TemporaryPackage package;
  package.add("exercise.yaml", TemporaryPackage::exercise(
                                   "labels: {healthy: All is well., late: It comes later.}\n"));
  CHECK(load(package.folder(), "").ok());
  package.add("cases/a.yaml", "cases:\n  - {id: a, title: t, label: helthy}\n");
  CHECK(error_of(package).find("did you mean \"healthy\"?") != std::string::npos);
  package.add("exercise.yaml", TemporaryPackage::exercise("labels: {healthy: ''}\n"));
  CHECK(error_of(package).find("exercise.yaml:17:19: ") != std::string::npos);
}

TEST_CASE("a sentence that a rubric asks for must stand in the statement") {
  TemporaryPackage package;
  package.add("exercise.yaml",
              TemporaryPackage::exercise("asks: [{id: a, sentence: Say which problem it is.}]\n"));
  CHECK(load(package.folder(), "").ok());
  package.add("exercise.yaml",
              TemporaryPackage::exercise("asks: [{id: a, sentence: Say which problems it is.}]\n"));
  CHECK(error_of(package) ==
        "exercise.yaml:17:26: this sentence does not stand in statement.md, word for word: \"Say "
        "which problems it is.\"");
}

TEST_CASE("mistakes in a package are told with their place and a way out") {
  TemporaryPackage package;
  CHECK(error_of(package, "other") ==
        "exercise.yaml:5:11: there is no variant \"other\"\n  there are: plain");
  const auto with_variant = [&](const std::string& variant) {
    std::string text = TemporaryPackage::exercise();
    const std::string usual = "{statement: statement.md, starter: starter}";
    text.replace(text.find(usual), usual.size(), variant);
    package.add("exercise.yaml", text);
    return error_of(package);
  };
  CHECK(with_variant("{statement: ../other.md}").find("leaves the package") != std::string::npos);
  CHECK(with_variant("{statement: /etc/passwd}").find("is absolute") != std::string::npos);
  CHECK(with_variant("{statement: no.md}") ==
        "exercise.yaml:5:31: the path \"no.md\" does not exist\n"
        "  paths in a package are relative to its folder");
  std::filesystem::create_symlink("/etc", package.folder() + "/link");
  CHECK(with_variant("{statement: link/passwd}").find("leaves the package by a link") !=
        std::string::npos);
  package.add("exercise.yaml", "id: other\n" + TemporaryPackage::exercise().substr(9));
  CHECK(error_of(package) ==
        "exercise.yaml:1:5: id: found \"other\", expected \"tiny\", the folder's name");
  package.remove("exercise.yaml");
  CHECK(error_of(package).find("this folder holds no exercise.yaml, so it is no exercise\n") !=
        std::string::npos);
}

TEST_CASE("a package without cases is refused") {
  TemporaryPackage package;
  package.remove("cases");
  CHECK(error_of(package) == "cases: there are no cases\n  write them in cases/<name>.yaml");
}

TEST_CASE("a package that is not there is told with what there is") {
  CHECK(load("/nowhere/at/all", "")
            .error()
            .to_string()
            .starts_with("there is no folder /nowhere/at/all"));
}

TEST_CASE("a file in the place of an exercise is told, with what comes first") {
  TemporaryPackage package;
  package.add("bob.py", "x = 1\n");
  const std::string file = package.folder() + "/bob.py";
  CHECK(load(file, "").error().to_string().starts_with(
      file + ": this is a file, and EXERCISE is a folder\n  EXERCISE comes first, and then"));
}

}  // namespace
}  // namespace assay::plan
