#pragma once

// Whether the files that a package's cases are read from have changed.
//
// In: the package's folder. Out: true once they are others than before, and were the same for one
// interval, so that whoever is writing them is through. Asks for the time, size and number of each
// file, which works on every file system; keeps nothing open. Used from one thread, which asks it
// every kLookAtFilesMs.

#include <string>

namespace assay::serve {

inline constexpr int kLookAtFilesMs = 250;

class FileWatch {
 public:
  explicit FileWatch(std::string folder);

  bool changed();

 private:
  std::string look() const;

  const std::string folder_;
  std::string known_;
  std::string seen_;  ///< at the last look
};

}  // namespace assay::serve
