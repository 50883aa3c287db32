#include "harness/run/marking.h"

#include <sys/stat.h>

#include <chrono>

#include "harness/base/one_line.h"
#include "harness/base/time.h"
#include "harness/marks/apply.h"
#include "harness/marks/chain.h"
#include "harness/run/grade.h"

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

/// Which file lies under the name of the report; another one after each replacement.
struct Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t changed_ns = 0;

  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const ResultFolder& result) {
  const std::string path = result.path + "/" + std::string(kReportFile);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino,
          status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec};
}

/// Writes the report that is there with the marks laid over it, and gives it. Everything is ready
/// before it is seen to that the report is still the same, and stays so until it is written.
Result<Json> write_marked(const ResultFolder& result, const std::vector<model::Mark>& marks) {
  constexpr int kTries = 10;  // as often as a grading may replace it meanwhile
  for (int i = 0; i < kTries; ++i) {
    const Stamp stamp = stamp_of(result);
    ASSAY_TRY(Json report, read_result(result));
    marks::apply(report, marks);
    const std::vector<OutputFile> files = render_result(result, report);
    const UniqueFd lock = lock_output_of(result);
    if (stamp_of(result) != stamp) continue;
    ASSAY_CHECK(write_result(result, files));
    return report;
  }
  return input_error("the report keeps being replaced", {result.path}, "The next mark renews it.");
}

}  // namespace

std::string time_of_marking() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return format_utc(VirtualTime(std::chrono::duration_cast<std::chrono::seconds>(now)));
}

Result<marks::SavedMark> save_mark(const ResultFolder& result, const marks::Decision& decision,
                                   const marks::Marker& marker, const std::string& seen) {
  ASSAY_TRY(marks::LockedChain chain, marks::LockedChain::open(result.path));
  ASSAY_TRY(const Json report, read_result(result));
  ASSAY_CHECK(marks::check_repeated(report, chain.chain(), result.path));
  if (!seen.empty() && graded_sha256(report) != seen)
    return input_error("the submission was graded anew meanwhile, and this mark is not saved",
                       {result.path}, "Start again, to see what it would rest on now.");
  ASSAY_TRY(model::Mark mark,
            marks::mark_of(report.at("graded"), decision, marker, time_of_marking()));
  marks::SavedMark saved;
  saved.by_others = standing_of_others(report.at("graded"), chain.chain().marks, mark);
  ASSAY_TRY(saved.mark, chain.append(std::move(mark)));
  saved.notices = renew_with_marks(result, chain.chain().marks, graded_sha256(report));
  return saved;
}

std::vector<std::string> renew_with_marks(const ResultFolder& result,
                                          const std::vector<model::Mark>& marks,
                                          const std::string& marked) {
  ASSAY_ASSERT(!marks.empty(), "a report is renewed for a mark that is not in the chain");
  std::vector<std::string> notices;
  const Result<Json> report = write_marked(result, marks);
  if (!report.ok()) {
    notices.push_back("the mark is saved; the report could not be renewed: " +
                      in_one_line(report.error()));
    return notices;
  }
  if (graded_sha256(*report) != marked)
    notices.push_back(
        "the submission was graded anew meanwhile; the mark is saved, and in the new report it " +
        std::string(report->at("marks").back().at("state") == "stands"
                        ? "stands"
                        : "is reopened, since what it rests on has changed"));
  if (const Status renewed = refresh_summary(result, *report); !renewed.ok())
    notices.push_back("the mark is saved; the summary could not be renewed: " +
                      in_one_line(renewed.error()));
  return notices;
}

}  // namespace assay::run
