#pragma once

// What the characters of a Python file are, for a page that sets comments, strings and keywords
// off.
//
// In: a file's lines as lines_of() splits them, whoever wrote them and whether or not they are
// Python. Out: for each line its spans, which cover every byte once and in order, so that nothing
// of the text can be lost or changed by showing them. Nothing is refused: what is broken looks odd
// for a line or up to the end of its triple-quoted string, as it does in an editor. Linear in the
// text; pure, on any thread.
//
// Replacement fields of f-strings are read as code, nested as deep as Python 3.12 lets them be.

#include <cstddef>
#include <string_view>
#include <vector>

namespace assay::report {

enum class Syntax { kPlain, kComment, kString, kNumber, kKeyword, kDecorator, kDefinition };

struct SyntaxSpan {
  std::size_t length = 0;  ///< in bytes, never 0; two of a kind never follow one another
  Syntax syntax = Syntax::kPlain;
  bool operator==(const SyntaxSpan&) const = default;
};

/// Of each line, its spans from left to right; none for an empty line.
using LineSyntax = std::vector<SyntaxSpan>;

std::vector<LineSyntax> python_syntax(const std::vector<std::string_view>& lines);

/// Whether a file of that name is read as Python.
bool is_python(std::string_view path);

}  // namespace assay::report
