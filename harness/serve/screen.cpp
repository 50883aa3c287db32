#include "harness/serve/screen.h"

#include "harness/base/count.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/serve/invitation.h"
#include "harness/serve/live_line.h"

namespace assay::serve {

using report::Style;
using report::TerminalPage;

void Screen::opened(const Opened& opened) { opened_ = opened; }

void Screen::begun(Run run, const ServedCase& served) {
  if (run == 1) return invite(served);
  TerminalPage page(options_);
  page.blank();
  page.paragraph({},
                 "The case starts anew: its world, its script and its clock. This is run " +
                     std::to_string(run) + ".",
                 Style::kBold);
  print_(page.take());
}

void Screen::invite(const ServedCase& served) {
  TerminalPage page(options_);
  page.row({{served.exercise + ", case " + served.the_case.id, Style::kBold}});
  page.paragraph({}, served.the_case.title);
  page.blank();
  page.paragraph({"URL     ", Style::kDim}, opened_.url, Style::kBold);
  const std::string token = token_of(served);
  page.paragraph({"token   ", Style::kDim}, token.empty() ? "none is needed" : token);
  if (!opened_.control_url.empty())
    page.paragraph({"control ", Style::kDim}, opened_.control_url + "/");
  page.paragraph({"clock   ", Style::kDim},
                 "the case's, from " + format_utc(served.the_case.now) +
                     ", as fast as real time; that of your program is its machine's");
  for (const std::string& note : opened_.notes) page.paragraph({"note    ", Style::kAsk}, note);
  page.blank();
  print_(page.take());
  // To be copied: not wrapped, whatever the width.
  TerminalPage lines(options_);
  lines.paragraph({}, "One request; like any other it uses up a step of the case's script:");
  print_(lines.take() + "  " + curl_line(served, opened_.url) + "\n\n");
  TerminalPage python(options_);
  python.paragraph({}, "The function in your " + served.entry.file + ", called as this case does:");
  print_(python.take() + "  " + python_line(served, opened_.url) + "\n\n");
  TerminalPage last(options_);
  last.paragraph({},
                 "Ctrl-C ends it. Requests since the start, and since the answer before; bytes are "
                 "those of an answer's head and body:",
                 Style::kDim);
  print_(last.take());
}

void Screen::request(const News& news) {
  const model::Request& request = news.request;
  if (request.ended_at) {
    ++requests_;
    if (!request.fault.empty()) ++faults_[request.fault];
  }
  print_(live_line(news, options_));
}

void Screen::notice(const std::string& text) {
  TerminalPage page(options_);
  std::string_view lead = "note    ";
  for (const std::string_view line : report::lines_of(text)) {
    page.paragraph({lead, Style::kAsk}, line);
    lead = "        ";
  }
  print_(page.take());
}

void Screen::closed() {
  TerminalPage page(options_);
  page.blank();
  std::string words = count_of(requests_, "request");
  std::string_view before = ", with faults: ";
  for (const auto& [fault, count] : faults_) {
    words += std::string(before) + fault + " " + std::to_string(count) + "×";
    before = ", ";
  }
  page.paragraph({"", Style::kBold}, words + ".", Style::kBold);
  print_(page.take());
}

}  // namespace assay::serve
