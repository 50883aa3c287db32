#include "harness/report/timeline_page.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/waits.h"
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
  // A journal alone has these.
  if (request.contains("refusal")) page.paragraph({blank}, text_at(request, "refusal"));
  if (request.contains("note")) page.paragraph({blank}, text_at(request, "note"), Style::kAsk);
}

void write_wait(TerminalPage& page, const Json& wait) {
  const std::string at = right(seconds(wait.at("at_us").get<std::int64_t>()), kTimeWidth);
  page.paragraph({at + " ┊ ", Style::kDim}, words_of_wait(wait),
                 is_timeout(wait) ? Style::kAsk : Style::kPlain);
}

/// Requests and waits in the order in which they began; of two at one time, what the client asked
/// comes before what it waited for.
std::vector<std::pair<const Json*, bool>> in_order(const Json& requests, const Json& waits) {
  std::vector<std::pair<const Json*, bool>> moments;
  for (const Json& request : requests) moments.emplace_back(&request, true);
  for (const Json& wait : waits) moments.emplace_back(&wait, false);
  std::ranges::stable_sort(moments, {}, [](const auto& moment) {
    return moment.first->at("at_us").template get<std::int64_t>();
  });
  return moments;
}

}  // namespace

void write_gap(TerminalPage& page, std::int64_t gap_us, std::string_view what) {
  if (gap_us < kShownGapUs) return;
  page.paragraph({std::string(kTimeWidth, ' ') + " ┊ ", Style::kDim},
                 seconds(gap_us) + " " + std::string(what), Style::kDim);
}

std::int64_t write_moments(TerminalPage& page, const Json& requests, const Json& waits) {
  std::int64_t last = 0;
  for (const auto& [moment, is_request] : in_order(requests, waits)) {
    const std::int64_t at = moment->at("at_us");
    write_gap(page, at - last, "without a request");
    is_request ? write_request(page, *moment) : write_wait(page, *moment);
    last = std::max(last, at);
    if (!moment->contains("ended_at_us")) continue;
    const std::int64_t ended = moment->at("ended_at_us");
    if (waits.empty()) write_gap(page, ended - at, "until the answer was over");
    last = std::max(last, ended);
  }
  return last;
}

}  // namespace assay::report
