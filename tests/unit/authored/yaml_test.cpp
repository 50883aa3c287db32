#include "harness/authored/yaml.h"

#include <doctest/doctest.h>

namespace assay {
namespace {

Json value_of(const std::string& text) {
  const auto document = parse_yaml("a.yaml", text);
  REQUIRE_MESSAGE(document.ok(), document.error().to_string());
  return document->value;
}

std::string error_of(const std::string& text) {
  const auto document = parse_yaml("a.yaml", text);
  REQUIRE_FALSE(document.ok());
  CHECK(document.error().kind == ErrorKind::kInput);
  return document.error().to_string();
}

TEST_CASE("plain scalars are typed by the core schema of YAML 1.2") {
  struct Row {
    const char* yaml;
    Json value;
  };
  const Row rows[] = {
      {"null", nullptr},
      {"~", nullptr},
      {"Null", nullptr},
      {"nULL", "nULL"},
      {"true", true},
      {"False", false},
      {"yes", "yes"},
      {"on", "on"},
      {"y", "y"},
      {"0", 0},
      {"-12", -12},
      {"+7", 7},
      {"007", 7},
      {"0o17", 15},
      {"0x1F", 31},
      {"1_000", "1_000"},
      {"1:30", "1:30"},
      {"9223372036854775807", 9223372036854775807LL},
      {"1e9", 1e9},
      {"1.5", 1.5},
      {".5", 0.5},
      {"-1.", -1.0},
      {"+2.5e-1", 0.25},
      {"1e", "1e"},
      {".", "."},
      {"-x", "-x"},
      {"2026-03-14", "2026-03-14"},
      {"2026-03-14T06:00:00Z", "2026-03-14T06:00:00Z"},
      {"1.2.3", "1.2.3"},
      {"'12'", "12"},
      {"\"true\"", "true"},
      {"''", ""},
      {"!!str 12", "12"},
      {"|\n  12\n", "12\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    const Json found = value_of("k: " + std::string(row.yaml) + "\n")["k"];
    CHECK(found == row.value);
    CHECK(found.is_number_float() == row.value.is_number_float());
  }
}

TEST_CASE("numbers that JSON cannot hold are refused with a way out") {
  CHECK(error_of("a: 9223372036854775808\n") ==
        "a.yaml:1:4: the integer 9223372036854775808 does not fit 64 bits; quote it to keep it as "
        "text");
  CHECK(error_of("a: .nan\n") ==
        "a.yaml:1:4: JSON has no number .nan; quote it to keep it as text");
  CHECK(error_of("a: -.inf\n") ==
        "a.yaml:1:4: JSON has no number -.inf; quote it to keep it as text");
  CHECK(error_of("a: 1e999\n") ==
        "a.yaml:1:4: the number 1e999 is out of range; quote it to keep it as text");
}

TEST_CASE("keys keep their order") {
  const Json value = value_of("zebra: 1\nant: 2\nmole: 3\n");
  CHECK(value.dump() == R"({"zebra":1,"ant":2,"mole":3})");
}

TEST_CASE("every value and every key has its place") {
  const auto document = parse_yaml("a.yaml",
                                   "first: 1\n"
                                   "list:\n"
                                   "  - {a: x, \"b/c~d\": y}\n"
                                   "  - z\n"
                                   "empty:\n");
  REQUIRE(document.ok());
  CHECK(document->place_of("/first").to_string() == "a.yaml:1:8");
  CHECK(document->key_place_of("/first").to_string() == "a.yaml:1:1");
  CHECK(document->place_of("/list/0/a").to_string() == "a.yaml:3:9");
  CHECK(document->key_place_of("/list/0/b~1c~0d").to_string() == "a.yaml:3:12");
  CHECK(document->place_of("/list/1").to_string() == "a.yaml:4:5");
  CHECK(document->key_place_of("/list/1").to_string() == "a.yaml:4:5");
  CHECK(document->key_place_of("/empty").to_string() == "a.yaml:5:1");
  CHECK(document->place_of("/list/0/nothing/here").to_string() == "a.yaml:3:5");
}

TEST_CASE("an alias repeats its anchor's value") {
  CHECK(value_of("a: &x {k: 1}\nb: *x\n").dump() == R"({"a":{"k":1},"b":{"k":1}})");
}

TEST_CASE("structures that would mislead are refused where they stand") {
  CHECK(error_of("a: 1\nb: 2\na: 3\n") ==
        "a.yaml:3:1: the key \"a\" stands here a second time; the first is in line 1");
  CHECK(error_of("a: !point 3\n").find("unknown tag \"!point\"") != std::string::npos);
  CHECK(error_of("a: &x {k: 1}\nb: {<<: *x}\n") ==
        "a.yaml:2:5: merge keys (<<) are not part of YAML 1.2; write the keys out");
  CHECK(error_of("? [a, b]\n: 1\n").find("a key must be a word") != std::string::npos);
  CHECK(error_of("a: 1\n---\nb: 2\n").find("more than one YAML document") != std::string::npos);
  CHECK(error_of("") == "a.yaml:1:1: the file is empty");
  CHECK(error_of("a: [1, 2\nb: 3\n").starts_with("a.yaml:2:"));
  CHECK(error_of("a: *nowhere\n").find("this is not YAML") != std::string::npos);
}

TEST_CASE("depth is bounded") {
  const std::string deep = std::string(60, '[') + std::string(60, ']');
  CHECK(error_of(deep).find("nested more than 48 levels deep") != std::string::npos);
  CHECK(error_of(std::string(5000, '[')).find("a.yaml:") == 0);
  CHECK(error_of("a: &x [*x]\n").find("a.yaml:") == 0);
}

TEST_CASE("bytes that are no text, and texts without end, are refused") {
  CHECK(error_of("a: 1\nb: \xff\xfe\n") ==
        "a.yaml:2: a byte that is not UTF-8\n  save the file as UTF-8");
  CHECK(value_of("a: \"\xc3\xa4\xe2\x82\xac\"\n")["a"] == "\xc3\xa4\xe2\x82\xac");
  CHECK(error_of("a: " + std::string(2100, 'x') + "\n") ==
        "a.yaml:1:4: a text of 2100 bytes; expected at most 2048");
}

TEST_CASE("a text that begins with what no value begins with has an end all the same") {
  const std::string why = "this is not YAML: no value can begin with this";
  CHECK(error_of(", 2\na: 3\n") == "a.yaml:1:1: " + why);
  CHECK(error_of("# one\n, ").starts_with("a.yaml:2:1: "));
  for (const char* text : {"]", "}", "a: 1\n, b", "a: 1\n}", "--- ,\n", "? ,\n", ", ,", "]]"})
    CHECK(error_of(text).starts_with("a.yaml:"));
}

TEST_CASE("an error is text whatever it quotes") {
  const std::string error = error_of("a: \"\\\xd8\x80\"\n");
  CHECK(error.starts_with("a.yaml:1:"));
  CHECK(is_utf8(error));
}

TEST_CASE("control characters are refused, and what they would make of the text is not read") {
  const std::string hint = "\n  YAML has \"\\x1b\" and the like for them, in quotes";
  CHECK(error_of("a: 1\n\x04"
                 "b: 2\n") == "a.yaml:2: a control character, byte 4" + hint);
  // Were it UTF-32, as its zeros look like, it would hold half of a surrogate pair.
  CHECK(error_of(std::string("\0\0\0a\0\0\0:\0\0\0 \0\0\xd8\x80", 16)) ==
        "a.yaml:1: a control character, byte 0" + hint);
  CHECK(value_of("a: \"\\x1b\"\n")["a"] == "\x1b");
  CHECK(value_of("a: 1\r\nb:\t2\r\n")["b"] == 2);
}

TEST_CASE("aliases that multiply are bounded") {
  std::string text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + previous;
    for (int j = 0; j < 9; ++j) text += ", " + previous;
    text += "]\n";
  }
  CHECK(error_of(text).find("more than 100000 values") != std::string::npos);
}

}  // namespace
}  // namespace assay
