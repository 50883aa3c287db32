#include "harness/report/html/writer.h"

#include <algorithm>
#include <array>

#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Elements in which the parser drops or ignores white space, so that the file can have lines.
constexpr std::array<std::string_view, 27> kBlocks{
    "html", "head", "body", "header", "footer", "main",  "nav",   "section", "article",
    "div",  "p",    "h1",   "h2",     "h3",     "h4",    "ul",    "ol",      "li",
    "dl",   "dt",   "dd",   "table",  "tr",     "thead", "tbody", "details", "summary"};

bool is_block(std::string_view tag) { return std::ranges::find(kBlocks, tag) != kBlocks.end(); }

}  // namespace

void HtmlWriter::escaped(std::string_view visible_text) {
  for (const char c : visible_text) {
    switch (c) {
      case '&':
        out_ += "&amp;";
        break;
      case '<':
        out_ += "&lt;";
        break;
      case '>':
        out_ += "&gt;";
        break;
      case '"':
        out_ += "&quot;";
        break;
      case '\'':
        out_ += "&#39;";
        break;
      default:
        out_ += c;
    }
  }
}

void HtmlWriter::start(std::string_view tag, Attributes attributes, std::string_view end) {
  out_ += '<';
  out_ += tag;
  for (const Attribute& attribute : attributes) {
    if (attribute.value.empty()) continue;
    out_ += ' ';
    out_ += attribute.name;
    out_ += "=\"";
    escaped(visible(attribute.value));
    out_ += '"';
  }
  out_ += end;
}

void HtmlWriter::close(std::string_view tag) {
  out_ += "</";
  out_ += tag;
  out_ += '>';
  if (is_block(tag)) out_ += '\n';
}

HtmlWriter::Element HtmlWriter::open(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  return Element(*this, tag);
}

void HtmlWriter::element(std::string_view tag, Attributes attributes, std::string_view content) {
  const auto element = open(tag, attributes);
  text(content);
}

void HtmlWriter::lone(std::string_view tag, Attributes attributes) { start(tag, attributes); }

void HtmlWriter::shape(std::string_view tag, Attributes attributes) {
  start(tag, attributes, "/>");
}

void HtmlWriter::text(std::string_view text) { escaped(visible(text)); }

void HtmlWriter::lines(std::string_view text) {
  for (const std::string_view line : lines_of(text)) {
    escaped(visible(line));
    out_ += '\n';
  }
}

void HtmlWriter::style_sheet(std::string_view css) {
  out_ += "<style>\n";
  out_ += css;
  out_ += "</style>\n";
}

void HtmlWriter::link(std::string_view anchor, std::string_view words, std::string_view css_class) {
  if (anchor.empty()) {
    element("span", {{"class", css_class}}, words);
    return;
  }
  element("a", {{"href", "#" + std::string(anchor)}, {"class", css_class}}, words);
}

}  // namespace assay::report
