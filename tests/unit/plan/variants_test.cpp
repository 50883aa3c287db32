#include <doctest/doctest.h>

#include "harness/plan/loader.h"
#include "tests/unit/plan/package.h"

namespace assay::plan {
namespace {

/// Two variants, the second with a draft.
std::string with_draft(const std::string& draft, const std::string& tail = "") {
  std::string text = TemporaryPackage::exercise(tail);
  const std::string line = "variants: {plain: {statement: statement.md, starter: starter}}\n";
  return text.replace(text.find(line), line.size(),
                      "variants:\n"
                      "  plain: {statement: statement.md, starter: starter}\n"
                      "  rework: {statement: statement.md, draft: " +
                          draft + "}\n");
}

TEST_CASE("a draft is read under the name that candidates know, and counts for its variant alone") {
  TemporaryPackage package;
  package.add("exercise.yaml", with_draft("ai/first.py"));
  package.add("ai/first.py", "def f(day):\n    return {}\n");
  const auto plain = load(package.folder(), "plain");
  const auto rework = load(package.folder(), "rework");
  REQUIRE_MESSAGE(rework.ok(), rework.error().to_string());
  REQUIRE(plain.ok());
  CHECK_FALSE(plain->exercise.draft);
  REQUIRE(rework->exercise.draft);
  CHECK(rework->exercise.draft->path == "draft.py");
  CHECK(rework->exercise.draft->bytes == "def f(day):\n    return {}\n");
  CHECK(make_plan(*rework, 0).draft == rework->exercise.draft);
  const std::string before = rework->exercise.sha256;
  package.add("ai/first.py", "def f(day):\n    return None\n");
  CHECK(load(package.folder(), "rework")->exercise.sha256 != before);
  CHECK(load(package.folder(), "plain")->exercise.sha256 == plain->exercise.sha256);
}

TEST_CASE("a draft that is not there, no file or of a forbidden name is told with its place") {
  TemporaryPackage package;
  package.add("ai/first.py", "");
  package.add("ai/folder.py/x.py", "");
  const auto error = [&](const std::string& text) {
    package.add("exercise.yaml", text);
    const auto loaded = load(package.folder(), "rework");
    REQUIRE_FALSE(loaded.ok());
    return loaded.error().to_string();
  };
  CHECK(error(with_draft("ai/none.py"))
            .find("exercise.yaml:7:44: the path \"ai/none.py\" does not") != std::string::npos);
  CHECK(error(with_draft("../first.py")).find("leaves the package") != std::string::npos);
  CHECK(error(with_draft("ai/folder.py"))
            .find("exercise.yaml:7:44: the draft \"ai/folder.py\" is no") != std::string::npos);
  CHECK(error(with_draft("ai/first.txt")).find("exercise.yaml:7:44: ") != std::string::npos);
  std::string entry = with_draft("ai/first.py");
  entry.replace(entry.find("solution.py"), 11, "draft.py");
  CHECK(error(entry).find("exercise.yaml:4:15: the entry's file is draft.py") != std::string::npos);
}

TEST_CASE("a sentence that some variants ask with must stand in those and in no other") {
  TemporaryPackage package;
  package.add("other.md", "# Tiny\n\nSay which problem it is. Rework the draft with care.\n");
  package.add("ai/first.py", "");
  const std::string asks =
      "asks:\n"
      "  - {id: a, sentence: Say which problem it is}\n"
      "  - {id: b, variants: [rework], sentence: Rework the draft with care}\n";
  std::string text = with_draft("ai/first.py", asks);
  text.replace(text.rfind("statement.md"), 12, "other.md");
  package.add("exercise.yaml", text);
  const auto plain = load(package.folder(), "plain");
  REQUIRE_MESSAGE(plain.ok(), plain.error().to_string());
  CHECK(plain->exercise.asks.size() == 1);
  CHECK(load(package.folder(), "rework")->exercise.asks.size() == 2);

  package.add("exercise.yaml",
              text + "  - {id: c, variants: [reworks], sentence: Say which problem}\n");
  CHECK(
      load(package.folder(), "plain").error().to_string().find("there is no variant \"reworks\"") !=
      std::string::npos);
  package.add("other.md", "# Tiny\n\nSay which problem it is.\n");
  package.add("exercise.yaml", text);
  CHECK(load(package.folder(), "plain").ok());
  CHECK(load(package.folder(), "rework").error().to_string().find("does not stand in other.md") !=
        std::string::npos);
}

TEST_CASE("solutions of a variant stand in a folder of its name; those of the first need none") {
  TemporaryPackage package;
  package.add("exercise.yaml", with_draft("ai/first.py"));
  package.add("ai/first.py", "");
  const std::string expected =
      "title: T\nwhy: W\n"
      "anchors: {junior: exceeds, mid: meets, senior: meets, principal: below}\n"
      "indicators: {separation: observed}\n";
  for (const char* name :
       {"flawed/a", "rework/flawed/b", "rework/reference/c", "plain/unusual/d"}) {
    package.add("solutions/" + std::string(name) + "/solution.py", "pass\n");
    package.add("solutions/" + std::string(name) + "/expected.yaml", expected);
  }
  package.add("solutions/rework/flawed/b/expected.yaml", expected + "draft: own\n");
  const auto paths = [&](const std::string& variant) {
    const auto solutions = load_solutions(*load(package.folder(), variant));
    REQUIRE_MESSAGE(solutions.ok(), solutions.error().to_string());
    std::string text;
    for (const Solution& each : *solutions)
      text += each.path + (each.draft ? ":" + std::string(to_string(*each.draft)) : "") + " ";
    return text;
  };
  CHECK(paths("plain") == "plain/unusual/d flawed/a ");
  CHECK(paths("rework") == "rework/reference/c:package rework/flawed/b:own ");

  package.add("solutions/flawed/a/expected.yaml", expected + "draft: own\n");
  CHECK(load_solutions(*load(package.folder(), "plain"))
            .error()
            .to_string()
            .find("expected.yaml:5:8: the variant \"plain\" has no draft") != std::string::npos);
  package.add("solutions/rework/odd/x/solution.py", "pass\n");
  CHECK(load_solutions(*load(package.folder(), "rework"))
            .error()
            .to_string()
            .find("solutions/ holds \"odd\"") != std::string::npos);
}

TEST_CASE("solutions are read with what they must get, by kind and name") {
  TemporaryPackage package;
  const std::string expected =
      "title: T\nwhy: W\n"
      "anchors: {junior: exceeds, mid: meets, senior: meets, principal: below}\n"
      "indicators: {separation: observed, cannot_explain: needs_human}\n";
  for (const char* name : {"flawed/b", "flawed/a", "reference/z"}) {
    package.add("solutions/" + std::string(name) + "/solution.py", "pass\n");
    package.add("solutions/" + std::string(name) + "/expected.yaml", expected);
  }
  const auto loaded = load(package.folder(), "");
  REQUIRE(loaded.ok());
  auto solutions = load_solutions(*loaded);
  REQUIRE_MESSAGE(solutions.ok(), solutions.error().to_string());
  REQUIRE(solutions->size() == 3);
  CHECK(solutions->at(0).name == "z");
  CHECK(solutions->at(0).kind == "reference");
  CHECK(solutions->at(1).name == "a");
  CHECK(solutions->at(2).folder == package.folder() + "/solutions/flawed/b");
  CHECK(solutions->at(2).anchors.at("principal") == "below");
  CHECK(solutions->at(2).indicators.at("separation") == model::Verdict::kObserved);
  CHECK(solutions->at(2).indicators.at("cannot_explain") == model::Verdict::kNeedsHuman);

  package.add("solutions/flawed/a/expected.yaml", expected + "extra: 1\n");
  package.remove("solutions/flawed/b/solution.py");
  package.add("solutions/odd/c/solution.py", "pass\n");
  const std::string error = load_solutions(*loaded).error().to_string();
  CHECK(error.find("flawed/a/expected.yaml:5:1: unknown key \"extra\"") != std::string::npos);
  CHECK(error.find("there is no solution.py beside expected.yaml") != std::string::npos);
  CHECK(error.find("solutions/ holds \"odd\"") != std::string::npos);
}

}  // namespace
}  // namespace assay::plan
