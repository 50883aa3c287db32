#include "harness/report/html/document.h"

namespace assay::report {

void write_document_head(HtmlWriter& html, std::string_view title,
                         std::initializer_list<std::string_view> style_sheets) {
  const auto head = html.open("head");
  html.lone("meta", {{"charset", "utf-8"}});
  html.lone("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content",
                      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                      "form-action 'none'"}});
  html.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.lone("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.element("title", title);
  for (const std::string_view css : style_sheets) html.style_sheet(css);
}

}  // namespace assay::report
