// The cases that were not the same in every run, each with two runs of it side by side in words.

#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/repeated.h"

namespace assay::report {

void write_varying(HtmlWriter& html, const Page& page) {
  const Json& varying = varying_cases(page.report);
  if (varying.empty()) return;
  const auto section = html.open("section", {{"id", "varying"}, {"aria-labelledby", "varying-h"}});
  html.element("h2", {{"id", "varying-h"}}, "Cases that vary");
  html.element("p", {{"class", "hint"}}, words_of_repeated(page.report));
  html.element("p", {{"class", "hint"}}, kWhatVaries);
  const auto list = html.open("ul", {{"class", "facts"}});
  for (const Json& each : varying) {
    const auto item = html.open("li");
    if (const std::string anchor = page.index.anchor_of(each); !anchor.empty())
      html.link(anchor, name_of_varying(each));
    else
      html.element("code", name_of_varying(each));
    html.text(" varies in " + words_of_varying(each));
  }
}

}  // namespace assay::report
