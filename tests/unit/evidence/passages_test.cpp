#include "harness/evidence/passages.h"

#include <doctest/doctest.h>

namespace assay::evidence {
namespace {

/// "1-2:text|…"
std::string split(const std::string& review) {
  std::string text;
  for (const auto& passage : passages_of({"REVIEW.md", review, ""})) {
    CHECK(passage.file == "REVIEW.md");
    text += (text.empty() ? "" : "|") + std::to_string(passage.line) + "-" +
            std::to_string(passage.end_line) + ":" + passage.text;
  }
  return text;
}

TEST_CASE("items of a list are passages of their own, whatever marks them, with their own lines") {
  CHECK(split("- one\n  goes on\n- two\n") == "1-2:- one goes on|3-3:- two");
  CHECK(split("* a\n+ b\n• c\n・d\n1. e\n2) f\n") ==
        "1-1:* a|2-2:+ b|3-3:• c|4-4:・d|5-5:1. e|6-6:2) f");
}

TEST_CASE("paragraphs end at an empty line, headings and rows at their own end") {
  CHECK(split("# Title\ntext\nmore\n\nnext\n") == "1-1:# Title|2-3:text more|5-5:next");
  CHECK(split("| a | b |\n|---|---|\n| 1 | 2 |\n") == "1-1:| a | b ||3-3:| 1 | 2 |");
}

TEST_CASE("code belongs to what is said around it") {
  CHECK(split("- this:\n\n```\n- x\n# y\n\n```\n- two\n") ==
        "1-1:- this:|3-7:``` - x # y  ```|8-8:- two");
}

TEST_CASE("numbers that begin a sentence are no item") {
  CHECK(split("404 and 500\n1500 rows\n3.5 s\n") == "1-3:404 and 500 1500 rows 3.5 s");
}

TEST_CASE("odd line ends, no text and bytes that are not UTF-8 are taken as they can be") {
  CHECK(split("") == "");
  CHECK(split("\n\n---\n") == "");
  CHECK(split("- a\r\n- b") == "1-1:- a|2-2:- b");
  CHECK(split("\xff\n") == "1-1:\uFFFD");
}

TEST_CASE("a flood is bounded") {
  std::string many, wide = "x";
  for (int i = 0; i < 10'000; ++i) many += "- item\n";
  for (int i = 0; i < 10'000; ++i) wide += " more";
  CHECK(passages_of({"REVIEW.md", many, ""}).size() == kMaxPassages);
  CHECK(passages_of({"REVIEW.md", wide, ""})[0].text.size() <= kMaxPassageBytes + 4);
}

}  // namespace
}  // namespace assay::evidence
