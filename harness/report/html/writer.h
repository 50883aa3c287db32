#pragma once

// HTML that is well formed and free of injection by construction: elements close themselves, and
// there is no way to write text or an attribute's value but through visible() and the escaping of
// HTML.
//
// One thread; an Element must not outlive its writer, and elements close in reverse order.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace assay::report {

struct Attribute {
  std::string_view name;
  std::string_view value;
};
using Attributes = std::initializer_list<Attribute>;

class HtmlWriter {
 public:
  /// An open element; its end tag is written when this goes.
  class [[nodiscard]] Element {
   public:
    Element(HtmlWriter& writer, std::string_view tag) : writer_(writer), tag_(tag) {}
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;
    ~Element() { writer_.close(tag_); }

   private:
    HtmlWriter& writer_;
    std::string tag_;
  };

  /// `tag` and attributes' names are literals of ours. An attribute without a value is left out.
  Element open(std::string_view tag, Attributes attributes = {});
  /// A whole element with nothing but text in it.
  void element(std::string_view tag, Attributes attributes, std::string_view text);
  void element(std::string_view tag, std::string_view text) { element(tag, {}, text); }
  /// An element without content or end tag, such as <meta>.
  void lone(std::string_view tag, Attributes attributes);
  /// An element of a drawing without content.
  void shape(std::string_view tag, Attributes attributes);
  /// `text` as one line.
  void text(std::string_view text);
  /// `text` with its line ends kept, for elements that show them.
  void lines(std::string_view text);
  /// A style sheet of ours, as it is.
  void style_sheet(std::string_view css);
  /// `<a href="#anchor">`, or plain text where there is no anchor.
  void link(std::string_view anchor, std::string_view text, std::string_view css_class = {});

  std::string take() { return std::move(out_); }

 private:
  void close(std::string_view tag);
  void start(std::string_view tag, Attributes attributes, std::string_view end = ">");
  void escaped(std::string_view visible_text);

  std::string out_ = "<!doctype html>\n";
};

}  // namespace assay::report
