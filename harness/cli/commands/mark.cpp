#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/raw_terminal.h"
#include "harness/cli/stop_signals.h"
#include "harness/cli/terminal.h"
#include "harness/marks/walk.h"
#include "harness/report/blind.h"
#include "harness/report/standing.h"
#include "harness/report/text.h"
#include "harness/run/marking.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Asks one question after the other of what a person has to decide, one key each:\n"
    "a verdict, what it rests on, a sentence where one is needed. What the machine\n"
    "would have said is shown once the mark is saved. Leaving loses nothing: every\n"
    "mark is on the disk when it says so, and the next walk begins with what is left.\n"
    "\n"
    "A mark is a line of marks.jsonl in the submission's folder: who, in which role,\n"
    "when, the machine's verdict, the person's, why, and the hash of what it rests on\n"
    "and of the line before. Lines are only ever added; the latest on an indicator\n"
    "counts. report.json repeats them, and its `final` follows.\n"
    "\n"
    "From a script, without a terminal, on one submission's folder:\n"
    "  assay mark DIR/ada --set cannot_explain=not_observed --reason conversation\n"
    "  assay mark DIR/ada --set separation=observed --reason unusual_right \\\n"
    "        --text \"The client is passed in.\"\n"
    "--set may be given more than once, and --reason and --text go with all of them.\n"
    "A term of the overall rule that follows no indicator is overall.ID: overall.T1.\n"
    "\n"
    "Verdicts: observed, not_observed, not_exercised, needs_human (stays open).\n"
    "Reasons: conversation, written_answer, source, record, unusual_right*,\n"
    "check_wrong*, contested*, second_opinion*, other*. Those with * need a text, and\n"
    "so does every mark that overrides what the machine decided.\n"
    "\n"
    "Examples:\n"
    "  assay mark reports --by ada.king@example.org\n"
    "  assay mark reports --order indicator --blind   one question over all of them\n"
    "  assay mark reports/c-1f0b77a2e9 --all          the machine's verdicts, too\n"
    "  assay mark reports --list                      what is left, what is marked\n"
    "\n"
    "Exit codes: 0 marked, or nothing was left; 2 no report, a broken chain of marks,\n"
    "or reports that were graded under other conditions; 3 not saved, as on a full\n"
    "disk; 130 left by a signal, and what was saved is saved. Where a report or the\n"
    "summary cannot be renewed behind a saved mark, a note says so and the code is 0:\n"
    "the mark counts all the same, and the next one renews them.";

struct Options {
  std::string path;
  marks::Marker marker;
  std::vector<std::string> set;
  std::vector<std::string> only;
  std::string reason;
  std::string text;
  std::string order = "submission";
  bool all = false;
  bool again = false;
  bool blind = false;
  bool list = false;
};

/// Who is logged in; empty where the system does not know.
std::string own_name() {
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "" : user->pw_name;
}

/// Opens what lies in the folders and saves to them; in a blind walk reports are shown without
/// names.
class Folders final : public marks::Desk {
 public:
  Folders(std::vector<run::ResultFolder> results, const Options& options) : options_(options) {
    for (run::ResultFolder& result : results) results_.emplace(result.path, std::move(result));
  }

  Result<Json> open(const std::string& folder) override {
    ASSAY_TRY(Json report, run::read_marked(results_.at(folder)));
    seen_[folder] = run::graded_sha256(report);
    return options_.blind ? report::blinded(std::move(report)) : report;
  }

  Result<marks::SavedMark> save(const std::string& folder,
                                const marks::Decision& decision) override {
    return run::save_mark(results_.at(folder), decision, options_.marker, seen_[folder]);
  }

 private:
  const Options& options_;
  std::map<std::string, run::ResultFolder> results_;
  std::map<std::string, std::string> seen_;
};

bool is_wanted(const Options& options, const Json& report, const marks::Target& target) {
  if (!options.only.empty())
    return std::ranges::find(options.only, target.id) != options.only.end();
  if (options.all) return true;
  if (target.indicator == nullptr || !target.needs_person()) return false;
  return options.again || report::standing_mark(report, *target.indicator) == nullptr;
}

/// The stops of all reports, in the order that was asked for.
Result<std::vector<marks::Stop>> stops_of(const std::vector<run::ResultFolder>& results,
                                          const Options& options) {
  std::vector<marks::Stop> stops;
  Json first;
  for (const run::ResultFolder& result : results) {
    ASSAY_TRY(Json report, run::read_marked(result));
    if (options.blind) report = report::blinded(std::move(report));
    if (first.is_null()) first = report;
    const std::string mixed = run::mixed_conditions(first, report);
    if (!mixed.empty())
      return input_error("it was graded under other conditions than " + results.front().name +
                             " (" + mixed + "), and marks on the two could not be compared",
                         {result.path}, "Mark each group by itself, in a folder of its own.");
    const std::string name = report.at("graded").at("submission").at("id");
    for (const marks::Target& target : marks::targets_of(report.at("graded")))
      if (is_wanted(options, report, target))
        stops.push_back({result.path, name, target.rubric, target.id});
  }
  if (options.order == "indicator") {
    std::vector<std::string> order;
    for (const marks::Stop& stop : stops)
      if (std::ranges::find(order, stop.indicator) == order.end()) order.push_back(stop.indicator);
    std::ranges::stable_sort(stops, {}, [&](const marks::Stop& stop) {
      return std::ranges::find(order, stop.indicator) - order.begin();
    });
  }
  return stops;
}

report::RenderOptions for_stdout() {
  return {.colour = wants_colour(STDOUT_FILENO), .width = terminal_width(STDOUT_FILENO)};
}

Result<int> walk(const std::vector<run::ResultFolder>& results, const Options& options) {
  ASSAY_TRY(std::vector<marks::Stop> stops, stops_of(results, options));
  if (stops.empty()) {
    print("Nothing is left to decide.\n");
    return kExitDone;
  }
  Folders folders(results, options);
  marks::Walk walk(std::move(stops), folders, for_stdout());
  ASSAY_TRY(const UniqueFd stop, catch_stop_signals());
  ASSAY_TRY(RawTerminal terminal, RawTerminal::enter());
  ASSAY_TRY(const std::string first, walk.begin());
  print(first);
  while (!walk.done()) {
    ASSAY_TRY(const std::optional<std::string> key, terminal.next_key(stop.get()));
    if (!key) break;
    if (key->empty()) continue;
    if (*key == "\x04") break;  // Ctrl-D: as the end of a file
    ASSAY_TRY(const std::string shown, walk.press(*key));
    print(shown);
  }
  const bool interrupted = !walk.done();
  print((interrupted ? "\n" : "") + count_of(walk.saved(), "mark") + " saved.\n");
  return interrupted ? kExitInterrupted : kExitDone;
}

/// ", in the place of not_observed by ada@example.org"; empty where no mark stood on its target.
std::string words_of_replaced(const std::vector<model::Mark>& standing, const model::Mark& mark) {
  const auto same = [&](const model::Mark& other) {
    return other.rubric == mark.rubric && other.indicator == mark.indicator;
  };
  const auto last = std::find_if(standing.rbegin(), standing.rend(), same);
  if (last == standing.rend()) return "";
  return ", in the place of " + std::string(to_string(last->human)) + " by " +
         report::visible(last->by);
}

Result<int> set(const std::vector<run::ResultFolder>& results, const Options& options) {
  if (results.size() != 1)
    return input_error(
        "--set marks one submission, and there are " + std::to_string(results.size()),
        {options.path}, "Name the folder of one of them.");
  std::vector<marks::Decision> decisions;
  ASSAY_TRY(const Json report, run::read_marked(results.front()));
  for (const std::string& each : options.set) {
    const std::size_t equals = each.find('=');
    if (equals == std::string::npos)
      return input_error("--set " + each + " says no verdict", {}, "Write INDICATOR=VERDICT.");
    marks::Decision decision;
    decision.indicator = each.substr(0, equals);
    ASSAY_TRY(decision.human, marks::human_verdict_from(each.substr(equals + 1)));
    decision.reason_code = options.reason;
    decision.text = options.text;
    // All are checked before the first is saved.
    ASSAY_TRY(const model::Mark checked,
              marks::mark_of(report.at("graded"), decision, options.marker, ""));
    decision.rubric = checked.rubric;
    decisions.push_back(std::move(decision));
  }
  std::vector<model::Mark> standing;
  for (const Json& mark : report.at("marks"))
    if (mark.at("state") == "stands") standing.push_back(mark.get<model::Mark>());
  for (const marks::Decision& decision : decisions) {
    ASSAY_TRY(
        const marks::SavedMark saved,
        run::save_mark(results.front(), decision, options.marker, run::graded_sha256(report)));
    print("saved: " + saved.mark.indicator + " " + std::string(to_string(saved.mark.machine)) +
          " -> " + std::string(to_string(saved.mark.human)) +
          words_of_replaced(standing, saved.mark) + "\n");
    standing.push_back(saved.mark);
    for (const std::string& notice : saved.notices) report_notice(notice);
  }
  return kExitDone;
}

Result<int> list(const std::vector<run::ResultFolder>& results, const Options& options) {
  for (const run::ResultFolder& result : results) {
    ASSAY_TRY(Json report, run::read_marked(result));
    if (options.blind) report = report::blinded(std::move(report));
    const Json& final = report.at("final");
    std::string text = report.at("graded").at("submission").at("id").get<std::string>() + ": " +
                       final.at("anchor").get<std::string>() + ", " +
                       final.at("status").get<std::string>() + "\n";
    for (const Json& id : final.at("open")) text += "  to decide  " + id.get<std::string>() + "\n";
    for (const Json& mark : report.at("marks")) {
      const std::string state = mark.at("state");
      text += "  " + state + std::string(state.size() < 9 ? 11 - state.size() : 2, ' ') +
              mark.at("indicator").get<std::string>() + ": " + mark.at("human").get<std::string>() +
              ", by " + mark.at("by").get<std::string>() + " on " +
              mark.at("at").get<std::string>() + "\n";
    }
    print(text);
  }
  return kExitDone;
}

Result<int> mark(Options& options) {
  if (options.marker.by.empty()) options.marker.by = own_name();
  if (!options.list) ASSAY_CHECK(marks::check_marker(options.marker));
  ASSAY_TRY(const std::vector<run::ResultFolder> results, run::find_results(options.path));
  if (options.list) return list(results, options);
  if (!options.set.empty()) return set(results, options);
  return walk(results, options);
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->marker.role = "marker";
  app.footer(kFooter);
  app.add_option("DIR", options->path, "Output folder of `assay grade`, or one submission's folder")
      ->required();
  app.add_option("--by", options->marker.by, "Who marks; who is logged in if left out")
      ->type_name("WHO");
  app.add_option("--role", options->marker.role,
                 "As what: interviewer, second marker, …; marker if left out")
      ->type_name("ROLE");
  app.add_flag("--blind", options->blind,
               "Show references in the place of names, and no header comments");
  app.add_option("--order", options->order,
                 "submission: all questions of one after the other; indicator: one question over "
                 "all submissions, then the next; submission if left out")
      ->check(CLI::IsMember({"submission", "indicator"}))
      ->type_name("ORDER");
  app.add_flag("--all", options->all, "Also what the machine decided, to override it");
  app.add_flag("--again", options->again, "Also what has a mark already");
  app.add_option("--indicator", options->only, "Only this one; may be given more than once")
      ->type_name("ID");
  app.add_flag("--list", options->list, "List what is left and what is marked, and leave");
  app.add_option("--set", options->set, "Mark without asking; may be given more than once")
      ->type_name("ID=VERDICT");
  app.add_option("--reason", options->reason, "Why, with --set")->type_name("CODE");
  app.add_option("--text", options->text, "Why, in a sentence, with --set")->type_name("TEXT");
  return [options] {
    const Result<int> code = mark(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_mark;
const Command k_mark = {"mark", "Decide what needs a person, and override the machine", false, add};

}  // namespace assay::cli
