// What lies on a disk beside a submission: report.json, summary.json, marks.jsonl and
// observations.jsonl, and all that is rendered from those that are taken.
//
// An input is one such file. Every reader is given it; those that it is not for refuse it.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/sha256.h"
#include "harness/marks/apply.h"
#include "harness/marks/chain.h"
#include "harness/marks/target.h"
#include "harness/report/candidate/view.h"
#include "harness/report/diff.h"
#include "harness/report/format.h"
#include "harness/report/html/summary_page.h"
#include "harness/report/reader.h"
#include "harness/report/summary.h"
#include "harness/report/terminal_case.h"
#include "harness/run/record.h"
#include "tests/fuzz/invariant.h"
#include "tests/fuzz/json_mutation.h"
#include "tests/fuzz/memory_file.h"

namespace assay::fuzz {
namespace {

std::int64_t lines_of(std::string_view text) { return 1 + std::ranges::count(text, '\n'); }

void check_error(const Error& error, std::string_view text) {
  FUZZ_CHECK(error.kind == ErrorKind::kInput, "the host is blamed: " + error.to_string());
  FUZZ_CHECK(!error.message.empty() && is_utf8(error.to_string()), "an error without words");
  FUZZ_CHECK(!error.place.file.empty(), "an error without a file");
  FUZZ_CHECK(error.place.line <= lines_of(text), "a place outside the file: " + error.to_string());
}

/// What was taken, written as Assay writes it, is taken as the same.
template <class Read>
void check_read_again(const Json& document, Read read) {
  const std::string text = dump_json(document, 1) + "\n";
  FUZZ_CHECK(is_utf8(text), "what is written is not UTF-8");
  const MemoryFile file(text);
  const Result<Json> again = read(file.path());
  FUZZ_CHECK(again.ok(), "what was taken is not taken again: " + again.error().to_string());
  FUZZ_CHECK(dump_json(*again, 1) + "\n" == text, "what was taken is read back as something else");
}

void check_rendered(const std::string& text) {
  FUZZ_CHECK(is_utf8(text), "a rendering that is not UTF-8");
  FUZZ_CHECK(text.find('\0') == std::string::npos, "a rendering with a NUL in it");
}

/// Text of a terminal: nothing but line ends moves the cursor.
void check_terminal(const std::string& text) {
  check_rendered(text);
  for (const char c : text)
    FUZZ_CHECK(c == '\n' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f'),
               "a control character for the terminal");
}

/// Nothing that a report says becomes markup of its own.
void check_page(const std::string& text) {
  check_rendered(text);
  for (const std::string_view tag : {"<script", "<b>&", "<img", "<iframe", "javascript:"})
    FUZZ_CHECK(text.find(tag) == std::string::npos, "markup from outside: " + std::string(tag));
}

void check_renderings(const Json& report) {
  for (const report::Format* format : report::all_formats()) {
    const std::string text = format->render(report, {});
    if (format->name == "terminal")
      check_terminal(text);
    else if (format->name == "html")
      check_page(text);
    else
      check_rendered(text);
  }
  for (const Json& each : report.at("graded").at("cases")) {
    const auto page = report::render_case(report, each.at("id").get<std::string>(), {});
    FUZZ_CHECK(page.ok(), "a case of the report is not found: " + page.error().to_string());
    check_terminal(*page);
  }
  const report::CandidateView view = report::candidate_view(report, "");
  check_page(report::render_candidate_html(view));
  check_terminal(report::render_candidate_terminal(view, false, 80));
  check_rendered(report::render_candidate_markdown(view));
}

/// `assay mark`, `rejudge` and `diff` write it anew, or hold it against another.
void check_uses(const Json& report) {
  for (const marks::Target& target : marks::targets_of(report.at("graded")))
    FUZZ_CHECK(marks::evidence_sha256(report.at("graded"), target).size() == 64, "no hash");
  Json marked = report;
  marks::apply(marked, {});
  check_read_again(marked, report::read_report);
  const auto diff = report::compare_reports(report, report);
  FUZZ_CHECK(diff.ok() && diff->conditions.empty() && !diff->moved(),
             "a report differs from itself");
  check_terminal(report::render_diff(*diff, "a", {}));
  const Json summary = report::summarise({report::entry_of(report)});
  check_read_again(summary, report::read_summary);
}

void check_report(const std::string& path, std::string_view text) {
  const auto report = report::read_report(path);
  if (!report.ok()) return check_error(report.error(), text);
  check_read_again(*report, report::read_report);
  check_renderings(*report);
  check_uses(*report);
}

void check_summary(const std::string& path, std::string_view text) {
  const auto summary = report::read_summary(path);
  if (!summary.ok()) return check_error(summary.error(), text);
  check_read_again(*summary, report::read_summary);
  check_terminal(report::render_summary_terminal(*summary, {}));
  check_page(report::render_summary_html(*summary));
  check_read_again(report::summarise(report::entries_of(*summary)), report::read_summary);
}

void check_chain(std::string_view text) {
  const auto chain = marks::parse_chain(text, "marks.jsonl");
  if (!chain.ok()) return check_error(chain.error(), text);
  const std::string_view whole = text.substr(0, chain->whole_bytes);
  FUZZ_CHECK(chain->whole_bytes <= text.size(), "more than there is");
  FUZZ_CHECK(std::ranges::count(whole, '\n') == static_cast<std::int64_t>(chain->marks.size()),
             "not a mark for each line");
  FUZZ_CHECK(chain->marks.empty() != chain->last_sha256.has_value(), "a hash of no line");
  std::string longer(whole);
  for (const model::Mark& mark : chain->marks) {
    const Json json = mark;
    const auto again = read_json<model::Mark>(json, "mark");
    FUZZ_CHECK(again.ok() && Json(*again) == json, "a mark is read back as another one");
  }
  if (chain->marks.empty()) return;
  model::Mark next = chain->marks.back();
  next.prev_sha256 = chain->last_sha256;
  longer += dump_json(Json(next)) + "\n";
  const auto grown = marks::parse_chain(longer, "marks.jsonl");
  FUZZ_CHECK(grown.ok() && grown->marks.size() == chain->marks.size() + 1,
             "a line that was added breaks the chain");
  // No line but the last can be changed unseen.
  longer[whole.size() / 2] = longer[whole.size() / 2] == 'x' ? 'y' : 'x';
  FUZZ_CHECK(!marks::parse_chain(longer, "marks.jsonl").ok(), "a line was changed unseen");
}

void check_record(const std::string& path, std::string_view text) {
  const auto record = run::read_record(path);
  if (!record.ok()) return check_error(record.error(), text);
  std::size_t cases = record->cases.size();
  if (record->draft) cases += record->draft->cases.size();
  FUZZ_CHECK(static_cast<std::int64_t>(cases) < lines_of(text), "more cases than lines");
  for (const auto& [id, seen] : record->cases) {
    FUZZ_CHECK(id == seen.observation.case_id, "a case under another name");
    const std::string line = dump_json(Json(seen.observation));
    const auto parsed = parse_json(line, "line");
    FUZZ_CHECK(parsed.ok(), "an observation that is no JSON");
    const auto again = read_json<model::Observation>(*parsed, "line");
    FUZZ_CHECK(again.ok() && dump_json(Json(*again)) == line, "another observation is read back");
  }
}

void check(std::string_view text) {
  const MemoryFile file(text);
  check_report(file.path(), text);
  check_summary(file.path(), text);
  check_record(file.path(), text);
  check_chain(text);
}

/// The hash of each line into the next, as `assay mark` writes them.
std::string rechained(std::vector<Json>& lines) {
  std::string text;
  Json before = nullptr;
  for (Json& line : lines) {
    if (line.is_object() && line.contains("prev_sha256")) line["prev_sha256"] = before;
    const std::string written = dump_json(line);
    before = sha256_hex(written);
    text += written + "\n";
  }
  return text;
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}

/// Documents stay documents, and chains of marks mostly stay chains.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace assay;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::Random random(seed);
  std::vector<Json> lines;
  if (auto whole = parse_json(text, "input"); whole.ok()) {
    lines.push_back(std::move(*whole));
  } else {
    for (std::size_t at = 0; at < size;) {
      const std::size_t end = std::min(text.find('\n', at), size);
      auto line = parse_json(text.substr(at, end - at), "line");
      if (!line.ok()) return size;
      lines.push_back(std::move(*line));
      at = end + 1;
    }
  }
  if (lines.empty()) return size;
  fuzz::change_json(lines[random.below(lines.size())], random, kMaxJsonDepth);
  const std::string written = fuzz::rechained(lines);
  if (written.size() > max_size) return size;
  std::copy(written.begin(), written.end(), data);
  return written.size();
}
