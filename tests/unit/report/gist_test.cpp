#include "harness/report/html/gist.h"

#include <doctest/doctest.h>

namespace assay::report {
namespace {

Json returned(Json value) {
  return {{"outcome", {{"kind", "returned"}}}, {"value", std::move(value)}};
}

Json raised(std::string_view type) {
  return {{"outcome", {{"kind", "raised"}, {"exception", {{"types", {type}}}}}}};
}

std::vector<std::string> gists_of(const std::vector<Json>& ran, std::size_t states) {
  std::vector<const Json*> pointers;
  for (const Json& each : ran) pointers.push_back(&each);
  const Gist gist(pointers, states);
  std::vector<std::string> gists;
  for (const Json& each : ran) gists.push_back(gist.of(each));
  return gists;
}

TEST_CASE("the gist of a dict is what repeats in it: no count, and no message of its own") {
  std::vector<Json> ran;
  for (int i = 0; i < 6; ++i)
    ran.push_back(returned({{"status", i % 2 == 0 ? "ok" : "low"},
                            {"rows", i % 2},
                            {"message", "row " + std::to_string(i)}}));
  CHECK_EQ(gists_of(ran, 3)[0], "'ok'");
  CHECK_EQ(gists_of(ran, 3)[1], "'low'");
}

TEST_CASE("a status in two levels has both, and truth counts as a word") {
  std::vector<Json> ran;
  for (int i = 0; i < 8; ++i)
    ran.push_back(returned({{"ok", i < 4}, {"reason", i < 6 ? Json() : Json("MISSING")}}));
  const auto gists = gists_of(ran, 4);
  CHECK_EQ(gists[0], "True, None");
  CHECK_EQ(gists[7], "False, 'MISSING'");
}

TEST_CASE(
    "an entry that some answers lack is none of the gist, nor one with a value for each case") {
  std::vector<Json> ran;
  for (int i = 0; i < 6; ++i) ran.push_back(returned({{"free", "text " + std::to_string(i)}}));
  ran.push_back(returned({{"free", "text"}, {"status", "ok"}}));
  CHECK_EQ(gists_of(ran, 9)[0], "returned dict");
}

TEST_CASE("what is no dict is told by its value if it is a word, and by its type if not") {
  const auto gists = gists_of({returned(true),
                               returned(nullptr),
                               returned("down"),
                               returned({1, 2}),
                               returned(7),
                               raised("http.client.IncompleteRead"),
                               {{"outcome", {{"kind", "wall_time"}}}}},
                              9);
  CHECK_EQ(gists,
           std::vector<std::string>{"True", "None", "'down'", "returned list", "returned int",
                                    "raised IncompleteRead", "over its time"});
}

TEST_CASE("a gist is short and harmless, whatever was returned") {
  const std::string text = "\x1b[1m\u202e" + std::string(50'000, 'x');
  for (const std::string& gist : gists_of({returned(text), raised(text)}, 9)) {
    CHECK_EQ(gist.find('\x1b'), std::string::npos);
    CHECK_EQ(gist.find("\u202e"), std::string::npos);
    CHECK_LT(gist.size(), 200);
  }
}

TEST_CASE("equal gists are counted where the first of them stood") {
  CHECK_EQ(counted({"b", "a", "b", "b"}), std::vector<std::string>{"b ×3", "a"});
  CHECK(counted({}).empty());
}

}  // namespace
}  // namespace assay::report
