#include "harness/authored/schema.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/authored/document.h"
#include "harness/authored/yaml.h"
#include "tests/support/scratch.h"

namespace assay {
namespace {

constexpr std::string_view kSchema = R"({
  "type": "object",
  "required": ["id", "title"],
  "additionalProperties": false,
  "properties": {
    "id": {"type": "string", "pattern": "^[a-z]+$", "description": "Small letters. Unique."},
    "title": {"type": "string", "minLength": 1, "description": "One line for a reader."},
    "kind": {"enum": ["healthy", "missing", "late"]},
    "version": {"type": "string"},
    "count": {"type": "integer", "minimum": 1, "maximum": 9},
    "delay": {"type": ["integer", "null"]},
    "tags": {"type": "array", "items": {"$ref": "#/definitions/tag"}, "uniqueItems": true, "maxItems": 3},
    "steps": {"type": "array", "items": {"oneOf": [
      {"type": "string"},
      {"type": "object", "required": ["fault", "status"], "additionalProperties": false,
       "properties": {"fault": {"const": "http_error"}, "status": {"type": "integer", "minimum": 100}}},
      {"type": "object", "required": ["fault"], "additionalProperties": false,
       "properties": {"fault": {"const": "hang"}, "where": {"enum": ["before_headers", "mid_body"]}}},
      {"type": "object", "required": ["answer"], "additionalProperties": false,
       "properties": {"answer": {"const": "world"}}}
    ]}},
    "names": {"type": "object", "propertyNames": {"pattern": "^[A-Z_]+$"},
              "additionalProperties": {"type": "string"}},
    "world": {"$ref": "../elsewhere/world.json#/definitions/world"}
  },
  "definitions": {"tag": {"type": "string"}}
})";
constexpr std::string_view kWorld = R"({"definitions": {
  "world": {"type": "object", "additionalProperties": {"$ref": "#/definitions/table"}},
  "table": {"type": "object", "required": ["rows"]}}})";

std::string findings_of(const std::string& yaml) {
  static const Schema schema(kSchema, {{"world.json", kWorld}});
  const auto document = parse_yaml("a.yaml", yaml);
  REQUIRE_MESSAGE(document.ok(), document.error().to_string());
  const auto findings = schema.check(document->value);
  if (findings.empty()) return "fits";
  const Error error = findings_error(findings, [&](const Finding& finding) {
    return finding.at_key ? document->key_place_of(finding.pointer)
                          : document->place_of(finding.pointer);
  });
  return error.to_string();
}

TEST_CASE("each kind of mistake is told in one sentence with its place") {
  struct Row {
    const char* yaml;
    const char* message;
  };
  const Row rows[] = {
      {"id: a\ntitle: t\n", "fits"},
      {"id: a\ntitle: t\nkind: late\ncount: 3\ndelay:\ntags: [x]\nnames: {A_B: c}\n", "fits"},
      {"id: a\ntitle: t\nsteps: [x, {fault: hang}, {answer: world}]\n", "fits"},
      {"id: a\ntitle: t\nworld: {orders: {rows: 1}}\n", "fits"},
      {"id: a\ntitel: t\n",
       "a.yaml:1:1: the key \"title\" is missing (One line for a reader)\n"
       "a.yaml:2:1: unknown key \"titel\"; did you mean \"title\"?"},
      {"id: a\ntitle: t\nxyzzyx: 1\n",
       "a.yaml:3:1: unknown key \"xyzzyx\"; expected one of \"kind\", \"version\", \"count\", "
       "\"delay\", \"tags\", \"steps\", \"names\", \"world\""},
      {"id: a\ntitle: t\n\"xyz\\nzyx\": 1\n",
       "a.yaml:3:1: unknown key \"xyz\\nzyx\"; expected one of \"kind\", \"version\", \"count\", "
       "\"delay\", \"tags\", \"steps\", \"names\", \"world\""},
      {"id: a\ntitle: t\nversion: 1\n",
       "a.yaml:3:10: version: expected a string, found the integer 1; quote it: \"1\""},
      {"id: a\ntitle: t\ncount: many\n", "a.yaml:3:8: count: expected an integer, found \"many\""},
      {"id: a\ntitle: t\ncount: 0\n",
       "a.yaml:3:8: count: expected a number of at least 1, found 0"},
      {"id: a\ntitle: t\ncount: 10\n",
       "a.yaml:3:8: count: expected a number of at most 9, found 10"},
      {"id: a\ntitle: t\ndelay: [1]\n",
       "a.yaml:3:8: delay: expected an integer or null, found a list"},
      {"id: a\ntitle: t\nkind: healthi\n",
       "a.yaml:3:7: kind: expected one of \"healthy\", \"missing\", \"late\", found \"healthi\"; "
       "did "
       "you mean \"healthy\"?"},
      {"id: A1\ntitle: t\n",
       "a.yaml:1:5: id: found \"A1\", expected text that matches ^[a-z]+$ (Small letters)"},
      {"id: a\ntitle: ''\n", "a.yaml:2:8: title: expected some text, found an empty string"},
      {"id: a\ntitle: t\ntags: [x, 2]\n",
       "a.yaml:3:11: tags[1]: expected a string, found the integer 2; quote it: \"2\""},
      {"id: a\ntitle: t\ntags: [x, y, x]\n", "a.yaml:3:14: tags[2]: \"x\" is listed twice"},
      {"id: a\ntitle: t\ntags: [x, y, z, u]\n",
       "a.yaml:3:7: tags: expected at most 3 items, found 4"},
      {"id: a\ntitle: t\nnames: {a: b}\n",
       "a.yaml:3:9: a: found \"a\", expected text that matches ^[A-Z_]+$"},
      {"id: a\ntitle: t\nnames: {\"A\\nB\": b}\n",
       "a.yaml:3:9: \"A\\nB\": found \"A\\nB\", expected text that matches ^[A-Z_]+$"},
      {"id: a\ntitle: t\nworld: {orders: {row: 1}}\n",
       "a.yaml:3:17: orders: the key \"rows\" is missing"},
      {"- 1\n", "a.yaml:1:1: expected a mapping, found a list"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    CHECK(findings_of(row.yaml) == row.message);
  }
}

TEST_CASE("of several forms, the one that was meant is explained") {
  const std::string head = "id: a\ntitle: t\nsteps:\n";
  CHECK(findings_of(head + "  - 3\n") ==
        "a.yaml:4:5: steps[0]: expected a string or a mapping, found the integer 3");
  CHECK(
      findings_of(head + "  - {fault: hung}\n") ==
      "a.yaml:4:13: fault: expected one of \"http_error\", \"hang\", found \"hung\"; did you mean "
      "\"hang\"?");
  CHECK(findings_of(head + "  - {fault: hang, wher: mid_body}\n") ==
        "a.yaml:4:19: unknown key \"wher\"; did you mean \"where\"?");
  CHECK(findings_of(head + "  - {fault: http_error, status: 5}\n") ==
        "a.yaml:4:33: status: expected a number of at least 100, found 5");
  CHECK(findings_of(head + "  - {fault: http_error}\n") ==
        "a.yaml:4:5: steps[0]: the key \"status\" is missing");
  CHECK(findings_of(head + "  - {answer: word}\n") ==
        "a.yaml:4:14: answer: expected one of \"world\", found \"word\"; did you mean \"world\"?");
}

TEST_CASE("names of keys are checked by their own schema behind a reference too") {
  const Schema schema(R"({
    "properties": {"headers": {"$ref": "#/definitions/headers"}},
    "definitions": {"headers": {"type": "object", "propertyNames": {"pattern": "^[A-Z]"}}}})");
  const auto with = [](const char* name) {
    Json value;
    value["headers"][name] = "20";
    return value;
  };
  CHECK(schema.check(with("Retry-After")).empty());
  REQUIRE(schema.check(with("retry-after")).size() == 1);
  CHECK(schema.check(with("retry-after"))[0].at_key);
}

TEST_CASE("the longest text that is read can be matched") {
  const Schema schema(R"({"type": "string", "pattern": "^[ -~]*$"})");
  CHECK(schema.check(Json(std::string(kMaxAuthoredScalar, 'x'))).empty());
  CHECK(schema.check(Json(std::string(kMaxAuthoredScalar - 1, 'x') + "\n")).size() == 1);
}

TEST_CASE("findings are listed by place and bounded") {
  std::string yaml = "id: a\ntitle: t\ntags: [x]\nnames:\n";
  for (int i = 0; i < 14; ++i) yaml += "  K" + std::string(i + 1, 'A') + ": 1\n";
  const std::string error = findings_of(yaml);
  CHECK(error.starts_with("a.yaml:5:7: KA: expected a string"));
  CHECK(std::count(error.begin(), error.end(), '\n') == 10);
  CHECK(error.ends_with("\n  and 4 more"));
}

TEST_CASE("a keyword that has no words of ours still yields an error") {
  const Schema schema(R"({"type": "object", "dependencies": {"a": ["b"]}})");
  const auto findings = schema.check({{"a", 1}});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message.starts_with("does not fit the schema: "));
}

TEST_CASE("a file is read whole, and bounded") {
  const testing::Scratch scratch;
  const std::string path = scratch.write("a.yaml", "id: a\n");
  REQUIRE(read_text_file(path, 6).ok());
  CHECK(*read_text_file(path, 6) == "id: a\n");
  CHECK(read_text_file(path, 5).error().to_string() == path + ": holds more than 5 bytes");
  CHECK(read_text_file(scratch.path("none"), 6).error().message ==
        "cannot be read: No such file or directory");
  CHECK_FALSE(read_text_file(scratch.path(), 6).ok());
}

}  // namespace
}  // namespace assay
