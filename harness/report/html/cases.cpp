// The cases, grouped by the true state of the world, each with what it did and every request it
// sent.

#include <algorithm>
#include <map>

#include "harness/base/count.h"
#include "harness/model/value.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Bytes shown of one entry of a value.
constexpr std::size_t kMaxValueText = 2'000;
/// Columns shown of a request's target.
constexpr std::size_t kMaxTarget = 400;
/// Requests drawn in a time line; a case with more says how many.
constexpr std::size_t kMaxDrawn = 24;
/// Units of the drawing's own, not pixels.
constexpr std::int64_t kDrawingWidth = 1'000;
constexpr std::int64_t kLaneHeight = 12;
constexpr std::int64_t kLeastBar = 8;

void write_term(HtmlWriter& html, std::string_view name, std::string_view text,
                std::string_view tag = "dd") {
  html.element("dt", name);
  const auto item = html.open("dd");
  if (tag == "dd") {
    html.text(text);
  } else {
    html.element(tag, text);
  }
}

void write_setting(HtmlWriter& html, const Json& graded, const Json& test_case,
                   const HtmlIndex& index) {
  const auto list = html.open("dl", {{"class", "setting"}});
  write_term(html, "Call", words_of_call(graded, test_case, kMaxValueText), "code");
  write_term(html, "Clock starts", text_at(test_case, "now"));
  if (test_case.contains("family"))
    write_term(html, "Kind of failure", text_at(test_case, "family"));
  write_term(html, "Case", text_at(test_case, "visibility"));
  if (test_case.contains("twin_of")) {
    const std::string twin = test_case.at("twin_of");
    html.element("dt", "Repeats");
    const auto item = html.open("dd");
    html.link(index.anchor_of_case(twin), twin);
    html.text(" with other values");
  }
  for (const Json& note : test_case.at("notes"))
    write_term(html, "Note", note.get_ref<const std::string&>());
}

/// One bar a request, from when it came to when its answer was over, over the case's virtual time.
void write_drawing(HtmlWriter& html, const Json& test_case) {
  const Json& requests = test_case.at("requests");
  const std::int64_t total = test_case.at("virtual_us");
  if (requests.empty() || total < 1'000) return;
  const std::size_t drawn = std::min(requests.size(), kMaxDrawn);
  const std::string label = count_of(requests.size(), "request") + " over " + seconds(total);
  const auto figure = html.open("div", {{"class", "timeline"}});
  const std::string box = "0 0 " + std::to_string(kDrawingWidth) + " " +
                          std::to_string(kLaneHeight * static_cast<std::int64_t>(drawn));
  const std::string height = std::to_string(drawn * kLaneHeight) + "px";
  {
    const auto svg = html.open("svg", {{"viewBox", box},
                                       {"preserveAspectRatio", "none"},
                                       {"role", "img"},
                                       {"aria-label", label},
                                       {"style", "height:" + height}});
    for (std::size_t i = 0; i < drawn; ++i) {
      const Json& request = requests[i];
      const std::int64_t at = std::clamp<std::int64_t>(request.at("at_us"), 0, total);
      const std::int64_t end =
          std::clamp<std::int64_t>(request.value("ended_at_us", total), at, total);
      const auto scaled = [&](std::int64_t us) {
        return static_cast<std::int64_t>(static_cast<double>(us) / static_cast<double>(total) *
                                         kDrawingWidth);
      };
      const std::int64_t width = std::max(kLeastBar, scaled(end - at));
      const auto bar =
          html.open("rect", {{"x", std::to_string(std::min(scaled(at), kDrawingWidth - width))},
                             {"y", std::to_string(kLaneHeight * static_cast<std::int64_t>(i) + 2)},
                             {"width", std::to_string(width)},
                             {"height", std::to_string(kLaneHeight - 4)},
                             {"class", request.contains("fault") ? "faulty" : "answered"}});
    }
  }
  const auto scale = html.open("div", {{"class", "scale"}, {"aria-hidden", "true"}});
  html.element("span", "0 s");
  if (drawn < requests.size()) html.element("span", "the first " + count_of(drawn, "request"));
  html.element("span", seconds(total));
}

void write_request(HtmlWriter& html, const Json& request, std::size_t case_position) {
  const int seq = request.at("seq");
  const auto row = html.open("tr", {{"id", HtmlIndex::request_anchor(case_position, seq)}});
  html.element("th", {{"scope", "row"}}, std::to_string(seq));
  html.element("td", {{"class", "number"}, {"data-head", "At"}},
               seconds(request.at("at_us").get<std::int64_t>()));
  {
    const auto cell = html.open("td", {{"class", "wide"}, {"data-head", "Request"}});
    html.element("code", cut(visible(std::string(text_at(request, "method")) + " " +
                                     std::string(text_at(request, "target"))),
                             kMaxTarget));
    if (text_at(request, "phase") == "import") html.element("div", "while the file was imported");
    if (request.contains("sql")) html.element("div", text_at(request, "sql"));
    if (request.contains("body") && !text_at(request, "body").empty()) {
      const auto details = html.open("details");
      html.element("summary", "body");
      const auto body = html.open("pre");
      html.lines(text_at(request, "body"));
    }
  }
  html.element("td", {{"data-head", "Answer"}}, words_of_answer(request));
  {
    const auto cell = html.open("td", {{"data-head", "Fault"}});
    const std::string fault = words_of_fault(request);
    html.element("span", {{"class", fault.empty() ? "quiet" : "faulty"}},
                 fault.empty() ? "none" : fault);
  }
  std::string connection = std::to_string(request.at("connection").get<int>());
  if (const int position = request.at("position"); position > 1)
    connection += ", its request " + std::to_string(position);
  html.element("td", {{"data-head", "Connection"}}, connection);
}

void write_requests(HtmlWriter& html, const Json& test_case, std::size_t position) {
  const Json& requests = test_case.at("requests");
  html.element("h4", "Requests");
  if (requests.empty()) {
    html.element("p", {{"class", "hint"}}, "It sent none.");
    return;
  }
  write_drawing(html, test_case);
  const ScrollingTable table(html, "Requests of " + std::string(text_at(test_case, "id")),
                             {"#", "At", "Request", "Answer", "Fault", "Connection"});
  const auto body = html.open("tbody");
  for (const Json& request : requests) write_request(html, request, position);
}

void write_value(HtmlWriter& html, const Json& test_case, std::size_t position) {
  if (!test_case.contains("value")) return;
  const Json& value = test_case.at("value");
  html.element("h4", {{"id", HtmlIndex::stream_anchor(position, "value")}},
               "Returned " + std::string(model::python_type(value)));
  const auto entries = model::entries(value);
  if (!entries) {
    const auto block = html.open("pre");
    html.text(model::describe(value, kMaxValueText));
    return;
  }
  const auto list = html.open("dl", {{"class", "value"}});
  for (const auto& [key, entry] : *entries)
    write_term(html, key, model::describe(*entry, kMaxValueText), "code");
}

void write_frames(HtmlWriter& html, const Json& frames, const HtmlIndex& index) {
  if (frames.empty()) return;
  const auto list = html.open("ol", {{"class", "frames"}});
  for (const Json& frame : frames) {
    const auto item = html.open("li");
    const Json place = {
        {"file", frame.at("file")}, {"line", frame.at("line")}, {"end_line", frame.at("line")}};
    html.link(index.anchor_of(place), words_of_citation(place), "cite");
    html.text(" in ");
    html.element("code", text_at(frame, "function"));
  }
}

void write_exception(HtmlWriter& html, const Json& outcome, std::size_t position,
                     const HtmlIndex& index) {
  if (!outcome.contains("exception")) return;
  const Json& exception = outcome.at("exception");
  html.element("h4", {{"id", HtmlIndex::stream_anchor(position, "exception")}}, "Raised");
  {
    const auto block = html.open("pre", {{"class", "raised"}});
    html.lines(type_of_exception(exception) + ": " + exception.at("message").get<std::string>());
  }
  write_frames(html, exception.at("traceback"), index);
  std::string words = exception.at("own_raise").get<bool>()
                          ? "A raise statement of the submission raised it"
                          : "No raise statement of the submission raised it";
  if (exception.at("during_import").get<bool>()) words += ", while the file was imported";
  html.element("p", words + ".");
  for (const Json& cause : exception.at("cause_types"))
    html.element("p", "Because of " + cause.get<std::string>() + ".");
}

void write_stream(HtmlWriter& html, const Json& test_case, const char* name, std::size_t position) {
  const Json& stream = test_case.at(name);
  if (text_at(stream, "text").empty()) return;
  std::string title =
      std::string(name) + ", " + count_of(stream.at("bytes").get<std::size_t>(), "byte");
  if (stream.at("cut").get<bool>()) title += ", cut";
  const auto details = html.open("details", {{"id", HtmlIndex::stream_anchor(position, name)}});
  html.element("summary", title);
  const auto block = html.open("pre");
  html.lines(text_at(stream, "text"));
}

void write_head(HtmlWriter& html, const Json& test_case) {
  const Json& outcome = test_case.at("outcome");
  const auto head = html.open("summary");
  {
    const auto name = html.open("span", {{"class", "case-name"}});
    html.element("span", {{"class", "case-title"}}, text_at(test_case, "title"));
    html.text(" ");
    html.element("code", text_at(test_case, "id"));
  }
  html.text(" ");
  if (text_at(outcome, "kind") == "returned") {
    html.element("code", {{"class", "case-result"}},
                 cut(visible(words_of_value(test_case, 120)), 100));
  } else {
    html.element("span", {{"class", "case-result ended"}}, words_of_outcome(outcome));
  }
  html.text(" ");
  html.element("span", {{"class", "case-cost"}},
               count_of(test_case.at("requests").size(), "request") + " · " +
                   seconds(test_case.at("virtual_us").get<std::int64_t>()));
}

void write_case(HtmlWriter& html, const Json& graded, std::size_t position,
                const HtmlIndex& index) {
  const Json& test_case = graded.at("cases").at(position);
  const Json& outcome = test_case.at("outcome");
  const auto details =
      html.open("details", {{"class", "case"}, {"id", HtmlIndex::case_anchor(position)}});
  write_head(html, test_case);
  const auto body = html.open("div", {{"class", "case-body"}});
  write_setting(html, graded, test_case, index);
  write_requests(html, test_case, position);
  if (text_at(outcome, "kind") != "returned" && !outcome.contains("exception")) {
    html.element("h4", "Ended");
    const auto ended = html.open("p", {{"class", "ended"}});
    html.text(words_of_outcome(outcome));
    if (outcome.contains("detail")) html.text(": " + outcome.at("detail").get<std::string>());
  }
  write_value(html, test_case, position);
  write_exception(html, outcome, position, index);
  write_stream(html, test_case, "stdout", position);
  write_stream(html, test_case, "stderr", position);
  const auto facts = index.facts_of_case(test_case.at("id"));
  if (facts.empty()) return;
  html.element("h4", "What rests on this case");
  const auto list = html.open("ul", {{"class", "facts"}});
  for (const std::string& id : facts) {
    const auto item = html.open("li");
    write_fact_links(html, {id}, index);
    html.text(" ");
    html.text(text_at(*index.fact(id), "statement"));
  }
}

}  // namespace

void write_cases(HtmlWriter& html, const Json& graded, const HtmlIndex& index) {
  const Json& cases = graded.at("cases");
  const auto section = html.open("section", {{"id", "cases"}, {"aria-labelledby", "cases-h"}});
  html.element("h2", {{"id", "cases-h"}}, "Cases");
  html.element("p", {{"class", "hint"}},
               "Grouped by the true state of the world. Times are the candidate's virtual ones.");
  std::vector<std::string_view> labels;  // in the order of the plan
  std::map<std::string_view, std::vector<std::size_t>> by_label;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string_view label = text_at(cases[i], "label");
    if (by_label[label].empty()) labels.push_back(label);
    by_label[label].push_back(i);
  }
  for (const std::string_view label : labels) {
    {
      const auto title = html.open("h3", {{"class", "label"}});
      html.element("code", label);
      html.text(" ");
      std::string words = count_of(by_label[label].size(), "case");
      if (!words_of_label(label).empty()) words += ": " + std::string(words_of_label(label));
      html.element("span", words);
    }
    for (const std::size_t position : by_label[label]) write_case(html, graded, position, index);
  }
}

}  // namespace assay::report
