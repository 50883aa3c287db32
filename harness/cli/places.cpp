#include "harness/cli/places.h"

#include <unistd.h>

#include <filesystem>

namespace assay::cli {

Result<std::string> own_binary() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return environment_error(
        "cannot tell where this program lies (/proc/self/exe): " + error.message(), "Mount /proc.");
  return path.string();
}

Result<std::string> find_runner(const std::string& wanted) {
  std::string path = wanted;
  if (path.empty()) {
    ASSAY_TRY(const std::string own, own_binary());
    path = (std::filesystem::path(own).parent_path() / "assay-runner").string();
  }
  if (::access(path.c_str(), X_OK) != 0)
    return environment_error(
        "assay-runner is not at " + path,
        "It is built and installed beside assay: build the target assay-runner.");
  return path;
}

}  // namespace assay::cli
