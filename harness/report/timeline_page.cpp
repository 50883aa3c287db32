#include "harness/report/timeline_page.h"

#include <algorithm>

#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

/// Gaps shorter than this are drawn as none.
constexpr std::int64_t kShownGapUs = 1'000;

/// One request on the line: when it came, what it asked, what it got.
void write_request(TerminalPage& page, const Json& request) {
  const std::string at = right(seconds(request.at("at_us").get<std::int64_t>()), kTimeWidth);
  const std::string blank = std::string(kTimeWidth, ' ') + " │    ";
  std::string asked =
      std::string(text_at(request, "method")) + " " + std::string(text_at(request, "target"));
  page.paragraph({at + " ├─ "}, "#" + std::to_string(request.at("seq").get<int>()) + " " +
                                    cut(visible(asked), 3 * page.width()));
  std::string details = "connection " + std::to_string(request.at("connection").get<int>());
  if (const int position = request.at("position"); position > 1)
    details += ", its request " + std::to_string(position);
  if (text_at(request, "phase") == "import") details += ", while the file was imported";
  page.paragraph({blank}, details, Style::kDim);
  if (request.contains("sql")) page.paragraph({blank}, text_at(request, "sql"), Style::kDim);
  const bool faulty = request.contains("fault");
  std::string answer = words_of_answer(request);
  if (faulty) answer += " · fault " + words_of_fault(request);
  page.paragraph({blank}, answer, faulty ? Style::kAsk : Style::kPlain);
}

}  // namespace

void write_gap(TerminalPage& page, std::int64_t gap_us, std::string_view what) {
  if (gap_us < kShownGapUs) return;
  page.paragraph({std::string(kTimeWidth, ' ') + " ┊ ", Style::kDim},
                 seconds(gap_us) + " " + std::string(what), Style::kDim);
}

std::int64_t write_requests(TerminalPage& page, const Json& requests) {
  std::int64_t last = 0;
  for (const Json& request : requests) {
    const std::int64_t at = request.at("at_us");
    write_gap(page, at - last, "without a request");
    write_request(page, request);
    last = at;
    if (request.contains("ended_at_us")) {
      const std::int64_t ended = request.at("ended_at_us");
      write_gap(page, ended - at, "until the answer was over");
      last = std::max(last, ended);
    }
  }
  return last;
}

}  // namespace assay::report
