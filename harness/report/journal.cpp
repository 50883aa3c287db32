#include "harness/report/journal.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <fstream>
#include <map>

#include "assay_report_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/base/count.h"
#include "harness/base/unique_fd.h"
#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/timeline_page.h"

namespace assay::report {
namespace {

constexpr std::string_view kNoJournal = "this is no journal of Assay, or not all of it";
constexpr std::string_view kHint = "`assay warehouse` writes journals";

/// Puts lines together as they come.
class Assembler {
 public:
  explicit Assembler(const std::string& path) : path_(path) {}

  Status add(const std::string& line) {
    ++number_;
    const auto fail = [&](const std::string& why) {
      return input_error(std::string(kNoJournal) + ": " + why, {path_, number_},
                         std::string(kHint));
    };
    auto parsed = parse_json(line, path_);
    if (!parsed.ok()) return fail("the line is no JSON");
    static const Schema kLine(k_journal_schema_json,
                              {{"report.schema.json", k_report_schema_json}});
    if (const auto findings = kLine.check(*parsed); !findings.empty())
      return fail(findings.front().pointer + ": " + findings.front().message);
    if ((number_ == 1) != parsed->contains("schema"))
      return fail("its first line alone says what it is");
    return place(std::move(parsed).value()) ? success()
                                            : fail("the line belongs to a run that did not begin");
  }

  Json take() { return std::move(journal_); }

 private:
  /// False where it has no place.
  bool place(Json line) {
    if (line.contains("schema")) {
      journal_ = {{"exercise", line["exercise"]},
                  {"started_at", line["started_at"]},
                  {"runs", Json::array()}};
      return true;
    }
    Json& runs = journal_["runs"];
    const auto run = line["run"].get<std::size_t>();
    if (line.contains("case")) {
      if (run != runs.size() + 1) return false;
      runs.push_back({{"case", std::move(line["case"])}, {"requests", Json::array()}});
      return true;
    }
    if (run > runs.size()) return false;
    Json& target = runs[run - 1];
    if (line.contains("ended_us")) {
      target["ended_us"] = std::move(line["ended_us"]);
      return true;
    }
    Json& request = line["request"];
    for (const char* key : {"refusal", "idle_fault"})
      if (line.contains(key)) request[key] = std::move(line[key]);
    Json& requests = target["requests"];
    const auto seq = request["seq"].get<std::size_t>();
    if (seq > requests.size() + 1) return false;
    if (seq == requests.size() + 1)
      requests.push_back(std::move(request));
    else
      requests[seq - 1] = std::move(request);
    return true;
  }

  const std::string path_;
  int number_ = 0;
  Json journal_;
};

/// With the words for what a person put in.
Json told(Json requests) {
  for (Json& request : requests) {
    if (request.contains("fault") && !request.contains("rule"))
      request["fault"] = std::string(text_at(request, "fault")) + std::string(kPutIn);
    if (request.contains("idle_fault"))
      request["note"] = words_of_idle_fault(text_at(request, "idle_fault"));
  }
  return requests;
}

/// Whether a warehouse that is served holds the file. It ends with the process, however that ends.
bool is_held(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

void write_run(TerminalPage& page, const Json& run, std::size_t number, bool several, bool held) {
  const Json& test_case = run.at("case");
  page.heading(several ? "Run " + std::to_string(number) + ", in real time" : "In real time");
  page.paragraph({"clock  ", Style::kDim}, "starts at " + std::string(text_at(test_case, "now")));
  const Json requests = told(run.at("requests"));
  const std::int64_t last = write_moments(page, requests, Json::array());
  const std::string nothing(kTimeWidth, ' ');
  if (!run.contains("ended_us"))
    return page.paragraph({nothing + " └─ "},
                          held ? "the journal ends here so far: the warehouse is still served"
                               : "the journal ends here: it was not ended by hand",
                          Style::kAsk);
  const std::int64_t end = run.at("ended_us");
  write_gap(page, end - last, requests.empty() ? "without a request" : "more");
  page.paragraph({right(seconds(end), kTimeWidth) + " └─ "},
                 "the end, after " + count_of(requests.size(), "request"), Style::kBold);
}

}  // namespace

std::string words_of_idle_fault(std::string_view fault) {
  return std::string(fault) + " had nothing to change" + std::string(kPutIn);
}

bool is_journal(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  // The opening that this program writes is shorter, but for the exercise's id.
  constexpr std::size_t kMaxOpening = 4 << 10;
  std::string line(kMaxOpening, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  const auto opening = parse_json(line.substr(0, line.find('\n')), path);
  return opening.ok() && opening->is_object() && opening->value("schema", Json()) == kJournalSchema;
}

Result<Json> read_journal(const std::string& path) {
  const bool held = is_held(path);  // before it is read: what ends meanwhile may not have been read
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxJournalBytes));
  Assembler assembler(path);
  std::size_t at = 0;
  for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    ASSAY_CHECK(assembler.add(text.substr(at, end - at)));
  Json journal = assembler.take();
  if (journal.is_null()) return input_error(std::string(kNoJournal), {path}, std::string(kHint));
  if (at < text.size()) journal["cut"] = true;
  if (held) journal["held"] = true;
  return journal;
}

std::string render_journal(const Json& journal, const RenderOptions& options) {
  TerminalPage page(options);
  const Json& runs = journal.at("runs");
  page.row({{std::string(text_at(journal, "exercise")) + ", served by itself", Style::kBold}});
  page.paragraph({"begun  ", Style::kDim}, text_at(journal, "started_at"));
  if (!runs.empty()) {
    const Json& last = runs.back().at("case");
    page.paragraph({"case   ", Style::kDim},
                   std::string(text_at(last, "id")) + ": " + std::string(text_at(last, "title")));
    page.paragraph({"world  ", Style::kDim}, text_at(last, "label"));
  }
  if (journal.contains("held"))
    page.paragraph({"note   ", Style::kAsk},
                   "The warehouse is still served: it may write more to this file.");
  if (journal.contains("cut") && !journal.contains("held"))
    page.paragraph({"note   ", Style::kAsk}, "The last line of the file is cut, and left out.");
  page.paragraph({"bytes  ", Style::kDim}, "are those of an answer's head and body");
  for (std::size_t i = 0; i < runs.size(); ++i)
    write_run(page, runs[i], i + 1, runs.size() > 1, journal.contains("held"));
  return page.take();
}

}  // namespace assay::report
