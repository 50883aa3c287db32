#include "harness/serve/live_line.h"

#include "harness/model/request_json.h"
#include "harness/report/journal.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::serve {
namespace {

using report::Style;

constexpr std::size_t kTimeWidth = 11;  ///< "  123.456 s"
constexpr std::size_t kGapWidth = 12;   ///< "  +12.345 s"
constexpr std::size_t kMaxTargetColumns = 120;
constexpr std::size_t kMaxToldColumns = 300;

std::string words_of_end(const model::Request& request, const Json& json) {
  if (!request.ended_at)
    return request.status ? std::to_string(*request.status) + ", and it goes on …"
                          : "no answer yet …";
  std::string words = report::words_of_answer(json);
  if (request.end == model::WireEnd::kFin) words += ", then closed";
  return words;
}

/// With its line ends and tabs as blanks, one for each row of them.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return report::visible(line);
}

}  // namespace

LiveWords live_words(const News& news) {
  const model::Request& request = news.request;
  const Json json = model::request_json(request);
  LiveWords words;
  words.asked = request.method + " " + request.target;
  words.answer = words_of_end(request, json);
  words.fault = report::words_of_fault(json);
  if (!words.fault.empty() && !request.rule) words.fault += report::kPutIn;
  if (!news.remark.idle_fault.empty())
    words.fault +=
        (words.fault.empty() ? "" : " · ") + report::words_of_idle_fault(news.remark.idle_fault);
  // Who asks for a page of a result brings no query.
  if (!request.body.empty()) words.sql = in_one_line(request.sql);
  words.refusal = in_one_line(news.remark.refusal);
  words.bad = request.status ? *request.status >= 400 : request.ended_at.has_value();
  return words;
}

std::string live_line(const News& news, const report::RenderOptions& options) {
  const model::Request& request = news.request;
  const LiveWords words = live_words(news);
  report::TerminalPage page(options);
  const std::string lead =
      report::right(report::seconds(model::to_us(request.at)), kTimeWidth) +
      report::right("+" + report::seconds(model::to_us(request.gap)), kGapWidth) + "  #" +
      std::to_string(request.seq) + " ";
  std::string line =
      report::cut(report::visible(words.asked), kMaxTargetColumns) + " → " + words.answer;
  if (!words.fault.empty()) line += " · " + words.fault;
  page.paragraph({lead, Style::kDim}, line,
                 !words.fault.empty() ? Style::kAsk
                 : words.bad          ? Style::kBad
                                      : Style::kPlain);
  const std::string below(2 * kTimeWidth + 1, ' ');
  if (!words.sql.empty())
    page.paragraph({below + "SQL  ", Style::kDim}, report::cut(words.sql, kMaxToldColumns));
  if (!words.refusal.empty())
    page.paragraph({below + "why  ", Style::kDim}, report::cut(words.refusal, kMaxToldColumns));
  return page.take();
}

}  // namespace assay::serve
