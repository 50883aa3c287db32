#include "rubrics/handlers.h"

#include <algorithm>

namespace assay::rubrics {
namespace {

/// Which state a label stands for; -1 where it is none of them.
int state_of(const std::string& label, const std::vector<Labels>& states) {
  for (std::size_t i = 0; i < states.size(); ++i)
    if (std::ranges::find(states[i], label) != states[i].end()) return static_cast<int>(i);
  return -1;
}

bool is_made(const CaseFact& c) {
  return !c.key.empty() && c.key != kEscaped && c.key != kNoAnswer;
}

}  // namespace

std::string catching(const HandlerFact& h) {
  if (h.form == "with") return "`with` that takes any exception";
  if (h.form == "finally") return "`finally` that is left by a return";
  if (h.form == "callback") return "answer to any exception behind the last try";
  return h.catches == "bare" ? "`except:`" : "`except " + h.catches + "`";
}

std::vector<Merging> merging_handlers(const FactSet& facts, const std::vector<Labels>& states) {
  std::vector<Merging> found;
  for (const HandlerFact& handler : facts.handlers()) {
    Merging merging{&handler, nullptr, nullptr};
    for (const CaseFact& c : facts.cases()) {
      const int state = state_of(c.label, states);
      const bool went = std::ranges::find(handler.entered, c.case_id) != handler.entered.end();
      if (merging.other != nullptr || state < 0 || !went || !is_made(c)) continue;
      for (const CaseFact& other : facts.cases()) {
        const int other_state = state_of(other.label, states);
        if (other_state < 0 || other_state == state || other.key != c.key) continue;
        merging.through = &c;
        merging.other = &other;
        break;
      }
    }
    if (merging.other != nullptr) found.push_back(merging);
  }
  return found;
}

}  // namespace assay::rubrics
