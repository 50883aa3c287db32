#pragma once

// The journal of a served warehouse as a file, written while it is served: assay.journal/1, of
// which harness/report/journal.schema.json says what each line is.
//
// In: what happens, as a Watcher. Out: a line at a time, each by one write at the file's end, so
// that whoever is killed leaves all but a last line. Never writes over a file that is there. Used
// from one thread.

#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/json.h"
#include "harness/serve/watcher.h"

namespace assay::serve {

class JournalFile final : public Watcher {
 public:
  /// Makes the file. `path` empty: named after the case in the working folder, with a number where
  /// that name is taken. A `path` that is there is an input error.
  static Result<JournalFile> create(const std::string& path, const std::string& case_id);

  void begun(Run run, const ServedCase& served) override;
  void request(const News& news) override;
  void ended(Duration at) override;

  const std::string& path() const { return path_; }
  /// What could not be written, if anything: nothing behind it was.
  const Status& status() const { return status_; }

 private:
  JournalFile(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  void write(const Json& line);

  UniqueFd file_;
  std::string path_;
  Run run_ = 0;
  Status status_ = success();
};

}  // namespace assay::serve
