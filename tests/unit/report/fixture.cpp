#include "tests/unit/report/fixture.h"

#include "harness/base/sha256.h"
#include "tests/unit/report/fixture_parts.h"

namespace assay::fixture {
namespace {

using namespace model;
using std::chrono::milliseconds;

constexpr std::string_view kSource = R"(import json
import os
import urllib.error
import urllib.request

TIMEOUT_S = 5


class WarehouseError(Exception):
    """The warehouse could not be asked."""


def fetch_partition(date):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{date}"
    request = urllib.request.Request(
        url, headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise WarehouseError(f"the warehouse answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise WarehouseError(f"the warehouse could not be asked: {error}") from error


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = fetch_partition(partition_date)
    except WarehouseError as error:
        return {"status": "api_error", "actual_rows": None, "message": str(error)}
    if partition is None:
        return {"status": "missing", "actual_rows": None,
                "message": f"no partition for {partition_date}"}
    rows = partition["row_count"]
    if rows < expected_min_rows:
        return {"status": "low_volume", "actual_rows": rows,
                "message": f"{rows} rows, expected at least {expected_min_rows}"}
    return {"status": "healthy", "actual_rows": rows, "message": f"{rows} rows"}
)";

void add_sound_cases(Report& report) {
  add(report, returned("healthy", "healthy", "Rows above the minimum",
                       answer("healthy", 1500, "1500 rows"), {request(1, milliseconds(0), 200)}));
  report.cases.back().visibility = Visibility::kPublic;
  add(report, returned("healthy~twin", "healthy", "Rows above the minimum",
                       answer("healthy", 811, "811 rows"), {request(1, milliseconds(0), 200)}));
  report.cases.back().twin_of = "healthy";
  report.cases.back().arguments = Json::array({"2026-02-11", 730});
  add(report, returned("at-minimum", "boundary", "As many rows as the minimum",
                       answer("healthy", 1000, "1000 rows"), {request(1, milliseconds(0), 200)}));
  add(report, returned("low", "low_volume", "Rows below the minimum",
                       answer("low_volume", 640, "640 rows, expected at least 1000"),
                       {request(1, milliseconds(0), 200)}));
  add(report, returned("missing", "missing_data", "No partition for the day",
                       answer("missing", nullptr, "no partition for 2026-03-13"),
                       {request(1, milliseconds(0), 404)}));
  add(report, returned("server-500", "api_failure", "The API answers 500 to everything",
                       answer("api_error", nullptr, "the warehouse answered 500"),
                       {request(1, milliseconds(0), 500, "http_error")}));
  report.cases.back().family = "server";
  Request slow = request(1, milliseconds(0), 200, "hang");
  slow.status.reset();
  slow.bytes_sent = 0;
  slow.end = WireEnd::kClientClosed;
  slow.ended_at = milliseconds(5000);
  add(report, returned("hang", "api_failure", "The API accepts and never answers",
                       answer("api_error", nullptr, "the warehouse could not be asked: timed out"),
                       {slow}));
  report.cases.back().family = "hang";
  report.observations.back().waits = {{.what = WaitFor::kRead,
                                       .ended_at = milliseconds(5000),
                                       .deadline = milliseconds(5000),
                                       .end = WaitEnd::kDeadline}};
}

void add_sound_escape(Report& report) {
  Pair pair = ended("truncated", "api_failure", "The body ends early", OutcomeKind::kRaised, "");
  pair.item.family = "broken_transfer";
  Exception exception;
  exception.types = {"http.client.IncompleteRead", "http.client.HTTPException", "Exception",
                     "BaseException"};
  exception.message = "IncompleteRead(40 bytes read, 91 more expected)";
  exception.traceback = {{"solution.py", 29, "check_pipeline_health"},
                         {"solution.py", 19, "fetch_partition"}};
  pair.observation.outcome.exception = exception;
  pair.observation.requests = {request(1, milliseconds(0), 200, "truncated_body")};
  pair.observation.err = stream("Traceback (most recent call last):\n  …\n");
  add(report, std::move(pair));
  Pair retried = returned(
      "fails-twice", "transient", "Two failures, then an answer",
      answer("healthy", 1500, "1500 rows"),
      {request(1, milliseconds(0), 503, "http_error"),
       request(2, milliseconds(1000), 503, "http_error"), request(3, milliseconds(3000), 200)});
  retried.observation.requests[1].gap = milliseconds(1000);
  retried.observation.requests[2].gap = milliseconds(2000);
  retried.observation.waits = {slept(milliseconds(0), milliseconds(1000)),
                               slept(milliseconds(1000), milliseconds(2000))};
  retried.observation.out = stream("retrying in 1 s\nretrying in 2 s\n");
  add(report, std::move(retried));
}

void judge_sound(Judgement& judgement) {
  const auto fact = [&](std::string statement, std::vector<Citation> cites) {
    judgement.evidence.push_back({"e" + std::to_string(judgement.evidence.size() + 1), "made_up",
                                  std::move(statement), Json(), std::move(cites)});
  };
  fact("fetch_partition sends the request and does not compare the count with the minimum.",
       {Citation::of_source("solution.py", 13, 25), Citation::of_request("healthy", 1)});
  fact("check_pipeline_health compares the count with the minimum.",
       {Citation::of_source("solution.py", 37, 37)});
  fact("Healthy, low and missing days were told apart by status.",
       {Citation::of_stream("healthy", "value"), Citation::of_stream("low", "value"),
        Citation::of_stream("missing", "value")});
  fact("An IncompleteRead that the code did not raise itself left the function.",
       {Citation::of_stream("truncated", "exception"), Citation::of_source("solution.py", 19, 19)});
  fact("A server error was answered with status 'api_error'.",
       {Citation::of_case("server-500"), Citation::of_request("server-500", 1)});

  Indicator separation = indicator(
      "separation", "Clear separation of API call and validation logic", Polarity::kPositive,
      Verdict::kObserved, "No function that talks to the API also judges the count.", {"e1", "e2"});
  separation.basis = Basis::kStatic;
  separation.asks = "Keep asking the warehouse apart from judging its answer.";
  separation.terms = {{"a function that sends a request ran", true, {"e1"}},
                      {"no such function compares the count with the minimum", true, {"e1", "e2"}}};
  judgement.indicators.push_back(separation);
  Indicator handling =
      indicator("explicit_handling", "Explicit handling of missing data and threshold breaches",
                Polarity::kPositive, Verdict::kObserved,
                "Missing, low and healthy days each get a status of their own.", {"e3"});
  handling.terms = {{"missing, low and healthy are told apart", true, {"e3"}},
                    {"rows equal to the minimum count as healthy", std::nullopt, {}}};
  judgement.indicators.push_back(handling);
  Indicator errors = indicator("no_api_error_handling", "No error handling for API failures",
                               Polarity::kNegative, Verdict::kNotObserved,
                               "Every failure of the core families was handled.", {"e4", "e5"});
  errors.gaps = {"handled 12 of 14 failures; not: truncated body, bad status line"};
  errors.notes = {"The exception that escapes is the client library's own."};
  judgement.indicators.push_back(errors);
  Indicator structured =
      indicator("structured_status", "Returns structured, actionable status", Polarity::kPositive,
                Verdict::kNeedsHuman,
                "One family of failures ended without a result; a person decides.", {"e4"});
  structured.suggestion =
      Suggestion{Verdict::kObserved, "only broken transfers lack a result", {"e4"}};
  structured.questions = {{"Is a result without the broken transfers structured enough?", {"e4"}}};
  judgement.indicators.push_back(structured);
  Indicator explain =
      indicator("cannot_explain", "Cannot explain state transitions", Polarity::kNegative,
                Verdict::kNeedsHuman, "Only a conversation can show this.", {});
  explain.basis = Basis::kHuman;
  explain.questions = {
      {"Name every status that your function can return, and what leads to each.", {}},
      {"Given a body that ends early, yours let IncompleteRead through: walk me through it.",
       {"e4"}}};
  judgement.indicators.push_back(explain);
  judgement.overall.anchor = Anchor::kMeets;
  judgement.overall.provisional = true;
  judgement.overall.because = "All terms of level mid hold; T2 rests on a person's answer.";
  judgement.overall.rule = {
      {"T1", "tells healthy, low, missing and failure apart", true, true, "their statuses differ"},
      {"T2", "returns a structured status", std::nullopt, true, "a person decides", false,
       "structured_status"},
      {"T5", "keeps request and judgement apart", true, false, "two functions", true, "separation"},
      {"T6", "sets a timeout and bounds its retries", false, false, "retries had no bound"}};
}

/// Indicators of a rubric that has no part in the anchor. A fact of the first one is cited again.
void judge_sound_apart(Judgement& judgement) {
  judgement.evidence.push_back(
      {"e6",
       "made_up",
       "“Two failures, then an answer”: 3 requests, with pauses of 1 s and 2 s between them.",
       Json(),
       {Citation::of_request("fails-twice", 1), Citation::of_request("fails-twice", 2),
        Citation::of_request("fails-twice", 3)}});
  Indicator retries =
      indicator("retries_transient", "Tries again what may pass", Polarity::kPositive,
                Verdict::kObserved, "“Two failures, then an answer” was tried again.", {"e6"});
  retries.rubric = "production_readiness";
  Indicator waits =
      indicator("honours_retry_after", "Waits as long as Retry-After asks", Polarity::kPositive,
                Verdict::kNotExercised, "Nothing was asked again after such an answer.", {});
  waits.rubric = "production_readiness";
  waits.notes = {"This is a wish of Assay's, stricter than what most clients do."};
  Indicator permanent = indicator("retries_permanent", "Retries what is permanent",
                                  Polarity::kNegative, Verdict::kNeedsHuman,
                                  "A server error was asked for once, and was permanent.", {"e5"});
  permanent.rubric = "production_readiness";
  permanent.questions = {{"Was one request enough here?", {"e5"}}};
  judgement.indicators.insert(judgement.indicators.end(), {retries, waits, permanent});
}

/// A value whose every text is hostile, in each of the tagged forms that hold text.
Json hostile_value() {
  const std::string markup(kMarkup);
  return {
      {markup, "]]>" + std::string(kEscapes)},
      {"actual_rows", {{"$type", "object"}, {"class", "m.<b>"}, {"repr", "<img src=x onerror=1>"}}},
      {"message", std::string("nul \0 here", 10)},
      {"enum",
       {{"$type", "enum"},
        {"class", "\"'><i>"},
        {"name", markup},
        {"value", markup},
        {"mixin", nullptr}}},
      {"long", std::string(10'000, 'x')}};
}

void add_hostile_outcomes(Report& report) {
  using enum OutcomeKind;
  const std::string markup(kMarkup), escapes(kEscapes);
  Pair raised = ended("raised", "healthy", "Raises markup", kRaised, "");
  Exception exception;
  exception.types = {"solution." + markup, "Exception", "BaseException"};
  exception.message = escapes + "\nsecond line " + markup;
  exception.traceback = {{"solution.py", 1, markup}, {"no/such/file.py", 7, escapes}};
  exception.own_raise = true;
  exception.during_import = true;
  exception.cause_types = {markup};
  raised.observation.outcome.exception = exception;
  add(report, std::move(raised));
  Pair forged = ended("forged", "healthy", "Sends what no Python would", kRaised, "");
  forged.observation.outcome.exception = Exception{.traceback = {{"solution.py", -7, ""}}};
  add(report, std::move(forged));
  Pair exited = ended("exited", "low_volume", "Leaves the process", kExited, "it called os._exit");
  exited.observation.outcome.exit_code = -3;
  add(report, std::move(exited));
  Pair signaled = ended("signaled", "low_volume", "Crashes", kSignaled, "");
  signaled.observation.outcome.signal = 11;
  add(report, std::move(signaled));
  add(report, ended("cpu", "missing_data", "Spins", kCpuTime, "used more than 5000 ms"));
  add(report, ended("wall", "missing_data", "Stops itself", kWallTime, ""));
  add(report, ended("virtual", "api_failure", "Waits for ever", kVirtualTime, "all was blocked"));
  add(report, ended("memory", "api_failure", "Grows", kMemory, ""));
  add(report, ended("output", "api_failure", "Floods", kOutput, ""));
  report.observations.back().out = {std::string(3'000, 'y') + "\n", 5'000'000, true};
  add(report, ended("policy", "api_failure", "Calls bpf", kPolicy, "bpf"));
  add(report, ended("fault", "late", "The host failed", kHarnessFault, "the runner did not start"));
}

void judge_hostile(Judgement& judgement) {
  const std::string markup(kMarkup), escapes(kEscapes);
  judgement.evidence = {
      {"e1",
       "made_up",
       "The status was " + markup + escapes + ".",
       Json(),
       {Citation::of_request("hostile", 1), Citation::of_request("hostile", 99),
        Citation::of_case("no-such-case"), Citation::of_stream("hostile", "stdout"),
        Citation::of_source("solution.py", 2, 900), Citation::of_source(markup, 1, 1)}}};
  Indicator hidden =
      indicator("hardcoded_thresholds", "Hardcoded thresholds", Polarity::kNegative,
                Verdict::kObserved, "It compares with " + markup + ".", {"e1", "e77"});
  hidden.gaps = {escapes};
  hidden.notes = {markup};
  hidden.questions = {{"Why " + markup + escapes + "?", {"e1"}}};
  judgement.indicators = {
      hidden,
      indicator("explicit_handling", "Explicit handling of missing data and threshold breaches",
                Polarity::kPositive, Verdict::kUndetermined, "The runner did not start.", {}),
      indicator("ambiguous_boolean", "Returns ambiguous boolean instead of structured status",
                Polarity::kNegative, Verdict::kNotExercised, "Nothing in this run could show it.",
                {}),
      indicator("separation", "Clear separation of API call and validation logic",
                Polarity::kPositive, Verdict::kNotObserved, "One function does it all.", {"e1"})};
  judgement.overall.anchor = Anchor::kBelow;
  judgement.overall.because = "T1 does not hold.";
  judgement.overall.rule = {{"T1", "tells states apart", false, true, "status " + markup}};
}

}  // namespace

Report sound() {
  Report report = frame_of_report();
  report.submission =
      submission("amara-okafor", {source_file("solution.py", std::string(kSource))});
  add_sound_cases(report);
  add_sound_escape(report);
  judge_sound(report.judgement);
  judge_sound_apart(report.judgement);
  return report;
}

Report hostile() {
  const std::string markup(kMarkup), escapes(kEscapes);
  Report report = frame_of_report();
  report.level = Level::kSenior;
  report.submission = submission(
      "h-0001",
      {source_file("solution.py", "# " + markup + "\r\n# ]]> " + escapes + "\r# " +
                                      std::string(1, '\0') + "\n\tx = '\xff\xfe'\n" +
                                      std::string(10'240, 'z') + "\n"),
       source_file(markup + ".py", ""), source_file("notes/\u202Egpj.py", "\u6f22\u5b57 = 1\n")});
  report.submission.intake = {{"../" + markup, "a path must stay inside the submission"},
                              {"big\xff.bin", "larger than 1 MiB"}};
  report.submission.notes = {{markup + ".ipynb", "its code cells are taken, as a .py file"}};
  report.submission.applicant = {.candidate_ref = markup, .application_id = "4711"};
  Request odd = request(1, milliseconds(0), 200);
  odd.phase = Phase::kImport;
  odd.method = "<GET>";
  odd.target = "/" + markup + escapes + std::string(2'000, 'q');
  odd.body = markup + escapes;
  odd.body_sha256 = sha256_hex(odd.body);
  odd.sql = "SELECT '" + markup + "'";
  odd.fault = "script_exhausted";
  odd.end = WireEnd::kRst;
  Pair pair = returned("hostile", "healthy", "Returns markup", hostile_value(), {odd});
  pair.observation.out =
      stream("line one\r\n" + markup + "\n" + escapes + "\n" + std::string(10'000, 'w'));
  pair.observation.err = stream(std::string("\0\0", 2));
  pair.observation.notes = {"real_time: a thread was started"};
  add(report, std::move(pair));
  add_hostile_outcomes(report);
  judge_hostile(report.judgement);
  report.run.backend = "process";
  report.run.layers = {{"user namespace", "off", "a plain process"}};
  report.run.retries = {"fault: the runner did not start"};
  return report;
}

Report not_gradable() {
  Report report = frame_of_report();
  report.submission = submission("no-entry-point", {source_file("solution.py", "x = 1\n")});
  add(report, ended("healthy", "healthy", "Rows above the minimum", OutcomeKind::kRaised, ""));
  Exception exception;
  exception.types = {"AttributeError", "Exception", "BaseException"};
  exception.message = "solution.py defines no check_pipeline_health";
  report.observations.back().outcome.exception = exception;
  report.judgement.gradable = {
      false,
      "solution.py defines no check_pipeline_health. Is the function there under another name?"};
  report.judgement.indicators = {
      indicator("separation", "Clear separation of API call and validation logic",
                Polarity::kPositive, Verdict::kNotExercised, "The submission could not be called.",
                {}),
      indicator("hardcoded_thresholds", "Hardcoded thresholds", Polarity::kNegative,
                Verdict::kNotExercised, "The submission could not be called.", {})};
  report.judgement.overall.because = "The submission could not be called.";
  return report;
}

}  // namespace assay::fixture
