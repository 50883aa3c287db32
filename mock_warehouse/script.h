#pragma once

// The script of one case: which requests meet which fault, in which order.
//
// A script is a list of rules; the first whose `match` fits a request takes it. A rule's steps are
// used in order, each `times` often or `until_ms`. Behind the last step stands what `then` says:
// "repeat" it for ever, the "world" answers, or, where the script says nothing, the world answers
// and the journal tells that the script was exhausted. Parsed once; answer() uses steps up. Owned
// by one server.

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "mock_warehouse/fault.h"

namespace assay::warehouse {

struct ScriptedFault {
  const Fault* fault = nullptr;
  Json parameters;
};

struct Step {
  std::vector<ScriptedFault>
      faults;                ///< in the order in which they are applied; none: the world answers
  std::optional<int> times;  ///< none: as long as a fault or `until` says
  std::optional<Duration> until;  ///< over by then, since the case's `now`
  Duration delay{};               ///< before the answer, whichever it is
  bool close = false;             ///< the connection ends behind the answer
};

/// What is absent fits everything.
struct Match {
  std::optional<std::string> operation;
  std::optional<std::string> method;
  std::optional<std::string> path;  ///< '*' stands for any characters
  std::optional<std::string> date;

  bool fits(const HttpRequest& request, const ApiCall& call) const;
};

struct Rule {
  enum class Then { kExhausted, kRepeat, kWorld };

  Match match;
  std::vector<Step> steps;
  Then then = Then::kExhausted;
};

/// One request, and how it would be answered if nothing were wrong. References live as long as the
/// call.
struct Asked {
  const World& world;
  const HttpRequest& request;
  const ApiCall& call;
  Framing framing;
  Duration elapsed{};         ///< virtual time since the case's `now`
  QueryDesk* desk = nullptr;  ///< who runs queries
};

/// What is done about a request, and where the script says so.
struct Scripted {
  std::optional<int> rule;
  std::optional<int> step;
  /// Empty where the world answers; several are joined as "slow_drip + truncated_body". Or
  /// "script_exhausted".
  std::string fault;
  bool next_page = false;  ///< the answer is a listing that goes on
  /// Why the answer refuses what is asked for, "accessDenied: …"; empty where it does not.
  std::string refusal;
  /// The fault of an injected rule that struck this request and changed nothing; empty: none did.
  std::string idle_fault;
  WireProgram program;
};

/// What no schema can say: which faults go together, in a script that fits its schema. Places are
/// JSON pointers below `root`.
Status check_faults(const Json& script, const std::string& root);

/// The world's answer, as it would be without a script.
Scripted without_script(const Asked& asked);

/// What clients meet who ask for a connection now, and where the script says so.
struct ScriptedEntrance {
  Entrance entrance = Entrance::kOpen;
  int rule = 0;
  int step = 0;
  std::string fault;
  bool injected = false;  ///< no rule of the script does it
};

class Script {
 public:
  /// `json` fits the schema. `seed` feeds what faults draw.
  Script(const Json& json, std::uint64_t seed);

  /// Uses up one use of the step that the request falls to, unless the step is for one page and
  /// this is another. A request on a connection that is there falls to no step that is for
  /// connections: the world answers it.
  Scripted answer(const Asked& asked);

  /// Requests meet the rule before those of the script, and behind what was injected earlier, until
  /// its steps are used up; then it is as if it were not there. It fits the schema of a script's
  /// rule. What it does has no rule and no step in Scripted. Where it has nothing to change, the
  /// script's own rules answer.
  void inject(const Json& rule);

  /// Whether any step is for connections.
  bool shuts_out() const;
  /// The step of connections at which a rule stands by now, where one does.
  ScriptedEntrance entrance(Duration elapsed) const;
  /// Uses up one use of that step.
  void attempted(const ScriptedEntrance& entrance);

 private:
  struct Progress {
    std::size_t step = 0;
    int uses = 0;
  };

  /// `idle` gets the name of a fault that was put in and had nothing to change.
  Scripted answer_by_rules(const Asked& asked, std::string& idle);
  static bool only_faults(const Step& step);
  FaultContext context(const Asked& asked, std::size_t rule, std::size_t fault) const;
  bool is_over(std::size_t rule, const Progress& progress, Duration elapsed) const;
  bool is_injected(std::size_t rule) const { return rule >= authored_; }
  /// The index of the rule that is asked at this place: injected ones come first.
  std::size_t at_place(std::size_t place) const { return (place + authored_) % rules_.size(); }
  bool is_last_for_ever(std::size_t rule, std::size_t step) const;
  bool apply(const Asked& asked, std::size_t rule, Scripted& scripted) const;

  std::uint64_t seed_;
  std::vector<Rule> rules_;
  std::vector<Progress> progress_;  ///< one for each rule
  std::size_t authored_ = 0;        ///< rules of the script; injected ones stand behind them
};

}  // namespace assay::warehouse
