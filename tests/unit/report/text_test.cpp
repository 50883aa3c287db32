#include "harness/report/text.h"

#include <doctest/doctest.h>

#include "harness/base/count.h"

namespace assay::report {
namespace {

using namespace std::string_view_literals;

TEST_CASE("what a terminal would obey becomes a mark that can be seen") {
  CHECK_EQ(visible("a\x1b[31mb"), "a␛[31mb");
  CHECK_EQ(visible("a\0b"sv), "a␀b");
  CHECK_EQ(visible("\x7f"), "␡");
  CHECK_EQ(visible("\r\n"), "␍␊");
  CHECK_EQ(visible("\u009b1m"), "⟨U+009B⟩1m");
  CHECK_EQ(visible("\u202Egpj"), "⟨U+202E⟩gpj");
  CHECK_EQ(visible("a\u200Bb"), "a⟨U+200B⟩b");
  CHECK_EQ(visible("\U000E0041"), "⟨U+E0041⟩");
  CHECK_EQ(visible("\ta"), "    a");
  CHECK_EQ(visible("caf\u00e9 漢字 🙂"), "caf\u00e9 漢字 🙂");
}

TEST_CASE("bytes that are not UTF-8 read as the replacement character") {
  CHECK_EQ(visible("a\xff"), "a\uFFFD");
  CHECK_EQ(visible("\xc0\x80"), "\uFFFD\uFFFD");            // an overlong NUL
  CHECK_EQ(visible("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a surrogate pair
  CHECK_EQ(visible("\xe2\x82"), "\uFFFD\uFFFD");            // cut short
}

TEST_CASE("width counts columns, not bytes") {
  CHECK_EQ(display_width("abc"), 3);
  CHECK_EQ(display_width("é"), 1);
  CHECK_EQ(display_width("e\u0301"), 1);
  CHECK_EQ(display_width("漢字"), 4);
  CHECK_EQ(display_width("🙂"), 2);
  CHECK_EQ(display_width("✓ –"), 3);
}

TEST_CASE("lines break at spaces, and inside a word that is too long") {
  CHECK_EQ(wrap("one two three", 7), std::vector<std::string>{"one two", "three"});
  CHECK_EQ(wrap("abcdefgh", 3), std::vector<std::string>{"abc", "def", "gh"});
  CHECK_EQ(wrap("漢字漢", 4), std::vector<std::string>{"漢字", "漢"});
  CHECK_EQ(wrap("漢字", 1), std::vector<std::string>{"漢", "字"});
  CHECK_EQ(wrap("", 5), std::vector<std::string>{""});
  CHECK_EQ(wrap("  a  ", 5), std::vector<std::string>{"a"});
}

TEST_CASE("a cell has its width, whatever its text") {
  CHECK_EQ(fit("ab", 4), "ab  ");
  CHECK_EQ(fit("abcdef", 4), "abc…");
  CHECK_EQ(fit("漢字漢字", 4), "漢… ");
  CHECK_EQ(cut("abcd", 4), "abcd");
}

TEST_CASE("lines count as Python counts them") {
  CHECK_EQ(lines_of("a\nb\r\nc\rd"), std::vector<std::string_view>{"a", "b", "c", "d"});
  CHECK_EQ(lines_of("a\n"), std::vector<std::string_view>{"a"});
  CHECK_EQ(lines_of("a\n\n"), std::vector<std::string_view>{"a", ""});
  CHECK_EQ(lines_of("a\x0b\u2028b"), std::vector<std::string_view>{"a\x0b\u2028b"});
  CHECK_EQ(lines_of(""), std::vector<std::string_view>{});
}

TEST_CASE("seconds have milliseconds, cut and never rounded up") {
  CHECK_EQ(seconds(0), "0.000 s");
  CHECK_EQ(seconds(1'999'999), "1.999 s");
  CHECK_EQ(seconds(600'000'000), "600.000 s");
  CHECK_EQ(count_of(1, "request"), "1 request");
  CHECK_EQ(count_of(0, "request"), "0 requests");
}

TEST_CASE("a time in brief has no zeros that say nothing") {
  CHECK_EQ(brief_seconds(0), "0 s");
  CHECK_EQ(brief_seconds(999), "0 s");
  CHECK_EQ(brief_seconds(7'000'311), "7 s");
  CHECK_EQ(brief_seconds(400'000), "0.4 s");
  CHECK_EQ(brief_seconds(1'250'000), "1.25 s");
  CHECK_EQ(brief_seconds(120'000'000), "120 s");
}

}  // namespace
}  // namespace assay::report
