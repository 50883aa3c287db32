#include "rubrics/rubric.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/authored/document.h"
#include "tests/support/scratch.h"

namespace assay::rubrics {
namespace {

constexpr const char* kKit = "rubrics/definitions/data_engineer_coding_test.yaml";

std::string kit_text() {
  const auto text = read_text_file(kKit, kMaxAuthoredBytes);
  REQUIRE(text.ok());
  return *text;
}

/// The kit's rubric with one piece of its text replaced, read from a file of its own.
Result<Rubric> load_changed(const std::string& from, const std::string& to) {
  std::string text = kit_text();
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  text.replace(at, from.size(), to);
  const testing::Scratch scratch;
  return load_rubric(scratch.write("rubric.yaml", text));
}

std::string error_of(const std::string& from, const std::string& to) {
  const auto loaded = load_changed(from, to);
  REQUIRE_FALSE(loaded.ok());
  return loaded.error().to_string();
}

int line_of(const std::string& piece) {
  const std::string text = kit_text();
  const std::size_t at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

}  // namespace

TEST_CASE("the kit's rubric has its twelve indicators, labelled word for word") {
  const auto rubric = load_rubric(kKit);
  REQUIRE_MESSAGE(rubric.ok(), rubric.error().to_string());
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"separation", "Clear separation of API call and validation logic"},
      {"explicit_handling", "Explicit handling of missing data and threshold breaches"},
      {"structured_status", "Returns structured, actionable status"},
      {"sees_oversimplification", "Identifies AI's tendency to oversimplify error states"},
      {"state_differentiation", "Adds explicit state differentiation"},
      {"contract_improved", "Improves return contract for downstream consumers"},
      {"hardcoded_thresholds", "Hardcoded thresholds"},
      {"no_api_error_handling", "No error handling for API failures"},
      {"ambiguous_boolean", "Returns ambiguous boolean instead of structured status"},
      {"accepts_generic_handling", "Accepts generic AI error handling"},
      {"conflates_failures", "Fails to distinguish failure modes"},
      {"cannot_explain", "Cannot explain state transitions"}};
  REQUIRE(rubric->indicators.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(rubric->indicators[i].id == expected[i].first);
    CHECK(rubric->indicators[i].label == expected[i].second);
    CHECK((rubric->indicators[i].polarity == model::Polarity::kPositive) == (i < 6));
    CHECK(rubric->indicators[i].asks == std::vector<std::string>{expected[i].first});
  }
  CHECK(rubric->sha256.size() == 64);
  CHECK(rubric->levels.size() == 4);
}

TEST_CASE("four of the kit's indicators are of the variant with a draft alone") {
  const auto rubric = load_rubric(kKit);
  REQUIRE(rubric.ok());
  CHECK(for_variant(*rubric, "with_ai").indicators.size() == 12);
  CHECK(for_variant(*rubric, "without_ai").indicators.size() == 8);
  for (const IndicatorRule& rule : for_variant(*rubric, "without_ai").indicators)
    CHECK(rule.variants.empty());
  CHECK(for_variant(*rubric, "without_ai").sha256 == rubric->sha256);
}

TEST_CASE("a term of the overall rule rests on no indicator that some variants lack") {
  const std::string error =
      error_of("indicator: structured_status}", "indicator: state_differentiation}");
  CHECK(error.find("found \"state_differentiation\", which is not of every variant") !=
        std::string::npos);
}

TEST_CASE("every kind of check is used by a rubric that comes with Assay") {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("rubrics/definitions"))
    paths.push_back(entry.path().string());
  for (const auto& entry : std::filesystem::directory_iterator("exercises"))
    if (const auto own = entry.path() / "rubric.yaml"; std::filesystem::exists(own))
      paths.push_back(own.string());
  std::set<std::string_view> used, known;
  for (const std::string& path : paths) {
    const auto rubric = load_rubric(path);
    REQUIRE_MESSAGE(rubric.ok(), rubric.error().to_string());
    for (const auto& rule : rubric->indicators) used.insert(rule.use.check->kind);
    for (const auto& term : rubric->terms)
      if (term.use.check != nullptr) used.insert(term.use.check->kind);
  }
  for (const Check* check : all_checks()) known.insert(check->kind);
  CHECK(used == known);
}

TEST_CASE("a check that compares states is refused where the rubric does not say what it reads") {
  std::string text = kit_text();
  const std::size_t begin = text.find("reads:"), end = text.find("indicators:");
  text.erase(begin, end - begin);
  const testing::Scratch scratch;
  const auto loaded = load_rubric(scratch.write("rubric.yaml", text));
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().to_string().find(
            "the check \"separated_functions\" compares states, and the rubric has no `reads`") !=
        std::string::npos);
}

TEST_CASE("a rubric without an overall rule can be read, and gives no anchor") {
  const auto rubric = load_rubric("rubrics/definitions/production_readiness.yaml");
  REQUIRE_MESSAGE(rubric.ok(), rubric.error().to_string());
  CHECK_FALSE(rubric->has_overall());
  CHECK(rubric->terms.empty());
  CHECK(load_rubric(kKit)->has_overall());
}

TEST_CASE("an unknown kind of check is an error with its place and the kinds there are") {
  const std::string error = error_of("kind: bare_answer", "kind: bare_answers");
  CHECK(error.find(":" + std::to_string(line_of("kind: bare_answer")) + ":13: ") !=
        std::string::npos);
  CHECK(error.find("\"bare_answers\"") != std::string::npos);
  CHECK(error.find("told_apart") != std::string::npos);
}

TEST_CASE("a parameter that a check does not have is an error with its place") {
  const std::string error = error_of("tolerated_families: 1", "tolerated_family: 1");
  CHECK(error.find(":" + std::to_string(line_of("tolerated_families: 1")) + ":") !=
        std::string::npos);
  CHECK(error.find("tolerated_family") != std::string::npos);
}

TEST_CASE("a parameter of a wrong type is an error that says what was found") {
  const std::string error = error_of("tolerated_families: 1", "tolerated_families: one");
  CHECK(error.find(":" + std::to_string(line_of("tolerated_families: 1")) + ":") !=
        std::string::npos);
  CHECK(error.find("one") != std::string::npos);
}

TEST_CASE("a rubric that does not fit the schema is an error with its place") {
  const std::string error = error_of("polarity: negative", "polarity: bad");
  CHECK(error.find(":" + std::to_string(line_of("polarity: negative")) + ":15: ") !=
        std::string::npos);
}

TEST_CASE("an id that occurs twice is an error") {
  CHECK(error_of("id: explicit_handling", "id: separation").find("second indicator") !=
        std::string::npos);
  CHECK(error_of("- id: T1a", "- id: T1").find("second term") != std::string::npos);
}

TEST_CASE("a term that names no indicator, and a level that names no term, are errors") {
  CHECK(error_of("indicator: structured_status}", "indicator: structure}").find("\"structure\"") !=
        std::string::npos);
  const std::string error = error_of("meets: [T1a, T2, T4]", "meets: [T1a, T9, T4]");
  CHECK(error.find("\"T9\"") != std::string::npos);
  CHECK(error.find(":" + std::to_string(line_of("meets: [T1a, T2, T4]")) + ":27: ") !=
        std::string::npos);
}

TEST_CASE("a term has exactly one source") {
  CHECK_FALSE(
      load_changed("indicator: structured_status}", "indicator: structured_status, no_gaps: true}")
          .ok());
  CHECK_FALSE(load_changed(", indicator: structured_status}", "}").ok());
}

}  // namespace assay::rubrics
