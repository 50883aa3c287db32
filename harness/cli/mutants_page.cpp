#include "harness/cli/mutants_page.h"

#include <algorithm>
#include <functional>
#include <map>

#include "harness/base/count.h"
#include "harness/report/text.h"

namespace assay::cli {
namespace {

/// Columns of the word that says what became of a mutant.
constexpr std::size_t kWord = 9;
/// Cases that a mutant told in full names.
constexpr std::size_t kMaxNamed = 6;
/// Columns of how many mutants have a reason in common.
constexpr std::size_t kCount = 5;
/// So many mutants or fewer are all told in full.
constexpr std::size_t kFew = 6;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// "urllib/solution.py#fetch" and "drop_raise:1" of "urllib/solution.py#fetch:drop_raise:1".
std::pair<std::string, std::string> place_and_mistake(const std::string& id) {
  const std::size_t scope = id.find('#');
  const std::size_t colon = id.find(':', scope == std::string::npos ? 0 : scope);
  if (colon == std::string::npos) return {"", id};
  return {id.substr(0, colon), id.substr(colon + 1)};
}

std::string without_end_spaces(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// The cases of a label, by index.
struct Group {
  std::string label;
  std::vector<std::size_t> cases;
};

std::vector<Group> groups_of(const std::vector<run::MutantCase>& cases) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto it = std::ranges::find(groups, cases[i].label, &Group::label);
    if (it == groups.end()) it = groups.insert(it, {cases[i].label, {}});
    it->cases.push_back(i);
  }
  return groups;
}

class Page {
 public:
  Page(const run::MutantRun& run, const MutantColours& colours, std::size_t width)
      : run_(run), colours_(colours), width_(width), groups_(groups_of(run.cases)) {}

  std::string write() {
    measure();
    legend();
    table();
    equals();
    for (const run::Mutant& mutant : run_.mutants)
      if (mutant.survives() || run_.mutants.size() <= kFew) in_full(mutant);
    if (!run_.mistakes.empty()) line("");
    for (const std::string& mistake : run_.mistakes) paragraph(mistake, "", colours_.bad);
    totals();
    return std::move(text_);
  }

 private:
  void measure() {
    for (const run::Mutant& mutant : run_.mutants) {
      name_width_ = std::max(name_width_, place_and_mistake(mutant.id).second.size());
      line_width_ = std::max(line_width_, std::to_string(mutant.line).size());
    }
    std::size_t strip = 0;
    for (const Group& group : groups_) {
      strip += group.cases.size() + 1;
      cell_width_ = std::max(cell_width_, std::to_string(group.cases.size()).size() + 1);
    }
    by_case_ = indent() + strip <= width_ + 1 || groups_.size() > kLetters.size();
  }

  /// Where the cells of a row begin.
  std::size_t indent() const { return kWord + name_width_ + 1 + line_width_ + 1; }

  void line(const std::string& text, const std::string& colour = "") {
    text_ += colour + text + (colour.empty() ? "" : colours_.plain) + "\n";
  }

  void paragraph(const std::string& text, const std::string& indent,
                 const std::string& colour = "") {
    for (const std::string& each : report::wrap(report::visible(text), width_ - indent.size()))
      line(indent + each, colour);
  }

  void legend() {
    const std::string cases = count_of(run_.cases.size(), "case");
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < groups_.size(); ++i)
      labels.push_back((by_case_ ? "" : std::string(1, kLetters[i]) + " ") +
                       report::visible(groups_[i].label) + " " +
                       std::to_string(groups_[i].cases.size()));
    paragraph(by_case_ ? "A column for each of the " + cases +
                             ". A dot: the mutant did there what its reference does; an x: "
                             "something else."
                       : "A column for each label of the " + cases +
                             ", and in it in how many of them the mutant did something else than "
                             "its reference.",
              "");
    packed(labels);
  }

  /// As many on a line as there is room for, none of them broken.
  void packed(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
      if (!text.empty() && report::display_width(text + item) + 2 > width_) {
        line(text);
        text.clear();
      }
      text += (text.empty() ? "  " : ", ") + item;
    }
    line(text);
  }

  void table() {
    std::string place;
    for (const run::Mutant& mutant : run_.mutants) {
      const auto [where, mistake] = place_and_mistake(mutant.id);
      if (where != place || &mutant == &run_.mutants.front()) heading(where);
      place = where;
      row(mutant, mistake);
    }
  }

  void heading(const std::string& where) {
    line("");
    if (by_case_) return paragraph(where, "");
    // The letters again with every heading, for who has scrolled the legend away.
    std::string text = report::visible(where);
    if (report::display_width(text) > indent()) {
      paragraph(where, "");
      text.clear();
    }
    std::string letters;
    for (std::size_t i = 0; i < groups_.size(); ++i) letters += column(std::string(1, kLetters[i]));
    beside(report::fit(text, indent()), letters);
  }

  std::string column(const std::string& text) const { return report::right(text, cell_width_); }

  std::string cells(const run::Mutant& mutant) const {
    std::string text;
    for (const Group& group : groups_) {
      std::size_t changed = 0;
      for (const std::size_t i : group.cases) {
        const bool other = std::ranges::binary_search(mutant.cases_changed, i);
        changed += other;
        if (by_case_) text += other ? 'x' : '.';
      }
      text += by_case_ ? " " : column(changed == 0 ? "." : std::to_string(changed));
    }
    return text;
  }

  void row(const run::Mutant& mutant, const std::string& mistake) {
    const bool killed = !mutant.changes.empty();
    const std::string word = killed              ? "killed"
                             : mutant.survives() ? "SURVIVES"
                             : mutant.untold     ? "untold"
                                                 : "equal";
    const std::string& colour = killed              ? colours_.good
                                : mutant.survives() ? colours_.bad
                                                    : colours_.dim;
    const std::string painted = colour + word + (colour.empty() ? "" : colours_.plain);
    beside(painted + std::string(kWord - word.size(), ' ') +
               report::fit(report::visible(mistake), name_width_) + " " +
               report::right(std::to_string(mutant.line), line_width_) + " ",
           cells(mutant));
  }

  /// A row in as many lines as its cells need; each begins where the first does.
  void beside(const std::string& front, std::string cells) {
    const std::size_t room = width_ > indent() + cell_width_ ? width_ - indent() : cell_width_;
    const std::size_t step = by_case_ ? room : room - room % cell_width_;
    cells = without_end_spaces(std::move(cells));
    line(front + cells.substr(0, step));
    for (std::size_t i = step; i < cells.size(); i += step)
      line(std::string(indent(), ' ') + cells.substr(i, step));
  }

  /// Why some are as good as their reference, each reason once.
  void equals() {
    std::vector<std::pair<std::string, std::size_t>> reasons;
    for (const run::Mutant& mutant : run_.mutants) {
      if (mutant.equivalent.empty()) continue;
      const auto it = std::ranges::find(reasons, mutant.equivalent,
                                        &std::pair<std::string, std::size_t>::first);
      if (it == reasons.end())
        reasons.emplace_back(mutant.equivalent, 1);
      else
        ++it->second;
    }
    if (reasons.empty()) return;
    line("");
    line("equal, as mutants.yaml says:");
    for (const auto& [reason, count] : reasons) {
      const std::string number = report::right(std::to_string(count), kCount);
      const auto lines = report::wrap(report::visible(reason), width_ - number.size() - 1);
      for (std::size_t i = 0; i < lines.size(); ++i)
        line((i == 0 ? number : std::string(number.size(), ' ')) + " " + lines[i]);
    }
  }

  void in_full(const run::Mutant& mutant) {
    line("");
    if (mutant.survives())
      line("survives: " + report::visible(mutant.id), colours_.bad);
    else
      line(report::visible(mutant.id));
    paragraph(mutant.solution + "/" + mutant.file + ", line " + std::to_string(mutant.line), "  ");
    for (const std::string& each : mutant.before) line("  - " + report::visible(each));
    for (const std::string& each : mutant.after) line("  + " + report::visible(each));
    paragraph(what_came_of(mutant), "  ");
  }

  std::string what_came_of(const run::Mutant& mutant) const {
    if (mutant.untold) return "The harness failed where a verdict rests on it, so nobody can tell.";
    if (mutant.cases_changed.empty())
      return "No case tells it from its reference" +
             std::string(mutant.survives() ? ": is one missing?" : ".");
    std::string text = count_of(mutant.cases_changed.size(), "case") + " went otherwise (";
    for (std::size_t i = 0; i < mutant.cases_changed.size() && i < kMaxNamed; ++i)
      text += (i == 0 ? "" : ", ") + run_.cases[mutant.cases_changed[i]].id;
    text += mutant.cases_changed.size() > kMaxNamed ? ", …)" : ")";
    if (mutant.survives()) return text + ", and no verdict moved: is a check too weak?";
    for (const std::string& change : mutant.changes) text += "; " + change;
    return text + ".";
  }

  void totals() {
    std::size_t killed = 0, survive = 0, untold = 0;
    std::map<std::string, std::size_t> moved;
    for (const run::Mutant& mutant : run_.mutants) {
      killed += !mutant.changes.empty();
      survive += mutant.survives();
      untold += mutant.untold;
      for (const std::string& change : mutant.changes) ++moved[change.substr(0, change.find(':'))];
    }
    line("");
    if (!moved.empty()) paragraph("Moved, and by how many: " + by_count(moved) + ".", "");
    paragraph(run_.exercise + ": " + count_of(run_.mutants.size(), "mutant") + ", " +
                  std::to_string(killed) + " change a verdict, " +
                  std::to_string(run_.mutants.size() - killed - survive - untold) +
                  " are as good as the original, " + std::to_string(survive) + " survive.",
              "");
    if (untold > 0)
      paragraph(
          count_of(untold, "mutant") +
              " could not be told from the original, since the harness failed where a verdict "
              "rests on it: run it again.",
          "");
  }

  /// "separation 12, backs_off 3", the most first.
  static std::string by_count(const std::map<std::string, std::size_t>& moved) {
    std::vector<std::pair<std::string, std::size_t>> sorted(moved.begin(), moved.end());
    std::ranges::stable_sort(sorted, std::greater<>(),
                             &std::pair<std::string, std::size_t>::second);
    std::string text;
    for (const auto& [what, count] : sorted)
      text += (text.empty() ? "" : ", ") + what + " " + std::to_string(count);
    return text;
  }

  const run::MutantRun& run_;
  const MutantColours& colours_;
  std::size_t width_;
  const std::vector<Group> groups_;
  std::size_t name_width_ = 0;
  std::size_t line_width_ = 0;
  std::size_t cell_width_ = 2;
  bool by_case_ = true;  ///< else a column for each label
  std::string text_;
};

}  // namespace

std::string mutants_page(const run::MutantRun& run, const MutantColours& colours,
                         std::size_t width) {
  return Page(run, colours, width).write();
}

}  // namespace assay::cli
