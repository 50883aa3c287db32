#include "harness/plan/home.h"

#include <cstdlib>
#include <filesystem>

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

bool is_home(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "exercises", ignored) &&
         fs::is_directory(folder / "rubrics" / "definitions", ignored);
}

}  // namespace

Result<std::string> home_folder() {
  if (const char* home = std::getenv("ASSAY_HOME"); home != nullptr && *home != '\0') {
    if (is_home(home)) return std::string(home);
    return environment_error(
        std::string("ASSAY_HOME is ") + home + ", which has no exercises/ and rubrics/definitions/",
        "set it to a folder that has them, or unset it");
  }
  std::error_code failed;
  const fs::path binary = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    for (fs::path folder = binary.parent_path(); folder != folder.root_path();
         folder = folder.parent_path())
      if (is_home(folder)) return folder.string();
    const fs::path share = binary.parent_path().parent_path() / "share" / "assay";
    if (is_home(share)) return share.string();
  }
  const fs::path here = fs::current_path(failed);
  if (!failed && is_home(here)) return here.string();
  return environment_error("the folder with exercises/ and rubrics/definitions/ is neither above " +
                               binary.string() + " nor the working folder",
                           "set ASSAY_HOME to it");
}

}  // namespace assay::plan
