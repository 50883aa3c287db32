#pragma once

// What checks read. harness/evidence derives facts from plan, observations and source inspection; a
// check sees them through FactSet and reads nothing else.
//
// A model::Fact has a kind, and `data` of that kind's shape:
//
//   case      CaseFact: what one case showed; a fact for every case of the plan, in its order
//   traffic   TrafficFact: what one case asked and how each answer went; the same, right behind it
//   states    StatesFact: which state keys each label got, over all its cases
//   function  FunctionFact: what one function of the candidate does, of those with a part in it
//   source    SourceFact: whether the source could be read, and what type the entry point declares
//   handler   HandlerFact: a broad except block of the candidate's
//   passage   PassageFact: a piece of the review that came with the submission
//
// Where a submission reworks a draft, the draft has facts of the same kinds, in a FactSet of its
// own.
//
// In: facts. Out: views of them. Values; a FactSet keeps copies of what it was made from and
// borrows the draft's.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/evidence.h"
#include "harness/model/observation.h"

namespace assay::rubrics {

/// The parts of a key that a reader of the program's result cannot foresee.
inline constexpr std::string_view kFreeText = "(free text)";
/// State keys of cases without a returned value.
inline constexpr std::string_view kEscaped = "(exception)";
inline constexpr std::string_view kNoAnswer = "(no answer)";

struct CaseFact {
  std::string case_id;
  std::string title;
  std::string label;
  std::string family;
  bool ran = true;      ///< false: the harness failed, and nothing is known
  bool reached = true;  ///< a request came, or none is needed; else what it returned is no evidence
  std::string outcome;  ///< as of model::OutcomeKind
  /// "record", "bool", "none", "number", "text", "other": what was returned; "raised"; "nothing".
  std::string answer = "nothing";
  std::string shown;         ///< the value or the exception, on one line, for a reader
  bool deliberate = false;   ///< raised by the candidate's own `raise`
  std::string exception;     ///< its type, where one was raised
  std::string key;           ///< state key; empty where there is none (did not run, not reached)
  bool key_open = false;     ///< part of the key is kFreeText
  std::string record_class;  ///< of a record that is no plain dict: "dataclass", "mapping", …
  std::vector<std::string> missing_keys;
  /// Of a record, or of that in a text of JSON: "text" "enum" "bool" "none" "number" "other"
  /// "absent".
  std::string status_kind = "absent";
  bool status_closed = false;
  bool status_yes_no = false;         ///< a bool, or a word or number that stands for one
  std::string count_kind = "absent";  ///< "int" "none" "other" "absent"
  std::optional<std::int64_t> count;
  std::optional<bool> count_right;  ///< where the case says what it must be
  bool serialisable = true;
  /// Top-level entries of a record with their Python types, in order; bounded.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string message;               ///< empty where there is none
  std::string wording;               ///< the message without the case's own values
  std::optional<bool> numbers_told;  ///< whether the message holds the count and the minimum
  bool date_told = false;
  bool escaped = false;              ///< a failure that was let through, or read as healthy
  std::string escape;                ///< how, in words
  std::optional<std::int64_t> rows;  ///< the true count
  std::optional<std::int64_t> minimum;
  int requests = 0;  ///< of the call
  int repeats = 0;   ///< the most requests for one and the same thing
  std::int64_t virtual_ms = 0;
  std::string expects;            ///< "value", "exception", "either"; empty: the case expects none
  std::string wanted;             ///< what it expects, on one line
  bool as_expected = false;       ///< and that is what came
  std::string difference;         ///< how what came differs, in words; empty where it does not
  bool hung = false;              ///< a request was never answered
  bool wordy = false;             ///< some text was returned, or raised
  std::vector<std::string> told;  ///< environment variables whose value is in that text
  std::vector<std::string> printed;  ///< those whose value is on stdout or stderr
  std::string id;                    ///< of the fact; set by FactSet

  /// It returned or raised something after it had reached what it depends on.
  bool answered() const { return ran && reached && answer != "nothing"; }
  bool returned() const { return answered() && answer != "raised"; }
};

/// One request of the call.
struct Exchange {
  int seq = 0;            ///< in the case's journal
  std::string operation;  ///< of a query, and of pages of its result: "query 1", "query 2", …
  /// The number of the thing that was asked for, from 0 (evidence/things.h). A further request for
  /// the same thing, after an answer that was no good, is another try.
  int thing = 0;
  std::string fault;          ///< as of model::Request; empty where the world answered
  std::optional<int> status;  ///< none where no status line was sent
  std::int64_t at_us = 0;     ///< since the case's `now`
  std::optional<std::int64_t> ended_us;
  bool given_up = false;                 ///< the client closed before the answer was over
  std::optional<std::int64_t> asked_us;  ///< how long the answer asked to wait (Retry-After)
  bool asked_by_date = false;
  bool next_page = false;  ///< the answer said that there is a further page

  bool hangs() const { return model::has_fault(fault, "hang"); }
  bool drips() const { return model::has_fault(fault, "slow_drip"); }
  bool redirects() const { return model::has_fault(fault, "redirect"); }
  /// The world's own answer came, late or under a false name perhaps, and it was a good one.
  bool served() const;
};

/// Another try: `again` asks for the thing of `before`, whose answer was no good.
struct Try {
  const Exchange* before = nullptr;
  const Exchange* again = nullptr;

  /// From the end of the one to the start of the other; 0 where the first was still going on.
  std::int64_t pause_us() const;
};

struct TrafficFact {
  std::string case_id;
  std::int64_t over_us = 0;  ///< when the case was over
  /// How it ended: "itself"; "limit" of time; "blocked": it waited for what could never come;
  /// "cut".
  std::string end = "itself";
  std::vector<Exchange> exchanges;
  std::string id;

  std::vector<Try> tries() const;
  bool failed() const;  ///< some request got no good answer
};

struct StatesFact {
  struct Entry {
    std::string key;
    std::vector<std::string> cases;
  };
  std::vector<std::pair<std::string, std::vector<Entry>>> labels;
};

struct FunctionFact {
  std::string file;
  std::string name;
  int line = 0;
  int end_line = 0;
  std::vector<int> requests;
  std::vector<int> reads;
  std::vector<int> status_looks;
  std::vector<int> starter_calls;     ///< calls of the starter's functions that talk to the API
  std::vector<std::string> sent_in;   ///< cases in which a socket was used from it
  std::vector<int> comparisons;       ///< lines that compare the parameter with something
  std::vector<int> idle_comparisons;  ///< the same, where nobody is seen to get the result
  std::vector<int> literals;          ///< lines that compare an answer's number with a literal
  std::string id;

  bool is_api() const {
    return !sent_in.empty() || !requests.empty() || !reads.empty() || !status_looks.empty() ||
           !starter_calls.empty();
  }
};

struct SourceFact {
  bool readable = true;
  std::string problem;
  std::string
      declares;  ///< "TypedDict", "dataclass", "NamedTuple": what the entry point returns by
                 ///< its annotation; empty for anything less
  std::string id;
};

/// What catches everything: an except block that is bare, or of Exception or BaseException; a
/// `with` whose manager takes any exception; a `finally` that is left by a return; what is answered
/// by a function of the candidate's when a library has tried in vain.
struct HandlerFact {
  std::string form = "except";  ///< or "with", "finally", "callback"
  std::string file;
  std::string function;
  int line = 0;
  int end_line = 0;
  std::string catches;  ///< "bare", "Exception", "BaseException"
  std::string digest;   ///< the same for those that differ in layout and names only; may be empty
  bool watched = true;  ///< false: cases may have gone through it that are not among `entered`
  std::vector<std::string> entered;  ///< ids of the cases in which an exception came to it
  std::string id;
};

struct PassageFact {
  std::string file;
  int line = 0;
  int end_line = 0;
  std::string text;  ///< on one line, bounded
  std::string id;
};

void to_json(Json&, const CaseFact&);
void from_json(const Json&, CaseFact&);
void to_json(Json&, const TrafficFact&);
void from_json(const Json&, TrafficFact&);
void to_json(Json&, const StatesFact&);
void from_json(const Json&, StatesFact&);
void to_json(Json&, const FunctionFact&);
void from_json(const Json&, FunctionFact&);
void to_json(Json&, const SourceFact&);
void from_json(const Json&, SourceFact&);
void to_json(Json&, const HandlerFact&);
void from_json(const Json&, HandlerFact&);
void to_json(Json&, const PassageFact&);
void from_json(const Json&, PassageFact&);

class FactSet;

/// What a submission was made from.
struct Origin {
  const FactSet* draft = nullptr;
  /// Why there is no draft to compare with, in one sentence; empty where there is one.
  std::string no_draft = "There is no draft to compare with.";
  bool has_review = false;
};

/// Labels in the order that a rubric gives; cases in the order of the plan.
class FactSet {
 public:
  explicit FactSet(const std::vector<model::Fact>& facts, Origin origin = {});

  const std::vector<CaseFact>& cases() const { return cases_; }
  /// Of a case of cases().
  const TrafficFact& traffic(const CaseFact& c) const;
  const std::vector<FunctionFact>& functions() const { return functions_; }
  const SourceFact& source() const { return source_; }
  const std::vector<HandlerFact>& handlers() const { return handlers_; }
  const std::vector<PassageFact>& passages() const { return passages_; }
  const Origin& origin() const { return origin_; }
  const std::string& states_id() const { return states_id_; }

  std::vector<const CaseFact*> of_label(std::string_view label) const;
  std::vector<const CaseFact*> of_labels(const std::vector<std::string>& labels) const;

  /// S(label): each state key with the first case that has it.
  std::map<std::string, const CaseFact*> keys(std::string_view label) const;

  /// Cases of these labels that the harness failed in.
  std::vector<const CaseFact*> faulted(const std::vector<std::string>& labels) const;

 private:
  std::vector<CaseFact> cases_;
  std::map<std::string, TrafficFact, std::less<>> traffic_;  // by case
  std::vector<FunctionFact> functions_;
  SourceFact source_;
  std::vector<HandlerFact> handlers_;
  std::vector<PassageFact> passages_;
  Origin origin_;
  std::string states_id_;
};

}  // namespace assay::rubrics
