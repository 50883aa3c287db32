#include "harness/run/marking.h"

#include <chrono>

#include "harness/base/time.h"
#include "harness/marks/apply.h"
#include "harness/marks/chain.h"

namespace assay::run {
namespace {

/// Marks of other people on the same target that stood until now.
std::vector<model::Mark> standing_of_others(const Json& graded, const std::vector<model::Mark>& all,
                                            const model::Mark& fresh) {
  std::vector<model::Mark> others;
  for (const model::AppliedMark& applied : marks::states_of(graded, all)) {
    const model::Mark& mark = applied.mark;
    if (applied.state == model::MarkState::kStands && mark.by != fresh.by &&
        mark.indicator == fresh.indicator && mark.rubric == fresh.rubric)
      others.push_back(mark);
  }
  return others;
}

}  // namespace

std::string time_of_marking() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return format_utc(VirtualTime(std::chrono::duration_cast<std::chrono::seconds>(now)));
}

Result<marks::SavedMark> save_mark(const ResultFolder& result, const marks::Decision& decision,
                                   const marks::Marker& marker, const std::string& seen) {
  ASSAY_TRY(marks::LockedChain chain, marks::LockedChain::open(result.path));
  ASSAY_TRY(Json report, read_result(result));
  ASSAY_CHECK(marks::check_repeated(report, chain.chain(), result.path));
  if (!seen.empty() && graded_sha256(report) != seen)
    return input_error("the submission was graded anew meanwhile, and this mark is not saved",
                       {result.path}, "Start again, to see what it would rest on now.");
  ASSAY_TRY(model::Mark mark,
            marks::mark_of(report.at("graded"), decision, marker, time_of_marking()));
  marks::SavedMark saved;
  saved.by_others = standing_of_others(report.at("graded"), chain.chain().marks, mark);
  ASSAY_TRY(saved.mark, chain.append(std::move(mark)));
  marks::apply(report, chain.chain().marks);
  ASSAY_CHECK(write_result(result, report));
  ASSAY_CHECK(refresh_summary(result, report));
  return saved;
}

}  // namespace assay::run
