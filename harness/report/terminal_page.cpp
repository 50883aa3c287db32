#include "harness/report/terminal_page.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Colours of the sixteen that every terminal has and its user has chosen; never a background but
/// for the alarm.
std::string_view sequence(Style style) {
  switch (style) {
    case Style::kPlain:
      return {};
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kAsk:
      return "\x1b[33m";
    case Style::kFault:
      return "\x1b[35m";
    case Style::kAlarm:
      return "\x1b[1;37;41m";
  }
  return {};
}

}  // namespace

Style style_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return Style::kGood;
    case Tone::kBad:
      return Style::kBad;
    case Tone::kAsk:
      return Style::kAsk;
    case Tone::kFault:
      return Style::kFault;
    case Tone::kOpen:
      return Style::kDim;
  }
  return Style::kPlain;
}

TerminalPage::TerminalPage(const RenderOptions& options)
    : colour_(options.colour),
      width_(static_cast<std::size_t>(std::max(options.width, kMinWidth))) {}

void TerminalPage::add(std::string_view visible_text, Style style) {
  const std::string_view begin = colour_ ? sequence(style) : std::string_view();
  out_ += begin;
  out_ += visible_text;
  if (!begin.empty()) out_ += "\x1b[0m";
}

void TerminalPage::end_line() {
  // Cells are filled with spaces; the last one's are of no use, and would differ under colour.
  while (!out_.empty() && out_.back() == ' ') out_.pop_back();
  out_ += '\n';
}

void TerminalPage::blank() { out_ += '\n'; }

void TerminalPage::heading(std::string_view text) {
  blank();
  add(cut(visible(text), width_), Style::kBold);
  end_line();
}

void TerminalPage::row(const std::vector<Cell>& cells) {
  std::size_t left = width_;
  for (std::size_t i = 0; i < cells.size() && left > 0; ++i) {
    const Cell& cell = cells[i];
    if (i > 0) {
      out_ += ' ';
      if (--left == 0) break;
    }
    const bool last = i + 1 == cells.size();
    const std::size_t room = cell.width == 0 ? left : std::min(cell.width, left);
    const std::string text = visible(cell.text);
    const std::string shown = cut(text, room);
    add(shown, cell.style);
    left -= display_width(shown);
    if (last || cell.width == 0) continue;
    const std::size_t fill = room - display_width(shown);
    out_.append(fill, ' ');
    left -= fill;
  }
  end_line();
}

void TerminalPage::paragraph(Cell lead, std::string_view text, Style style) {
  const std::string head =
      lead.width == 0 ? visible(lead.text) : fit(visible(lead.text), lead.width);
  const std::size_t indent = display_width(head);
  const std::string body = visible(text);
  bool first = true;
  for (const std::string& line : wrap(body, indent < width_ ? width_ - indent : 1)) {
    if (first) {
      add(head, lead.style);
    } else {
      out_.append(indent, ' ');
    }
    first = false;
    add(line, style);
    end_line();
  }
}

void TerminalPage::block(std::string_view indent, std::string_view text, std::size_t max_lines) {
  const std::vector<std::string_view> lines = lines_of(text);
  std::size_t used = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string shown = visible(lines[i]);
    // Spaces at the start of a line carry meaning in what programs write: no wrapping at words.
    std::string_view rest = shown;
    do {
      if (used == max_lines) {
        paragraph({indent}, "… " + count_of(lines.size() - i, "more line"), Style::kDim);
        return;
      }
      std::string piece = cut(rest, width_ - indent.size());
      const bool whole = piece.size() == rest.size();
      if (!whole) piece.resize(piece.size() - std::string_view("…").size());
      out_ += indent;
      add(piece, Style::kPlain);
      end_line();
      rest.remove_prefix(piece.size());
      ++used;
    } while (!rest.empty());
  }
}

}  // namespace assay::report
