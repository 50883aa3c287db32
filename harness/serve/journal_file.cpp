#include "harness/serve/journal_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "harness/model/request_json.h"
#include "harness/report/journal.h"

namespace assay::serve {
namespace {

/// Names that are tried in a folder.
constexpr int kMaxNumber = 1'000;
constexpr mode_t kMode = 0666;  // and the umask

UniqueFd create_new(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, kMode));
}

std::string name_for(const std::string& case_id, int number) {
  return case_id + (number == 1 ? "" : "-" + std::to_string(number)) + ".journal.jsonl";
}

std::string utc_now() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return format_utc(VirtualTime(now.time_since_epoch()));
}

}  // namespace

Result<JournalFile> JournalFile::create(const std::string& path, const std::string& case_id) {
  std::string name = path;
  UniqueFd file;
  if (!path.empty()) {
    file = create_new(path);
  } else {
    for (int number = 1; number <= kMaxNumber; ++number) {
      name = name_for(case_id, number);
      file = create_new(name);
      if (file || errno != EEXIST) break;
    }
  }
  // As long as it is open others can tell that more may come.
  if (file) ::flock(file.get(), LOCK_EX | LOCK_NB);
  if (file) return JournalFile(std::move(file), std::move(name));
  if (errno == EEXIST)
    return input_error("a file of this name is there already", {name},
                       "Name another by --journal, or move it away: nothing is written over.");
  return input_error("the journal cannot be written: " + std::string(::strerror(errno)), {name},
                     "Name a file by --journal in a folder that you may write to.");
}

void JournalFile::write(const Json& line) {
  if (!status_.ok()) return;
  const std::string text = dump_json(line) + "\n";
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t n = ::write(file_.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      status_ = system_error("writing " + path_, n < 0 ? errno : ENOSPC,
                             "What is written is whole, and `assay show` reads it.");
      return;
    }
    left.remove_prefix(static_cast<std::size_t>(n));
  }
}

void JournalFile::begun(Run run, const ServedCase& served) {
  if (run == 1)
    write({{"schema", report::kJournalSchema},
           {"exercise", served.exercise},
           {"started_at", utc_now()}});
  run_ = run;
  write({{"run", run},
         {"case",
          {{"id", served.the_case.id},
           {"title", served.the_case.title},
           {"label", served.the_case.label},
           {"now", format_utc(served.the_case.now)}}}});
}

void JournalFile::request(const News& news) {
  Json line = {{"run", run_}, {"request", model::request_json(news.request)}};
  if (!news.remark.refusal.empty()) line["refusal"] = news.remark.refusal;
  if (!news.remark.idle_fault.empty()) line["idle_fault"] = news.remark.idle_fault;
  write(line);
}

void JournalFile::ended(Duration at) { write({{"run", run_}, {"ended_us", model::to_us(at)}}); }

}  // namespace assay::serve
