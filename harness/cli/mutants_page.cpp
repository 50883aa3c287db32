#include "harness/cli/mutants_page.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/text.h"

namespace assay::cli {
namespace {

constexpr std::size_t kIndent = 9;
/// Cases that a survivor names.
constexpr std::size_t kMaxNamed = 6;

class Page {
 public:
  Page(const run::MutantRun& run, const MutantColours& colours, std::size_t width)
      : run_(run), colours_(colours), width_(width) {}

  std::string write() {
    legend();
    for (const run::Mutant& mutant : run_.mutants) row(mutant);
    for (const run::Mutant& mutant : run_.mutants)
      if (mutant.survives()) survivor(mutant);
    for (const std::string& mistake : run_.mistakes) paragraph(mistake, "", colours_.bad);
    totals();
    return std::move(text_);
  }

 private:
  void line(const std::string& text, const std::string& colour = "") {
    text_ += colour + text + (colour.empty() ? "" : colours_.plain) + "\n";
  }

  void paragraph(const std::string& text, const std::string& indent,
                 const std::string& colour = "") {
    for (const std::string& each : report::wrap(report::visible(text), width_ - indent.size()))
      line(indent + each, colour);
  }

  /// Cases next to one another that have the same label.
  std::vector<std::pair<std::size_t, std::size_t>> groups() const {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (std::size_t i = 0; i < run_.cases.size(); ++i)
      if (i == 0 || run_.cases[i].label != run_.cases[i - 1].label)
        found.emplace_back(i, i + 1);
      else
        found.back().second = i + 1;
    return found;
  }

  void legend() {
    std::string text = "A column for each of the " + count_of(run_.cases.size(), "case") + ": ";
    for (const auto& [begin, end] : groups())
      text +=
          (begin == 0 ? "" : ", ") + run_.cases[begin].label + " " + std::to_string(end - begin);
    paragraph(text + ". A dot: the mutant did there what its reference does; an x: something else.",
              "");
    line("");
  }

  void row(const run::Mutant& mutant) {
    const bool killed = !mutant.changes.empty();
    const std::string word = killed ? "killed" : mutant.survives() ? "SURVIVES" : "equal";
    const std::string& colour = killed              ? colours_.good
                                : mutant.survives() ? colours_.bad
                                                    : colours_.dim;
    text_ += colour + word + colours_.plain + std::string(kIndent - word.size(), ' ') +
             report::visible(mutant.id) + " (line " + std::to_string(mutant.line) + ")\n";
    strip(mutant);
    const std::string indent(kIndent, ' ');
    if (killed) {
      std::string changes;
      for (const std::string& change : mutant.changes)
        changes += (changes.empty() ? "" : "; ") + change;
      paragraph(changes, indent, colours_.dim);
    } else if (!mutant.equivalent.empty()) {
      paragraph(mutant.equivalent, indent, colours_.dim);
    }
  }

  void strip(const run::Mutant& mutant) {
    std::string current(kIndent, ' ');
    for (const auto& [begin, end] : groups()) {
      std::string group;
      for (std::size_t i = begin; i < end; ++i)
        group += std::ranges::binary_search(mutant.cases_changed, i) ? 'x' : '.';
      while (!group.empty()) {
        const std::size_t room = width_ - current.size();
        if (group.size() > room && current.size() > kIndent) {
          flush(current);
          continue;
        }
        current += group.substr(0, room);
        group.erase(0, room);
      }
      if (current.size() < width_) current += ' ';
    }
    flush(current);
  }

  void flush(std::string& current) {
    current.erase(current.find_last_not_of(' ') + 1);
    if (!current.empty()) line(current);
    current.assign(kIndent, ' ');
  }

  void survivor(const run::Mutant& mutant) {
    line("");
    line("survives: " + report::visible(mutant.id), colours_.bad);
    paragraph(mutant.solution + "/" + mutant.file + ", line " + std::to_string(mutant.line), "  ");
    for (const std::string& each : mutant.before) line("  - " + report::visible(each));
    for (const std::string& each : mutant.after) line("  + " + report::visible(each));
    if (mutant.cases_changed.empty())
      return paragraph("No case tells it from its reference: is one missing?", "  ");
    std::string cases;
    for (std::size_t i = 0; i < mutant.cases_changed.size() && i < kMaxNamed; ++i)
      cases += (i == 0 ? "" : ", ") + run_.cases[mutant.cases_changed[i]].id;
    if (mutant.cases_changed.size() > kMaxNamed) cases += ", …";
    paragraph(count_of(mutant.cases_changed.size(), "case") + " went otherwise (" + cases +
                  "), and no verdict moved: is a check too weak?",
              "  ");
  }

  void totals() {
    std::size_t killed = 0, survive = 0;
    for (const run::Mutant& mutant : run_.mutants) {
      killed += !mutant.changes.empty();
      survive += mutant.survives();
    }
    line("");
    paragraph(run_.exercise + ": " + count_of(run_.mutants.size(), "mutant") + ", " +
                  std::to_string(killed) + " change a verdict, " +
                  std::to_string(run_.mutants.size() - killed - survive) +
                  " are as good as the original, " + std::to_string(survive) + " survive.",
              "");
  }

  const run::MutantRun& run_;
  const MutantColours& colours_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string mutants_page(const run::MutantRun& run, const MutantColours& colours,
                         std::size_t width) {
  return Page(run, colours, width).write();
}

}  // namespace assay::cli
