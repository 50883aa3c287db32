#include "harness/base/utf8.h"

#include <doctest/doctest.h>

namespace assay {
namespace {

TEST_CASE("each length of code point is read whole") {
  struct Row {
    std::string_view bytes;
    char32_t value;
  };
  for (const Row& row :
       {Row{"a", U'a'}, Row{"\xC2\x80", 0x80}, Row{"\xDF\xBF", 0x7FF}, Row{"\xE0\xA0\x80", 0x800},
        Row{"\xED\x9F\xBF", 0xD7FF}, Row{"\xEF\xBF\xBD", kReplacementCharacter},
        Row{"\xF0\x90\x80\x80", 0x10000}, Row{"\xF4\x8F\xBF\xBF", 0x10FFFF}}) {
    const CodePoint point = code_point_at(row.bytes, 0);
    CHECK(point.value == row.value);
    CHECK(point.length == row.bytes.size());
    CHECK(is_utf8(row.bytes));
    CHECK(to_valid_utf8(row.bytes) == row.bytes);
  }
}

TEST_CASE("what is not well formed is refused, and replaced byte by byte") {
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\x80"sv, "\xC1\xBF"sv, "\xC2"sv, "\xC2\x41"sv, "\xE0\x9F\xBF"sv, "\xE1\x80"sv,
        "\xED\xA0\x80"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv,
        "\xFF"sv}) {
    CAPTURE(bytes.size());
    CHECK(code_point_at(bytes, 0).value == kReplacementCharacter);
    CHECK(code_point_at(bytes, 0).length == 1);
    CHECK_FALSE(is_utf8(bytes));
    CHECK(is_utf8(to_valid_utf8(bytes)));
  }
  CHECK(to_valid_utf8("a\xFF\xE2\x82z") == "a\uFFFD\uFFFD\uFFFDz");
}

TEST_CASE("what shows nothing is hidden, an empty pattern of Braille among it") {
  for (const char32_t c : {0x200B, 0x2800, 0x3164}) CHECK(is_hidden(c));
  for (const char32_t c : {0x61, 0x27FF, 0x2801}) CHECK_FALSE(is_hidden(c));
}

TEST_CASE("a cut falls between code points") {
  CHECK(cut_utf8("abc", 3) == "abc");
  CHECK(cut_utf8("abc", 2) == "ab");
  CHECK(cut_utf8("a\u20AC", 3) == "a");
  CHECK(cut_utf8("a\u20AC", 4) == "a\u20AC");
  CHECK(cut_utf8("\u20AC", 0).empty());
}

}  // namespace
}  // namespace assay
