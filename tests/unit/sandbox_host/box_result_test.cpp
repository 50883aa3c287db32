#include "sandboxes/box_result.h"

#include <doctest/doctest.h>

#include "sandboxes/codec.h"

namespace assay::sandbox {
namespace {

using model::OutcomeKind;

Json frame() { return {{"file", "solution.py"}, {"line", 3}, {"function", "main"}}; }

Json exception() {
  return {{"types", {"ValueError", "Exception"}},
          {"message", "no"},
          {"traceback", Json::array({frame()})},
          {"own_raise", true},
          {"during_import", false},
          {"cause_types", Json::array()}};
}

Json returned() { return {{"kind", "returned"}, {"value", {{"a", 1}}}, {"clock_ns", 5}}; }

Json lines_run(Json lines, Json took = Json::array()) {
  Json run = {{"file", "solution.py"}};
  run["lines"] = std::move(lines);
  run["took"] = std::move(took);
  return Json::array({run});
}

std::optional<BoxResult> read(const Json& document) {
  return read_box_result(codec::encode(document));
}

TEST_CASE("a returned value is read with all that is beside it") {
  Json document = returned();
  document["functions_run"] = Json::array({frame()});
  document["network_callers"] = Json::array({frame(), frame()});
  document["lines_run"] = lines_run({1, 4}, {4});
  document["lines_whole"] = true;
  const auto result = read(document);
  REQUIRE(result);
  CHECK(result->outcome.kind == OutcomeKind::kReturned);
  CHECK(result->value == Json({{"a", 1}}));
  CHECK(result->functions_run == std::vector{model::Frame{"solution.py", 3, "main"}});
  CHECK(result->network_callers.size() == 2);
  CHECK(result->lines_run == std::vector{model::LinesRun{"solution.py", {1, 4}, {4}}});
  CHECK(result->lines_whole);
  CHECK(to_ns(result->clock) == 5);
}

TEST_CASE("lines that no file can have are no result") {
  for (const Json& lines : {Json(7), Json::array({-1}), Json::array({"1"}), Json::array({1e300})}) {
    Json document = returned();
    document["lines_run"] = lines_run(lines);
    document["lines_whole"] = true;
    CHECK_FALSE(read(document));
    document["lines_run"] = lines_run(Json::array(), lines);
    CHECK_FALSE(read(document));
  }
  Json document = returned();
  document["lines_run"] = lines_run(Json::array());
  document["lines_whole"] = true;
  CHECK(read(document));
  document["lines_run"][0]["more"] = 1;
  CHECK_FALSE(read(document));
}

TEST_CASE("lines without a word on whether they are all of them are no result") {
  Json document = returned();
  document["lines_run"] = lines_run({1});
  CHECK_FALSE(read(document));
  document["lines_whole"] = 1;
  CHECK_FALSE(read(document));
  document["lines_whole"] = false;
  REQUIRE(read(document));
  CHECK_FALSE(read(document)->lines_whole);
}

TEST_CASE("a returned None is a value") {
  Json document = returned();
  document["value"] = nullptr;
  const auto result = read(document);
  REQUIRE(result);
  CHECK(result->value.has_value());
}

TEST_CASE("a value that the encoder could not have written is no result") {
  Json document = returned();
  document["value"] = {{"status", {{"$type", "enum"}, {"name", 5}}}};
  CHECK_FALSE(read(document));
}

TEST_CASE("an exception is read whole") {
  const auto result = read({{"kind", "raised"}, {"exception", exception()}, {"clock_ns", 0}});
  REQUIRE(result);
  REQUIRE(result->outcome.exception);
  CHECK(result->outcome.exception->types.size() == 2);
  CHECK(result->outcome.exception->own_raise);
}

TEST_CASE("an exit is read with its code") {
  const auto result = read({{"kind", "exited"}, {"exit_code", 3}, {"clock_ns", 0}});
  REQUIRE(result);
  CHECK(result->outcome.exit_code == 3);
}

TEST_CASE("what is not exactly a result is refused whole") {
  struct Broken {
    const char* what;
    Json document;
  };
  const auto without = [](Json document, const char* key) {
    document.erase(key);
    return document;
  };
  const auto with = [](Json document, const char* key, Json value) {
    document[key] = std::move(value);
    return document;
  };
  const auto raised = [](Json inner) {
    return Json({{"kind", "raised"}, {"exception", std::move(inner)}, {"clock_ns", 0}});
  };
  const std::vector<Broken> all = {
      {"a list", Json::array({1})},
      {"no kind", without(returned(), "kind")},
      {"a kind of ours", with(returned(), "kind", "harness_fault")},
      {"a kind that is a number", with(returned(), "kind", 1)},
      {"no clock", without(returned(), "clock_ns")},
      {"a clock of text", with(returned(), "clock_ns", "5")},
      {"a clock with a fraction", with(returned(), "clock_ns", 5.5)},
      {"no value", without(returned(), "value")},
      {"a key that is unknown", with(returned(), "verdict", "observed")},
      {"functions that are a map", with(returned(), "functions_run", Json::object())},
      {"a frame that is text", with(returned(), "functions_run", {"main"})},
      {"a frame with more keys",
       with(returned(), "functions_run", Json::array({with(frame(), "more", 1)}))},
      {"a line before the first",
       with(returned(), "functions_run", Json::array({with(frame(), "line", -1)}))},
      {"a line beyond any file",
       with(returned(), "functions_run", Json::array({with(frame(), "line", 1LL << 40)}))},
      {"a name without end",
       with(returned(), "functions_run",
            Json::array({with(frame(), "function", std::string(10'000, 'x'))}))},
      {"words of the harness's own", with(returned(), "notes", Json::array({"order_not_fixed"}))},
      {"an exception that is text", raised("ValueError")},
      {"an exception without types", raised(with(exception(), "types", Json::array()))},
      {"an exception with half its keys", raised(without(exception(), "own_raise"))},
      {"a flag that is a number", raised(with(exception(), "own_raise", 1))},
      {"an exit code out of range", {{"kind", "exited"}, {"exit_code", 256}, {"clock_ns", 0}}},
      {"an exit without its code", {{"kind", "exited"}, {"clock_ns", 0}}}};
  for (const Broken& broken : all) {
    CAPTURE(broken.what);
    CHECK_FALSE(read(broken.document));
  }
  CHECK_FALSE(read_box_result(""));
  CHECK_FALSE(read_box_result(std::string(100'000, '\x81')));
}

}  // namespace
}  // namespace assay::sandbox
