#include "harness/serve/control/page.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "assay_report_embedded.h"
#include "assay_serve_embedded.h"
#include "harness/model/request_json.h"
#include "harness/report/text.h"
#include "harness/serve/control/fault_menu.h"
#include "harness/serve/live_line.h"

namespace assay::serve {
namespace {

using warehouse::Answer;
using warehouse::find_header;
using warehouse::HttpRequest;

constexpr std::size_t kMaxVisits = 64;
/// Events that are kept of a run: two for each request of a full journal, and what else there is.
constexpr std::size_t kMaxEvents = 40'000;
constexpr std::size_t kMaxTargetColumns = 240;
constexpr std::size_t kMaxSqlColumns = 600;
constexpr std::size_t kTokenBytes = 16;
constexpr const char* kTokenHeader = "X-Assay-Token";
constexpr std::string_view kTokenMark = "{{token}}";
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Answer text_answer(int status, std::string_view type, std::string body) {
  Answer answer;
  answer.status = status;
  answer.content_type = type;
  answer.body = std::move(body);
  return answer;
}

Answer error(int status, std::string message) {
  return text_answer(status, "application/json",
                     dump_json(Json{{"error", std::move(message)}}) + "\n");
}

/// What every answer says of itself to a browser.
void add_policies(Answer& answer) {
  answer.headers = {{"Server", "assay"},
                    {"Cache-Control", "no-store"},
                    {"Content-Security-Policy", kPolicy},
                    {"Cross-Origin-Opener-Policy", "same-origin"},
                    {"Cross-Origin-Resource-Policy", "same-origin"},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Content-Type-Options", "nosniff"}};
  if (answer.status == 405) answer.headers.emplace_back("Allow", "GET, POST");
}

warehouse::RenderedAnswer on_wire(Answer answer) {
  add_policies(answer);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return render(answer,
                {.date = VirtualTime(std::chrono::duration_cast<Duration>(now)), .close = true});
}

std::string page_with(const std::string& token) {
  std::string page(k_page_html);
  page.replace(page.find(kTokenMark), kTokenMark.size(), token);
  return page;
}

/// The page's own files, and what it asks for once; nothing where there is none by that name.
std::optional<Answer> file_at(const std::string& path, const std::string& token) {
  if (path == "/") return text_answer(200, "text/html; charset=utf-8", page_with(token));
  if (path == "/page.css")
    return text_answer(200, "text/css; charset=utf-8",
                       std::string(report::k_palette_css) + std::string(report::k_base_css) +
                           std::string(k_page_css));
  if (path == "/page.js")
    return text_answer(200, "text/javascript; charset=utf-8", std::string(k_page_js));
  if (path == "/faults")
    return text_answer(200, "application/json", dump_json(fault_menu()) + "\n");
  return std::nullopt;
}

/// Messages place what is wrong in a script, and the page has one step of it: what a message says
/// by itself is enough.
std::string for_the_form(const std::string& message) {
  constexpr std::string_view kRoot = "/injected/0";
  constexpr std::string_view kStep = "steps[0]";
  std::string form;
  for (std::string_view line : report::lines_of(message)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with(kRoot) && colon != std::string_view::npos) line.remove_prefix(colon + 2);
    if (line.starts_with(kStep)) line.remove_prefix(kStep.size());
    while (line.starts_with(": ") || line.starts_with("."))
      line.remove_prefix(line[0] == ':' ? 2 : 1);
    form += (form.empty() ? "" : "\n") + std::string(line);
  }
  return form;
}

Json row_of(const News& news) {
  const model::Request& request = news.request;
  const LiveWords words = live_words(news);
  return {{"seq", request.seq},
          {"at", report::seconds(model::to_us(request.at))},
          {"gap", report::seconds(model::to_us(request.gap))},
          {"asked", report::cut(report::visible(words.asked), kMaxTargetColumns)},
          {"answer", report::visible(words.answer)},
          {"fault", report::visible(words.fault)},
          {"sql", report::cut(words.sql, kMaxSqlColumns)},
          {"refusal", report::cut(words.refusal, kMaxSqlColumns)},
          {"over", request.ended_at.has_value()},
          {"bad", words.bad}};
}

}  // namespace

Result<ControlPage> ControlPage::open(const Endpoint& endpoint, std::vector<std::string> names) {
  std::array<unsigned char, kTokenBytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return system_error("getrandom", errno);
  std::string token;
  for (const unsigned char byte : random)
    for (const int digit : {byte >> 4, byte & 15}) token += "0123456789abcdef"[digit];
  ASSAY_TRY(Listener listener, listen_on(endpoint, "--control-port"));
  if (!listener.loopback) names.push_back(machine_name());
  return ControlPage(std::move(listener), std::move(names), std::move(token));
}

ControlPage::ControlPage(Listener listener, std::vector<std::string> names, std::string token)
    : listener_(std::move(listener)), visitors_(std::move(names)), token_(std::move(token)) {}

void ControlPage::tell(std::string_view event, const Json& data) {
  if (events_.size() >= kMaxEvents) return;
  // JSON has no line ends, so it is one field of the event.
  events_.push_back("event: " + std::string(event) + "\ndata: " + dump_json(data) + "\n\n");
}

void ControlPage::begun(Run run, const ServedCase& served) {
  run_ = run;
  events_.clear();
  tell("begun", {{"run", run},
                 {"exercise", served.exercise},
                 {"case", served.the_case.id},
                 {"title", report::visible(served.the_case.title)},
                 {"now", format_utc(served.the_case.now)}});
}

void ControlPage::request(const News& news) { tell("request", row_of(news)); }

void ControlPage::notice(const std::string& text) {
  Json lines = Json::array();
  for (const std::string_view line : report::lines_of(text)) lines.push_back(report::visible(line));
  tell("notice", lines);
}

void ControlPage::ended(Duration) {}

void ControlPage::closed() {
  tell("closed", Json::object());
  for (Visit& visit : visits_) {
    feed(visit);
    visit.client.flush();
  }
}

void ControlPage::poll_fds(std::vector<pollfd>& fds) const {
  if (visits_.size() < kMaxVisits) fds.push_back({listener_.socket.get(), POLLIN, 0});
  for (const Visit& visit : visits_) fds.push_back(visit.client.poll_fd());
}

void ControlPage::pump(ControlActions& actions) {
  while (visits_.size() < kMaxVisits) {
    UniqueFd socket(
        ::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) break;
    visits_.push_back({Client(std::move(socket))});
  }
  for (Visit& visit : visits_) {
    if (const auto asked = visit.client.read()) serve(visit, *asked, actions);
    feed(visit);
    visit.client.flush();
  }
  visits_.remove_if([](const Visit& visit) { return visit.client.closed(); });
}

/// As many of the events as it has room for.
void ControlPage::feed(Visit& visit) const {
  if (!visit.client.streams()) return;
  if (visit.run != run_) {
    visit.run = run_;
    visit.next = 0;
  }
  while (visit.next < events_.size() && visit.client.has_room())
    visit.client.add(events_[visit.next++]);
}

void ControlPage::serve(Visit& visit, const Client::Asked& asked, ControlActions& actions) const {
  const HttpRequest& request = asked.request;
  Answer answer = answer_to(asked, actions);
  const bool streams = answer.content_type == "text/event-stream";
  auto wire = on_wire(std::move(answer));
  if (!streams) return visit.client.answer(wire.head + wire.body);
  // Its end is that of the connection, and no length is known.
  const std::string length = "Content-Length: 0\r\n";
  wire.head.erase(wire.head.find(length), length.size());
  if (request.method == "GET") visit.client.begin_stream(wire.head);
}

Answer ControlPage::answer_to(const Client::Asked& asked, ControlActions& actions) const {
  const HttpRequest& request = asked.request;
  if (asked.refusal) return error(asked.refusal->status, asked.refusal->message);
  if (auto turned_away = visitors_.turn_away(request)) return *std::move(turned_away);
  if (request.method == "POST") return act(request, actions);
  if (request.method != "GET") return error(405, "GET and POST are all that there is");
  if (request.target == "/events") return text_answer(200, "text/event-stream", "");
  if (auto file = file_at(request.target, token_)) return *std::move(file);
  return error(404, "there is nothing by this name; the page is /");
}

Answer ControlPage::act(const HttpRequest& request, ControlActions& actions) const {
  if (find_header(request.headers, "Origin") == nullptr)
    return error(403, "a POST without an Origin does nothing here");
  const std::string* token = find_header(request.headers, kTokenHeader);
  if (token == nullptr || *token != token_)
    return error(403, std::string("the header ") + kTokenHeader +
                          " does not hold the token of this page; load it again");
  Status done = success();
  if (request.target == "/inject") {
    const auto rule = parse_json(request.body, "the request's body");
    if (!rule.ok()) return error(400, rule.error().to_string());
    done = actions.inject(*rule);
  } else if (request.target == "/start_anew") {
    done = actions.start_anew();
  } else {
    return error(404, "there is nothing to do by this name");
  }
  if (!done.ok()) return error(422, for_the_form(done.error().to_string()));
  return text_answer(200, "application/json", "{}\n");
}

}  // namespace assay::serve
