// What a case's row opens to: how it was set, every request, what came out, and what rests on it;
// of the solution, and of the draft where there is one.

#include <algorithm>
#include <cctype>

#include "harness/base/count.h"
#include "harness/model/value.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/html/timeline.h"
#include "harness/report/notebook.h"
#include "harness/report/text.h"
#include "harness/report/waits.h"

namespace assay::report {
namespace {

/// Bytes shown of one entry of a value.
constexpr std::size_t kMaxValueText = 2'000;
/// Entries shown of a value. A page holds those of every case.
constexpr std::size_t kMaxEntries = 100;
/// Columns shown of a request's target.
constexpr std::size_t kMaxTarget = 400;
/// Waits listed of a case.
constexpr std::size_t kMaxListedWaits = 60;

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

void write_setting(HtmlWriter& html, const Page& page, const Json& test_case) {
  const auto list = html.open("dl", {{"class", "setting"}});
  write_term(html, "Call", words_of_call(page.graded, test_case, kMaxValueText), "code");
  write_term(html, "Clock starts", text_at(test_case, "now"));
  if (const std::string words = words_of_environment(test_case); !words.empty())
    write_term(html, "Environment", words, "code");
  if (test_case.contains("family"))
    write_term(html, "Kind of failure", text_at(test_case, "family"));
  write_term(html, "Case", text_at(test_case, "visibility"));
  if (test_case.contains("twin_of")) {
    const std::string twin = test_case.at("twin_of");
    html.element("dt", "Repeats");
    const auto item = html.open("dd");
    html.link(page.index.anchor_of_case(twin), twin);
    html.text(" with other values");
  }
}

void write_asked(HtmlWriter& html, const Json& request) {
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

void write_answer(HtmlWriter& html, const Json& request) {
  const auto cell = html.open("td", {{"data-head", "Answer"}});
  html.text(words_of_answer(request));
  if (const std::string fault = words_of_fault(request); !fault.empty()) {
    const auto line = html.open("div", {{"class", "faulty"}});
    html.element("span", {{"aria-hidden", "true"}}, "◆ ");
    html.text("fault " + fault);
  }
  std::string connection = "connection " + std::to_string(request.at("connection").get<int>());
  if (const int position = request.at("position"); position > 1)
    connection += ", its request " + std::to_string(position);
  html.element("div", {{"class", "quiet"}}, connection);
}

void write_when(HtmlWriter& html, const Json& request, const Timeline& timeline,
                const TimelineMark& mark) {
  const auto cell = html.open("td", {{"class", "when"}, {"data-head", "When"}});
  write_lane(html, timeline, mark);
  std::string words = "at " + brief_seconds(request.at("at_us").get<std::int64_t>());
  if (mark.wait_us >= kInstant) words += ", after a wait of " + brief_seconds(mark.wait_us);
  html.element("div", words);
  if (mark.again != 0)
    html.element("div", {{"class", "quiet"}},
                 "asks again what " + std::to_string(mark.again) + " asked");
}

void write_requests(HtmlWriter& html, const Json& ran, const std::string& anchor, Side side) {
  const Json& requests = ran.at("requests");
  html.element("h4", "Requests");
  if (requests.empty()) {
    html.element("p", {{"class", "hint"}}, "It sent none.");
    return;
  }
  const Timeline timeline = timeline_of(ran);
  const ScrollingTable table(
      html,
      (side == Side::kDraft ? "Draft: requests of " : "Requests of ") +
          std::string(text_at(ran, "id")),
      {"#", "When, of " + words_of_scale(timeline.scale_us), "Request", "Answer"});
  const auto body = html.open("tbody");
  const std::size_t listed = std::min(requests.size(), kMaxListedRequests);
  for (std::size_t i = 0; i < listed; ++i) {
    const int seq = requests[i].at("seq");
    const auto row = html.open("tr", {{"id", HtmlIndex::request_anchor(anchor, seq)}});
    html.element("th", {{"scope", "row"}}, std::to_string(seq));
    write_when(html, requests[i], timeline, timeline.marks[i]);
    write_asked(html, requests[i]);
    write_answer(html, requests[i]);
  }
  if (listed == requests.size()) return;
  const auto row = html.open("tr");
  html.element(
      "td", {{"colspan", "4"}, {"class", "quiet"}},
      "and " + count_of(requests.size() - listed, "more request") + ", which report.json has");
}

void write_waits(HtmlWriter& html, const Json& ran, Side side) {
  const Json& waits = waits_of(ran);
  if (waits.empty()) return;
  html.element("h4", "Waits");
  if (std::string words = words_of_waits(ran); !words.empty()) {
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
    html.element("p", words + ".");
  }
  const Timeline timeline = timeline_of(ran);
  const ScrollingTable table(
      html,
      (side == Side::kDraft ? "Draft: waits of " : "Waits of ") + std::string(text_at(ran, "id")),
      {"When, of " + words_of_scale(timeline.scale_us), "What"});
  const auto body = html.open("tbody");
  const std::size_t listed = std::min(waits.size(), kMaxListedWaits);
  for (std::size_t i = 0; i < listed; ++i) {
    const auto row = html.open("tr");
    {
      const auto cell = html.open("td", {{"class", "when"}, {"data-head", "When"}});
      write_lane(html, timeline, timeline.waits[i]);
      html.element("div", "at " + brief_seconds(waits[i].at("at_us").get<std::int64_t>()));
    }
    html.element("td", {{"class", "wide"}, {"data-head", "What"}}, words_of_wait(waits[i]));
  }
  if (listed == waits.size()) return;
  const auto row = html.open("tr");
  html.element("td", {{"colspan", "2"}, {"class", "quiet"}},
               "and " + count_of(waits.size() - listed, "more wait") + ", which report.json has");
}

void write_value(HtmlWriter& html, const Json& ran, const std::string& anchor) {
  if (!ran.contains("value")) return;
  const Json& value = ran.at("value");
  html.element("h4", {{"id", HtmlIndex::stream_anchor(anchor, "value")}},
               "Returned " + std::string(model::python_type(value)));
  const auto entries = model::entries(value);
  if (!entries) {
    const auto block = html.open("pre");
    html.text(model::describe(value, kMaxValueText));
    return;
  }
  {
    const auto list = html.open("dl", {{"class", "value"}});
    for (std::size_t i = 0; i < std::min(entries->size(), kMaxEntries); ++i) {
      const auto& [key, entry] = (*entries)[i];
      write_term(html, cut(key, kMaxValueText), model::describe(*entry, kMaxValueText), "code");
    }
  }
  if (entries->size() > kMaxEntries)
    html.element(
        "p", {{"class", "hint"}},
        "and " + std::to_string(entries->size() - kMaxEntries) + " more, which report.json has");
}

void write_frames(HtmlWriter& html, const Json& frames, Side side, const Page& page) {
  if (frames.empty()) return;
  const auto list = html.open("ol", {{"class", "frames"}});
  for (const Json& frame : frames) {
    const auto item = html.open("li");
    Json place = {
        {"file", frame.at("file")}, {"line", frame.at("line")}, {"end_line", frame.at("line")}};
    if (side == Side::kDraft) place["of"] = "draft";
    html.link(page.index.anchor_of(place), words_of_place(page.graded, place), "cite");
    html.text(" in ");
    html.element("code", text_at(frame, "function"));
  }
}

void write_exception(HtmlWriter& html, const Json& outcome, const std::string& anchor, Side side,
                     const Page& page) {
  if (!outcome.contains("exception")) return;
  const Json& exception = outcome.at("exception");
  html.element("h4", {{"id", HtmlIndex::stream_anchor(anchor, "exception")}}, "Raised");
  {
    const auto block = html.open("pre", {{"class", "raised"}});
    html.lines(type_of_exception(exception) + ": " + exception.at("message").get<std::string>());
  }
  write_frames(html, exception.at("traceback"), side, page);
  std::string words = exception.at("own_raise").get<bool>()
                          ? "A raise statement of the submission raised it"
                          : "No raise statement of the submission raised it";
  if (exception.at("during_import").get<bool>()) words += ", while the file was imported";
  html.element("p", words + ".");
  for (const Json& cause : exception.at("cause_types"))
    html.element("p", "Because of " + cause.get<std::string>() + ".");
}

void write_stream(HtmlWriter& html, const Json& ran, const char* name, const std::string& anchor) {
  const Json& stream = ran.at(name);
  if (text_at(stream, "text").empty()) return;
  std::string title =
      std::string(name) + ", " + count_of(stream.at("bytes").get<std::size_t>(), "byte");
  if (stream.at("cut").get<bool>()) title += ", cut";
  const auto details = html.open("details", {{"id", HtmlIndex::stream_anchor(anchor, name)}});
  html.element("summary", title);
  const auto block = html.open("pre");
  html.lines(text_at(stream, "text"));
}

/// What the solution, or the draft, did in a case.
void write_ran(HtmlWriter& html, const Page& page, const Json& ran, const std::string& anchor,
               Side side) {
  const Json& outcome = ran.at("outcome");
  if (!ran.at("notes").empty()) {
    const auto list = html.open("dl", {{"class", "setting"}});
    for (const Json& note : ran.at("notes"))
      write_term(html, "Note", note.get_ref<const std::string&>());
  }
  if (page.has_requests) write_requests(html, ran, anchor, side);
  write_waits(html, ran, side);
  const std::string_view kind = text_at(outcome, "kind");
  if (kind != "returned" && (kind == "memory" || !outcome.contains("exception"))) {
    html.element("h4", "Ended");
    const bool harness = kind == "harness_fault";
    const auto ended = html.open("p", {{"class", harness ? "harness" : "badly"}});
    html.text(words_of_outcome(outcome));
    const std::string words =
        side == Side::kSolution ? words_of_end(page.report, ran) : outcome.value("detail", "");
    if (!words.empty()) html.text(": " + words);
  }
  write_value(html, ran, anchor);
  write_exception(html, outcome, anchor, side, page);
  write_stream(html, ran, "stdout", anchor);
  write_stream(html, ran, "stderr", anchor);
  if (side == Side::kDraft) return;
  if (const std::string words = words_of_use(page.report, ran); !words.empty())
    html.element("p", {{"class", "hint"}}, "Used: " + words + ".");
}

void write_what_rests_on_it(HtmlWriter& html, const Page& page, const std::string& id) {
  const auto& facts = page.index.facts_of_case(id);
  if (facts.empty()) return;
  html.element("h4", "What rests on this case");
  const auto list = html.open("ul", {{"class", "facts"}});
  for (const std::string& fact : facts) {
    const auto item = html.open("li");
    write_fact_links(html, {fact}, page);
    html.text(" ");
    html.text(text_at(*page.index.fact(fact), "statement"));
    write_indicator_links(html, page.index.indicators_on({fact}), page);
  }
}

}  // namespace

void write_case_body(HtmlWriter& html, const Page& page, std::size_t position) {
  const Json& test_case = page.graded.at("cases").at(position);
  const auto body = html.open("div", {{"class", "case-body"}});
  write_setting(html, page, test_case);
  const Json* draft = page.index.draft_of_case(position);
  if (draft == nullptr) {
    write_ran(html, page, test_case, HtmlIndex::case_anchor(position), Side::kSolution);
  } else {
    const auto pair = html.open("div", {{"class", "pair"}});
    {
      const auto of_draft =
          html.open("div", {{"id", HtmlIndex::case_anchor(position, Side::kDraft)}});
      html.element("p", {{"class", "which"}}, "Draft");
      write_ran(html, page, *draft, HtmlIndex::case_anchor(position, Side::kDraft), Side::kDraft);
    }
    const auto of_solution = html.open("div");
    html.element("p", {{"class", "which"}}, "Solution");
    write_ran(html, page, test_case, HtmlIndex::case_anchor(position), Side::kSolution);
  }
  write_what_rests_on_it(html, page, test_case.at("id"));
}

}  // namespace assay::report
