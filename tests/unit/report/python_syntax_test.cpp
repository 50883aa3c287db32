#include "harness/report/python_syntax.h"

#include <doctest/doctest.h>

#include <string>

#include "harness/report/text.h"

namespace assay::report {
namespace {

char letter_of(Syntax syntax) {
  switch (syntax) {
    case Syntax::kPlain:
      return '.';
    case Syntax::kComment:
      return 'c';
    case Syntax::kString:
      return 's';
    case Syntax::kNumber:
      return 'n';
    case Syntax::kKeyword:
      return 'k';
    case Syntax::kDecorator:
      return 'd';
    case Syntax::kDefinition:
      return 'f';
  }
  return '?';
}

/// A letter for each byte, lines parted by "|".
std::string read(std::string_view text) {
  std::string letters;
  for (const LineSyntax& line : python_syntax(lines_of(text))) {
    for (const SyntaxSpan& span : line) letters.append(span.length, letter_of(span.syntax));
    letters += '|';
  }
  if (!letters.empty()) letters.pop_back();
  return letters;
}

struct Example {
  const char* text;
  const char* letters;
};

void check(std::initializer_list<Example> examples) {
  for (const Example& each : examples) {
    CAPTURE(each.text);
    CHECK_EQ(read(each.text), each.letters);
  }
}

TEST_CASE("keywords are whole words, and no attributes") {
  check({{"if x:", "kk..."},
         {"iffy = x.is_in", ".............."},
         {"r.class", "......."},
         {"not None", "kkk.kkkk"},
         {"1if x else 2", "nkk...kkkk.n"},
         {"\u00e9if", "...."}});
}

TEST_CASE("match and case are keywords where a statement begins with them, and names elsewhere") {
  check({{"match x:", "kkkkk..."},
         {"  case {'a': 1}: return", "..kkkk..sss..n...kkkkkk"},
         {"match = re.match(x)", "..................."},
         {"match (x)", "........."},
         {"y = match", "........."}});
}

TEST_CASE("what a def or a class is called is a definition") {
  check({{"def f(x):", "kkk.f...."},
         {"class A(B): pass", "kkkkk.f.....kkkk"},
         {"async def go():", "kkkkk.kkk.ff..."},
         {"def (x", "kkk..."}});
}

TEST_CASE("a decorator begins its line, and a product of matrices does not") {
  check({{"@a.b(1)", "dddd.n."},
         {"  @wraps", "..dddddd"},
         {"a @b", "...."},
         {"@ b", "..."},
         {"'''\n@x'''", "sss|sssss"}});
}

TEST_CASE("numbers of every spelling") {
  check({{"1_000 0xFFe 0b1 0o7", "nnnnn.nnnnn.nnn.nnn"},
         {"1.5e-3+2", "nnnnnn.n"},
         {".5j", "nnn"},
         {"1..real", "nn....."},
         {"x1 e5", "....."},
         {"1e", "n."}});
}

TEST_CASE("comments run to the end of their line, and not from a string") {
  check(
      {{"x # if 'a", "..ccccccc"}, {"'#' # '", "sss.ccc"}, {"\"\"\"\n# x\n\"\"\"", "sss|sss|sss"}});
}

TEST_CASE("strings of all quotes and prefixes") {
  check({{"'a' \"b\"", "sss.sss"},
         {"rb'a' Rb\"b\" u'' f''", "sssss.sssss.sss.sss"},
         {"xr'a'", "..sss"},
         {"r'\\' if'", "ssssssss"},
         {"'\\\\' if", "ssss.kk"},
         {"''''a''' if", "ssssssss.kk"},
         {"'' 'a'", "ss.sss"}});
}

TEST_CASE("a string that is left open ends with its line, unless a backslash goes on") {
  check({{"'a if\nif", "sssss|kk"}, {"'a\\\nif' if", "sss|sss.kk"}, {"'a\\\\\nif", "ssss|kk"}});
}

TEST_CASE("three quotes hold over lines of any kind of end") {
  check({{"x = '''a\r\n' \" if\r'''if", "....ssss|ssssss|ssskk"},
         {"'''\\''' if'''", "sssssssssssss"}});
}

TEST_CASE("the fields of an f-string are code, and what is doubled is text") {
  check({{"f'a{x if y}b' if", "ssss..kk..sss.kk"},
         {"f'{{if}}'", "sssssssss"},
         {"f'{x:>{w}}if'", "sss.sss.sssss"},
         {"f\"{d['if']}\"", "sss..ssss.ss"},
         {"f\"{d[\"if\"]}\" if", "sss..ssss.ss.kk"},
         {"f'{ {1: 2}[1] }'", "sss..n..n..n..ss"},
         {"f'{(lambda: 1)}'", "sss.kkkkkk..n.ss"},
         {"f'{x!r}' if", "sss...ss.kk"},
         {"'{if}'", "ssssss"},
         {"rf'\\d{n}'", "ssssss.ss"}});
}

TEST_CASE("a field that is left open ends with its string or with its line") {
  check({{"f'{x\nif", "sss.|kk"},
         {"f'''{x\nif'''\nif", "sssss.|kksss|kk"},
         {"f'''{x:\nif'''\nif", "sssss.s|sssss|kk"},
         {"f'{x:{y'\nif", "sss.ss.s|kk"}});
}

/// Every byte once, in spans that are no longer or shorter than they have to be, and none of which
/// ends inside a character.
void check_whole(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  const std::vector<LineSyntax> syntax = python_syntax(lines);
  REQUIRE_EQ(syntax.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string shown;
    std::size_t at = 0;
    for (const SyntaxSpan& span : syntax[i]) {
      REQUIRE_GT(span.length, 0);
      REQUIRE_LE(span.length, lines[i].size() - at);
      shown += visible(lines[i].substr(at, span.length));
      at += span.length;
    }
    REQUIRE_EQ(at, lines[i].size());
    CHECK_EQ(shown, visible(lines[i]));
    for (std::size_t n = 1; n < syntax[i].size(); ++n)
      CHECK_NE(syntax[i][n - 1].syntax, syntax[i][n].syntax);
  }
}

TEST_CASE("nothing of a text is lost or changed, whatever it is") {
  constexpr std::string_view kParts[] = {
      "'",  "\"",   "'''",    "\"\"\"",   "f'",     "rf\"\"\"", "{",   "}",    "{{",
      ":",  "\\",   "\n",     "\r",       "#",      "@",        "if ", "def ", "match ",
      "0x", "1e+",  ".",      "\t",       "\u20ac", "\xe2\x82", "(",   ")",    " ",
      "é",  "\x1b", "\u202e", "\xf0\x9f", "a",      "!",        "=",   "]",    "["};
  unsigned state = 1;
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (int n = 0; n < 40; ++n) {
      state = state * 1'103'515'245 + 12'345;
      text += kParts[(state >> 16) % std::size(kParts)];
    }
    CAPTURE(text);
    check_whole(text);
  }
}

TEST_CASE("nesting without end stays cheap, and ends with its string") {
  std::string fields = "f'''", specs = "f'''", strings;
  for (int i = 0; i < 100'000; ++i) {
    fields += "{(f'";
    specs += "{a:'";
    strings += "f\"{";
  }
  for (const std::string& text : {fields + "'''\nif", specs + "'''\nif", strings + "\nif"}) {
    check_whole(text);
    CHECK(read(text).ends_with("|kk"));
  }
}

}  // namespace
}  // namespace assay::report
