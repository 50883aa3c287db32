#include "harness/serve/served_case.h"

#include <algorithm>

#include "harness/base/nearest_word.h"
#include "harness/plan/loader.h"
#include "harness/run/task.h"

namespace assay::serve {
namespace {

/// A line for each, with a line break at its end.
std::string cases_of(const plan::Package& package, const std::string& indent) {
  std::size_t width = 0;
  for (const model::Case& each : package.cases) width = std::max(width, each.id.size());
  std::string list;
  for (const model::Case& each : package.cases)
    list += indent + each.id + std::string(width - each.id.size() + 2, ' ') + each.title + "\n";
  return list;
}

Error no_such_case(const plan::Package& package, const std::string& id) {
  std::vector<std::string> ids;
  for (const model::Case& each : package.cases) ids.push_back(each.id);
  const std::string near = nearest_word(id, ids);
  return input_error("there is no case \"" + to_valid_utf8(id) + "\" in " + package.exercise.folder,
                     {},
                     near.empty() ? "there are:\n" + cases_of(package, "    ")
                                  : "did you mean " + near + "? Without --case all are listed.");
}

Result<plan::Package> package_with_warehouse(const Wanted& wanted) {
  ASSAY_TRY(plan::Package package, plan::load(wanted.exercise, wanted.variant));
  if (!package.exercise.needs_warehouse)
    return input_error("the exercise " + package.exercise.id + " has no warehouse", {},
                       "Its cases call a function with arguments and nothing else.");
  return package;
}

}  // namespace

Result<std::string> list_cases(const Wanted& wanted) {
  ASSAY_TRY(const plan::Package package, package_with_warehouse(wanted));
  return cases_of(package, "");
}

Result<ServedCase> find_case(const Wanted& wanted) {
  ASSAY_TRY(const plan::Package package, package_with_warehouse(wanted));
  if (wanted.case_id.empty())
    return input_error("--case is missing: a warehouse is that of one case", {},
                       "Without any other option all cases are listed.");
  const auto found = std::ranges::find(package.cases, wanted.case_id, &model::Case::id);
  if (found == package.cases.end()) return no_such_case(package, wanted.case_id);
  const model::Plan plan = plan::make_plan(package, wanted.seed);
  return ServedCase{.exercise = package.exercise.id,
                    .folder = package.exercise.folder,
                    .entry = package.exercise.entry,
                    .environment = model::environment_of(plan, *found),
                    .seed = run::case_seed(wanted.seed, *found),
                    .the_case = *found};
}

bool same_service(const ServedCase& a, const ServedCase& b) {
  return a.the_case.now == b.the_case.now && a.the_case.world == b.the_case.world &&
         a.the_case.script == b.the_case.script && a.the_case.arguments == b.the_case.arguments &&
         a.environment == b.environment;
}

}  // namespace assay::serve
