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

std::string words_of_end(const model::Request& request, const Json& json) {
  if (!request.ended_at)
    return request.status ? std::to_string(*request.status) + ", and it goes on …"
                          : "no answer yet …";
  std::string words = report::words_of_answer(json);
  if (request.end == model::WireEnd::kFin) words += ", then closed";
  return words;
}

}  // namespace

LiveWords live_words(const model::Request& request) {
  const Json json = model::request_json(request);
  LiveWords words;
  words.asked = request.method + " " + request.target;
  words.answer = words_of_end(request, json);
  words.fault = report::words_of_fault(json);
  if (!words.fault.empty() && !request.rule) words.fault += report::kPutIn;
  words.bad = request.status ? *request.status >= 400 : request.ended_at.has_value();
  return words;
}

std::string live_line(const model::Request& request, const report::RenderOptions& options) {
  const LiveWords words = live_words(request);
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
  return page.take();
}

}  // namespace assay::serve
