#include "harness/evidence/functions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/evidence/cases.h"
#include "harness/model/draft.h"

namespace assay::evidence {
namespace {

using rubrics::FunctionFact;

/// A function as the inspection lists it; `id` is its index there.
struct Known {
  std::string file, name;
  int line = 0, end_line = 0;
  int part_of = -1;
  int positional = 0, vararg = -1;
  bool module = false, unread = false, starter = false, ran = false;
  std::vector<int> requests, reads, status_looks;
  std::vector<std::string> sent_in;
  std::vector<std::pair<int, int>> calls;  ///< function, line
  std::string returns;
  FunctionFact fact;
};

int number_at(const Json& object, const char* key, int otherwise) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer() ? it->get<int>() : otherwise;
}

std::string text_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool true_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_boolean() && it->get<bool>();
}

const Json& list_at(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  if (!object.is_object()) return kNone;
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? *it : kNone;
}

std::vector<int> lines_at(const Json& object, const char* key) {
  std::vector<int> lines;
  for (const Json& line : list_at(object, key))
    if (line.is_number_integer()) lines.push_back(line.get<int>());
  return lines;
}

Known read_function(const Json& json) {
  Known known;
  if (!json.is_object()) return known;
  known.file = text_at(json, "file");
  known.name = text_at(json, "name");
  known.line = number_at(json, "line", 0);
  known.end_line = number_at(json, "end_line", 0);
  known.part_of = number_at(json, "part_of", -1);
  known.positional = number_at(json, "positional", 0);
  known.vararg = number_at(json, "vararg", -1);
  known.module = text_at(json, "kind") == "module";
  known.unread = true_at(json, "unread");
  known.requests = lines_at(json, "requests");
  known.reads = lines_at(json, "reads");
  known.status_looks = lines_at(json, "status_looks");
  known.returns = text_at(json, "returns");
  for (const Json& call : list_at(json, "calls"))
    if (call.is_object())
      known.calls.emplace_back(number_at(call, "function", -1), number_at(call, "line", 0));
  return known;
}

class Source {
 public:
  Source(const Json& inspection, const model::Plan& plan, const model::EntryPoint& entry,
         const std::vector<model::Observation>& observations)
      : inspection_{inspection},
        plan_{plan},
        entry_{entry},
        observations_{observations},
        idle_draft_{entry.file != model::kDraftFile && !ran(observations, model::kDraftFile)} {
    collect(observations);
  }

  FunctionFacts look(const std::string& parameter) {
    FunctionFacts found;
    found.source = readable();
    find_minimum(parameter);
    found.defines_entry = !found.source.readable || exported_;
    found.source.declares = declared_;
    add_comparisons();
    add_starter_calls();
    found.handlers = find_handlers();
    for (const Known& function : functions_)
      if (function.ran && !function.starter && function.part_of < 0) add(function, found);
    std::sort(found.functions.begin(), found.functions.end(), [](const auto& a, const auto& b) {
      return std::tie(a.file, a.line, a.name) < std::tie(b.file, b.line, b.name);
    });
    return found;
  }

 private:
  void collect(const std::vector<model::Observation>& observations) {
    const auto starter = unchanged_starter_files(inspection_, plan_);
    for (const Json& json : list_at(inspection_, "functions")) {
      functions_.push_back(read_function(json));
      functions_.back().starter = starter.contains(functions_.back().file);
      functions_.back().ran = functions_.back().module && !is_idle(functions_.back().file);
    }
    for (Known& function : functions_) {
      const int home = function.part_of;
      if (home < 0 || static_cast<std::size_t>(home) >= functions_.size()) function.part_of = -1;
    }
    for (const model::Observation& observation : observations) {
      for (const model::Frame& frame : observation.functions_run)
        if (Known* function = find(frame)) function->ran = true;
      for (const model::Frame& frame : observation.network_callers)
        if (Known* function = find(frame)) add_case(observation.case_id, function->sent_in);
    }
  }

  /// Several frames of one case may belong to one function.
  static void add_case(const std::string& case_id, std::vector<std::string>& cases) {
    if (cases.empty() || cases.back() != case_id) cases.push_back(case_id);
  }

  /// The function that a frame's code belongs to; a lambda inside a function belongs to that one.
  Known* find(const model::Frame& frame) {
    for (Known& function : functions_) {
      if (function.file != frame.file || function.name != frame.function) continue;
      // A frame may give the line of the def or of its first decorator.
      if (!function.module && (frame.line < function.line || frame.line > function.end_line))
        continue;
      return function.part_of < 0 ? &function
                                  : &functions_[static_cast<std::size_t>(function.part_of)];
    }
    return nullptr;
  }

  bool valid(int id) const { return id >= 0 && static_cast<std::size_t>(id) < functions_.size(); }
  Known& at(int id) { return functions_[static_cast<std::size_t>(id)]; }

  /// A hostile text is as good as none.
  std::string why_unread() const {
    const std::string ended_by = text_at(inspection_, "ended_by");
    for (const auto kind : {model::OutcomeKind::kCpuTime, model::OutcomeKind::kWallTime,
                            model::OutcomeKind::kMemory, model::OutcomeKind::kVirtualTime})
      if (ended_by == model::to_string(kind))
        return "while it was read, " + std::string(end_in_words({kind, ""}));
    return "it was not read at all";
  }

  rubrics::SourceFact readable() const {
    rubrics::SourceFact source;
    if (functions_.empty()) {
      source.problem = why_unread();
    } else if (true_at(inspection_, "cut")) {
      source.problem = "there are too many files";
    }
    for (const Json& file : list_at(inspection_, "files")) {
      const auto error = file.is_object() ? file.find("error") : file.end();
      if (!file.is_object() || error == file.end() || !error->is_object()) continue;
      if (is_idle(text_at(file, "path"))) continue;
      source.problem = text_at(file, "path") + ": " + text_at(*error, "message");
      if (const int line = number_at(*error, "line", 0))
        source.problem += ", line " + std::to_string(line);
    }
    for (const Known& function : functions_)
      if (function.unread && function.ran)
        source.problem = function.name + " in " + function.file + " is nested too deeply";
    source.readable = source.problem.empty();
    return source;
  }

  /// The labels under which the entry point's parameter is known: it may be imported, wrapped, a
  /// method.
  void find_minimum(const std::string& parameter) {
    int index = -1;
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i)
      if (entry_.parameters[i].name == parameter) index = static_cast<int>(i);
    for (const Json& entry : list_at(inspection_, "exports")) {
      if (!entry.is_object() || text_at(entry, "file") != entry_.file ||
          text_at(entry, "name") != entry_.function)
        continue;
      exported_ = true;
      for (const bool bound : {false, true})
        for (const int id : lines_at(entry, bound ? "methods" : "functions")) {
          if (valid(id) && declared_.empty()) declared_ = at(id).returns;
          if (!valid(id) || index < 0) continue;
          const int at_index = index + (bound ? 1 : 0);
          const Known& function = at(id);
          minimum_.insert({id, at_index < function.positional ? at_index : function.vararg});
        }
    }
  }

  void add_comparisons() {
    for (const Json& comparison : list_at(inspection_, "comparisons")) {
      if (!comparison.is_object()) continue;
      const int id = number_at(comparison, "function", -1);
      bool ours = false;
      for (const Json& p : list_at(comparison, "parameters"))
        ours = ours || (p.is_object() && minimum_.contains({number_at(p, "function", -1),
                                                            number_at(p, "index", -2)}));
      if (!ours || !valid(id)) continue;
      rubrics::FunctionFact& fact = at(id).fact;
      (text_at(comparison, "how") == "idle" ? fact.idle_comparisons : fact.comparisons)
          .push_back(number_at(comparison, "line", 0));
    }
    for (const Json& literal : list_at(inspection_, "literals")) {
      const int id = literal.is_object() ? number_at(literal, "function", -1) : -1;
      if (valid(id)) at(id).fact.literals.push_back(number_at(literal, "line", 0));
    }
  }

  /// The functions that talk to the API, by themselves or by what they call. From those that do
  /// back to their callers, each once: how the calls go is the candidate's to choose.
  std::set<int> find_talking() {
    std::map<int, std::vector<int>> callers;
    std::vector<int> open;
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const int id = static_cast<int>(i);
      if (!functions_[i].requests.empty() || !functions_[i].reads.empty()) open.push_back(id);
      for (const auto& [callee, line] : functions_[i].calls) callers[callee].push_back(id);
    }
    std::set<int> talking(open.begin(), open.end());
    while (!open.empty()) {
      const int callee = open.back();
      open.pop_back();
      for (const int caller : callers[callee])
        if (talking.insert(caller).second) open.push_back(caller);
    }
    return talking;
  }

  void add_starter_calls() {
    const std::set<int> talking = find_talking();
    for (Known& function : functions_) {
      if (function.starter) continue;
      for (const auto& [callee, line] : function.calls)
        if (valid(callee) && at(callee).starter && talking.contains(callee))
          function.fact.starter_calls.push_back(line);
    }
  }

  static void add(const Known& function, FunctionFacts& found) {
    FunctionFact fact = function.fact;
    fact.file = function.file;
    fact.name = function.name;
    fact.line = function.line;
    fact.end_line = function.end_line;
    fact.requests = function.requests;
    fact.reads = function.reads;
    fact.status_looks = function.status_looks;
    fact.sent_in = function.sent_in;
    for (auto* lines :
         {&fact.comparisons, &fact.idle_comparisons, &fact.literals, &fact.starter_calls}) {
      std::sort(lines->begin(), lines->end());
      lines->erase(std::unique(lines->begin(), lines->end()), lines->end());
    }
    if (fact.is_api() || !fact.comparisons.empty() || !fact.literals.empty())
      found.functions.push_back(std::move(fact));
  }

  /// Whether any code of the file was seen to run.
  static bool ran(const std::vector<model::Observation>& observations, std::string_view file) {
    return std::ranges::any_of(observations, [&](const model::Observation& seen) {
      return std::ranges::any_of(seen.functions_run,
                                 [&](const auto& frame) { return frame.file == file; }) ||
             std::ranges::any_of(seen.lines_run, [&](const auto& run) { return run.file == file; });
    });
  }

  bool is_idle(std::string_view file) const { return idle_draft_ && file == model::kDraftFile; }

  static bool any_within(const std::vector<int>& lines, int first, int last) {
    const auto from = std::ranges::lower_bound(lines, first);
    return from != lines.end() && *from <= last;
  }

  /// Whether an exception came to what the inspection lists as `handler`, in one case.
  static bool went_through(const Json& handler, const model::Observation& seen,
                           const model::LinesRun& run) {
    if (const std::string runs = text_at(handler, "runs"); !runs.empty())
      return std::ranges::count(seen.functions_run,
                                model::Frame{run.file, number_at(handler, "line", 0), runs}) > 0;
    for (const Json& ends : list_at(handler, "ends"))
      if (ends.is_array() && ends.size() == 2 && ends[0].is_number_integer() &&
          ends[1].is_number_integer() &&
          any_within(run.took, ends[0].get<int>(), ends[1].get<int>()))
        return true;
    if (!list_at(handler, "ends").empty()) return false;
    // The line of `except` itself runs also where its class does not match.
    const int line = number_at(handler, "line", 0);
    return any_within(run.lines, number_at(handler, "body_line", line),
                      number_at(handler, "end_line", 0));
  }

  /// Cases in which an exception was seen to come to it.
  std::vector<std::string> cases_through(const Json& handler) const {
    std::vector<std::string> cases;
    for (const model::Observation& seen : observations_)
      for (const model::LinesRun& run : seen.lines_run) {
        if (run.file != text_at(handler, "file")) continue;
        if (went_through(handler, seen, run)) cases.push_back(seen.case_id);
      }
    return cases;
  }

  /// Whether of every answer all lines are known that led to it.
  bool sees_all_lines() const {
    return std::ranges::all_of(observations_, [](const model::Observation& seen) {
      return !seen.has_value || seen.lines_whole;
    });
  }

  std::vector<rubrics::HandlerFact> find_handlers() const {
    std::vector<rubrics::HandlerFact> handlers;
    const auto starter = unchanged_starter_files(inspection_, plan_);
    const bool watched = sees_all_lines();
    for (const Json& json : list_at(inspection_, "broad_handlers")) {
      if (!json.is_object()) continue;
      rubrics::HandlerFact handler;
      handler.file = text_at(json, "file");
      if (starter.contains(handler.file) || is_idle(handler.file)) continue;
      handler.line = number_at(json, "line", 0);
      handler.end_line = number_at(json, "end_line", 0);
      handler.catches = text_at(json, "catches");
      handler.digest = text_at(json, "digest");
      const int function = number_at(json, "function", -1);
      if (valid(function)) handler.function = functions_[static_cast<std::size_t>(function)].name;
      if (const std::string form = text_at(json, "form"); !form.empty()) handler.form = form;
      handler.entered = cases_through(json);
      handler.watched = watched;
      handlers.push_back(std::move(handler));
    }
    return handlers;
  }

  const Json& inspection_;
  const model::Plan& plan_;
  const model::EntryPoint& entry_;
  const std::vector<model::Observation>& observations_;
  bool idle_draft_;  ///< a draft may lie there and not run
  std::string declared_;
  std::vector<Known> functions_;
  std::set<std::pair<int, int>> minimum_;
  bool exported_ = false;
};

}  // namespace

std::set<std::string> unchanged_starter_files(const Json& inspection, const model::Plan& plan) {
  const Json& inspected = list_at(inspection, "files");
  std::set<std::string> files;
  for (const model::SourceFile& given : plan.starter) {
    if (inspected.empty()) files.insert(given.path);
    for (const Json& file : inspected)
      if (file.is_object() && text_at(file, "path") == given.path &&
          text_at(file, "sha256") == given.sha256)
        files.insert(given.path);
  }
  return files;
}

FunctionFacts look_at_functions(const Json& inspection, const model::Plan& plan,
                                const model::EntryPoint& entry,
                                const std::vector<model::Observation>& observations,
                                const std::string& parameter) {
  return Source(inspection, plan, entry, observations).look(parameter);
}

}  // namespace assay::evidence
