#pragma once

// A page of a terminal, filled from top to bottom. Everything put on it is made harmless by
// visible() and kept within the width; colour is added here and nowhere else.
//
// One thread; take() ends its use.

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/format.h"
#include "harness/report/words.h"

namespace assay::report {

enum class Style { kPlain, kBold, kDim, kGood, kBad, kAsk, kFault, kAlarm };
Style style_of(Tone);

/// A piece of a line: what it says, how, and in how many columns (0: as many as it takes).
struct Cell {
  std::string_view text;
  Style style = Style::kPlain;
  std::size_t width = 0;
};

class TerminalPage {
 public:
  explicit TerminalPage(const RenderOptions& options);

  std::size_t width() const { return width_; }

  void blank();
  void heading(std::string_view text);
  /// One line of cells side by side, a space between them; what is too long is cut.
  void row(const std::vector<Cell>& cells);
  /// `text` wrapped behind `lead`, with lines after the first indented to the end of it.
  void paragraph(Cell lead, std::string_view text, Style style = Style::kPlain);
  /// Lines of a candidate's text behind `indent`, wrapped; at most `max_lines` of them, and a last
  /// one that says how many were left out.
  void block(std::string_view indent, std::string_view text, std::size_t max_lines);

  std::string take() { return std::move(out_); }

 private:
  void add(std::string_view visible_text, Style style);
  void end_line();

  bool colour_;
  std::size_t width_;
  std::string out_;
};

}  // namespace assay::report
