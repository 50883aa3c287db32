#include "harness/evidence/untouched.h"

#include <algorithm>
#include <string_view>

#include "rubrics/engine.h"
#include "rubrics/overall.h"

namespace assay::evidence {
namespace {

/// The lines in which there is something, without what is no work of anybody's.
std::vector<std::string_view> lines_with_work(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF", kBlank = " \t\r\f";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto last = line.find_last_not_of(kBlank); last != std::string_view::npos)
      lines.push_back(line.substr(0, last + 1));
  }
  return lines;
}

bool is_given(const model::SourceFile& file, const std::vector<model::SourceFile>& starter) {
  const auto given = std::ranges::find(starter, file.path, &model::SourceFile::path);
  return given != starter.end() && lines_with_work(given->bytes) == lines_with_work(file.bytes);
}

std::string reason_of(const UntouchedStarter& untouched, const model::EntryPoint& entry) {
  const std::string reason = entry.file +
                             " is the starter as it was given: nothing was written into " +
                             entry.function + ".";
  if (untouched.others.empty()) return reason + " Did the candidate mean to hand in another file?";
  return reason + " Is the work in " + rubrics::listed(untouched.others) + "?";
}

}  // namespace

std::optional<UntouchedStarter> find_untouched_starter(
    const std::string& entry_file, const std::vector<model::SourceFile>& handed_in,
    const std::vector<model::SourceFile>& starter) {
  const auto entry = std::ranges::find(handed_in, entry_file, &model::SourceFile::path);
  if (entry == handed_in.end() || !is_given(*entry, starter)) return std::nullopt;
  UntouchedStarter untouched;
  untouched.lines = std::max<int>(
      1, static_cast<int>(std::ranges::count(entry->bytes, '\n')) + !entry->bytes.ends_with('\n'));
  for (const model::SourceFile& file : handed_in)
    if (file.path.ends_with(".py") && !is_given(file, starter))
      untouched.others.push_back(file.path);
  return untouched;
}

model::Judgement judge_untouched(const model::Exercise& exercise,
                                 const std::vector<rubrics::Rubric>& rubrics, model::Level level,
                                 const UntouchedStarter& untouched) {
  const std::string& file = exercise.entry.file;
  model::Judgement judgement;
  judgement.gradable = {false, reason_of(untouched, exercise.entry)};
  judgement.evidence = {{"e1",
                         "source",
                         file + " has the lines of the starter's, and no others.",
                         Json::object(),
                         {model::Citation::of_source(file, 1, untouched.lines)}}};
  for (const rubrics::Rubric& rubric : rubrics)
    for (model::Indicator& indicator : rubrics::decide_nothing(
             rubric, exercise.asks, model::Verdict::kNotExercised, judgement.gradable.reason)) {
      indicator.evidence = {judgement.evidence.front().id};
      judgement.indicators.push_back(std::move(indicator));
    }
  judgement.overall = rubrics::not_gradable(rubrics.front(), level);
  return judgement;
}

}  // namespace assay::evidence
