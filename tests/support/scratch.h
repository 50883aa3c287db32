#pragma once

// A folder of a test's own below the system's temporary folder, gone with the object.

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/base/assert.h"

namespace assay::testing {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
    ASSAY_ASSERT(::mkdtemp(pattern.data()) != nullptr, "mkdtemp");
    root_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }

  std::string path(const std::string& below = "") const {
    return below.empty() ? root_.string() : (root_ / below).string();
  }
  /// Makes the folders above it as well; gives its whole path. So does make_folder.
  std::string write(const std::string& below, const std::string& bytes) const {
    std::filesystem::create_directories((root_ / below).parent_path());
    std::ofstream(root_ / below, std::ios::binary) << bytes;
    return path(below);
  }
  std::string make_folder(const std::string& below) const {
    std::filesystem::create_directories(root_ / below);
    return path(below);
  }
  void link(const std::string& target, const std::string& below) const {
    std::filesystem::create_symlink(target, root_ / below);
  }
  std::string read(const std::string& below) const {
    std::ifstream file(root_ / below, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path root_;
};

}  // namespace assay::testing
