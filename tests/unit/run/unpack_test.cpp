#include "harness/run/unpack.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace assay::run {
namespace {

TEST_CASE("a box's answer is read strictly") {
  const Json good = {{"files", Json::array({{"a.py", {{"$type", "bytes"}, {"base64", "eA=="}}}})},
                     {"refused", Json::array({{"b.py", "why"}})},
                     {"notes", Json::array()},
                     {"left_out", {".git"}},
                     {"unsure", Json::array()},
                     {"failed", nullptr}};
  const Unpacked read = unpacked_from(good);
  CHECK(read.failed.empty());
  REQUIRE(read.files.size() == 1);
  CHECK(read.files[0].bytes == "x");
  CHECK(read.refused[0].refused == "why");
  CHECK(read.left_out == std::vector<std::string>{".git"});
  Json failed = good;
  failed["failed"] = "it is damaged";
  CHECK(unpacked_from(failed).failed == "it is damaged");

  const std::pair<const char*, Json> wrong[] = {
      {"", nullptr},
      {"", Json::array()},
      {"/failed", 1},
      {"/files", {{"a", 1}}},
      {"/files/0", {"a.py"}},
      {"/files/0/1", "text"},
      {"/files/0/1/base64", "*"},
      {"/files/0/1", {{"$type", "cut"}, {"class", "bytes"}, {"because", "size"}}},
      {"/files/0/0", std::string(2'000, 'x')},
      {"/refused/0/1", nullptr},
      {"/left_out", nullptr}};
  for (const auto& [pointer, value] : wrong) {
    CAPTURE(pointer);
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    const Unpacked refused = unpacked_from(changed);
    CHECK_FALSE(refused.failed.empty());
    CHECK(refused.files.empty());
  }
}

}  // namespace
}  // namespace assay::run
