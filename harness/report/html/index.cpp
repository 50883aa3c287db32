#include "harness/report/html/index.h"

#include <algorithm>
#include <set>

#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

const std::vector<std::string> kNoFacts;

Side side_of(const Json& citation) {
  return is_of_draft(citation) ? Side::kDraft : Side::kSolution;
}

/// Leaves out the lines behind those that there is room for, and takes the room of the others. How
/// many were left out.
std::size_t keep_within(std::size_t& room, std::vector<std::string_view>& lines) {
  std::size_t kept = 0;
  while (kept < lines.size() && lines[kept].size() < room) room -= lines[kept++].size() + 1;
  const std::size_t left_out = lines.size() - kept;
  lines.resize(kept);
  return left_out;
}

}  // namespace

HtmlIndex::HtmlIndex(const Json& graded) : indicators_(&graded.at("indicators")) {
  for (const Json& test_case : graded.at("cases")) {
    cases_.emplace(test_case.at("id"), case_json_.size());
    case_json_.push_back(&test_case);
  }
  const std::string entry = graded.at("exercise").at("entry").at("file");
  add_files(graded.at("submission").at("files"), entry, Side::kSolution);
  if (const auto draft = graded.find("draft"); draft != graded.end()) {
    add_files(draft->at("files"), entry, Side::kDraft);
    for (const Json& test_case : draft->at("cases"))
      if (const auto found = cases_.find(test_case.at("id")); found != cases_.end())
        draft_cases_.emplace(found->second, &test_case);
  }
  for (const Json& fact : graded.at("evidence")) add_fact(fact);
  for (std::size_t i = 0; i < indicators_->size(); ++i) add_indicator(indicators_->at(i), i);
}

void HtmlIndex::add_files(const Json& files, const std::string& entry, Side side) {
  Files& added = side == Side::kDraft ? draft_files_ : files_;
  added.list.resize(files.size());
  std::size_t room = kMaxShownSourceBytes;
  const auto add = [&](std::size_t position) {
    const Json& json = files[position];
    File& file = added.list[position];
    file.lines = lines_of(text_at(json, "text"));
    file.left_out = keep_within(room, file.lines);
    if (is_python(text_at(json, "path"))) file.syntax = python_syntax(file.lines);
    file.cited.resize(file.lines.size());
  };
  for (std::size_t i = 0; i < files.size(); ++i) added.by_path.emplace(files[i].at("path"), i);
  const auto first = added.by_path.find(entry);
  if (first != added.by_path.end()) add(first->second);
  for (std::size_t i = 0; i < files.size(); ++i)
    if (first == added.by_path.end() || i != first->second) add(i);
}

const HtmlIndex::Files& HtmlIndex::files_of(const Json& citation) const {
  return side_of(citation) == Side::kDraft ? draft_files_ : files_;
}

void HtmlIndex::add_fact(const Json& fact) {
  const std::string id = fact.at("id");
  facts_.emplace(id, &fact);
  for (const Json& citation : fact.at("cites")) {
    if (citation.contains("case")) {
      std::vector<std::string>& ids = by_case_[citation.at("case")];
      if (ids.empty() || ids.back() != id) ids.push_back(id);
      continue;
    }
    const auto [first, last] = lines_cited(citation);
    if (first == 0) continue;
    Files& files = side_of(citation) == Side::kDraft ? draft_files_ : files_;
    File& file = files.list[files.by_path.at(citation.at("file"))];
    std::vector<std::string>& ids = file.starts[first];
    if (ids.empty() || ids.back() != id) ids.push_back(id);
    // Ranges overlap a lot where functions are cited whole: what is marked needs no second time.
    for (std::size_t line = first; line <= last; ++line) file.cited[line - 1] = true;
  }
}

void HtmlIndex::add_indicator(const Json& indicator, std::size_t position) {
  const auto add = [&](const Json& ids) {
    for (const Json& id : ids) {
      std::vector<std::size_t>& on = by_fact_[id];
      if (on.empty() || on.back() != position) on.push_back(position);
    }
  };
  add(indicator.at("evidence"));
  for (const Json& term : indicator.at("terms")) add(term.at("evidence"));
  if (indicator.contains("suggestion")) {
    const Json& suggestion = indicator.at("suggestion");
    add(suggestion.at("evidence"));
    if (suggestion.contains("pairs"))
      for (const Json& pair : suggestion.at("pairs"))
        for (const char* part : {"passage", "draft", "solution"}) add(pair.at(part));
  }
  if (!indicator.contains("questions")) return;
  for (const Json& question : indicator.at("questions")) add(question.at("evidence"));
}

std::string HtmlIndex::case_anchor(std::size_t position, Side side) {
  return (side == Side::kDraft ? "dc" : "c") + std::to_string(position + 1);
}

std::string HtmlIndex::request_anchor(const std::string& case_anchor, int seq) {
  return case_anchor + "r" + std::to_string(seq);
}

std::string HtmlIndex::stream_anchor(const std::string& case_anchor, std::string_view stream) {
  return case_anchor + "-" + std::string(stream);
}

std::string HtmlIndex::line_anchor(std::size_t file_position, std::size_t line, Side side) {
  return (side == Side::kDraft ? "df" : "f") + std::to_string(file_position + 1) + "l" +
         std::to_string(line);
}

std::string HtmlIndex::indicator_anchor(std::size_t position) {
  return "i" + std::to_string(position + 1);
}

std::string HtmlIndex::anchor_of_case(const std::string& id) const {
  const auto found = cases_.find(id);
  return found == cases_.end() ? std::string() : case_anchor(found->second);
}

std::pair<std::size_t, std::size_t> HtmlIndex::lines_cited(const Json& citation) const {
  const SourceFile* file = file_cited(citation);
  if (file == nullptr) return {0, 0};
  const std::int64_t first = citation.at("line"), last = citation.at("end_line");
  const auto count = static_cast<std::int64_t>(file->lines.size());
  if (first < 1 || first > count) return {0, 0};
  return {static_cast<std::size_t>(first),
          static_cast<std::size_t>(std::clamp(last, first, count))};
}

const SourceFile* HtmlIndex::file_cited(const Json& citation) const {
  const auto path = citation.find("file");
  if (path == citation.end()) return nullptr;
  const Files& files = files_of(citation);
  const auto found = files.by_path.find(path->get_ref<const std::string&>());
  return found == files.by_path.end() ? nullptr : &files.list[found->second];
}

const SourceFile& HtmlIndex::file(std::size_t position, Side side) const {
  return (side == Side::kDraft ? draft_files_ : files_).list.at(position);
}

std::string HtmlIndex::anchor_of(const Json& citation) const {
  const Side side = side_of(citation);
  if (citation.contains("file")) {
    const std::size_t line = lines_cited(citation).first;
    if (line == 0) return {};
    return line_anchor(files_of(citation).by_path.at(citation.at("file")), line, side);
  }
  const auto found = cases_.find(citation.at("case"));
  if (found == cases_.end()) return {};
  const Json* ran = side == Side::kDraft ? draft_of_case(found->second) : case_json_[found->second];
  if (ran == nullptr) return case_anchor(found->second);
  const std::string around = case_anchor(found->second, side);
  if (citation.contains("request")) {
    const int seq = citation.at("request");
    const Json& requests = ran->at("requests");
    const std::size_t listed = std::min(requests.size(), kMaxListedRequests);
    for (std::size_t i = 0; i < listed; ++i)
      if (requests[i].at("seq") == seq) return request_anchor(around, seq);
  }
  if (citation.contains("stream")) {
    const std::string stream = citation.at("stream");
    const bool text = stream == "stdout" || stream == "stderr";
    const bool there = text                ? ran->at(stream).at("text") != ""
                       : stream == "value" ? ran->contains("value")
                                           : ran->at("outcome").contains("exception");
    if (there) return stream_anchor(around, stream);
  }
  return around;
}

const Json* HtmlIndex::draft_of_case(std::size_t position) const {
  const auto found = draft_cases_.find(position);
  return found == draft_cases_.end() ? nullptr : found->second;
}

const Json* HtmlIndex::fact(const std::string& id) const {
  const auto found = facts_.find(id);
  return found == facts_.end() ? nullptr : found->second;
}

const std::vector<std::string>& HtmlIndex::facts_of_case(const std::string& id) const {
  const auto found = by_case_.find(id);
  return found == by_case_.end() ? kNoFacts : found->second;
}

const std::vector<std::string>& HtmlIndex::facts_from_line(std::size_t file_position,
                                                           std::size_t line, Side side) const {
  const File& file = (side == Side::kDraft ? draft_files_ : files_).list.at(file_position);
  const auto found = file.starts.find(line);
  return found == file.starts.end() ? kNoFacts : found->second;
}

bool HtmlIndex::is_cited(std::size_t file_position, std::size_t line, Side side) const {
  const File& file = (side == Side::kDraft ? draft_files_ : files_).list.at(file_position);
  return line >= 1 && line <= file.cited.size() && file.cited[line - 1];
}

std::vector<std::size_t> HtmlIndex::indicators_on(const std::vector<std::string>& facts) const {
  std::set<std::size_t> positions;
  for (const std::string& id : facts)
    if (const auto found = by_fact_.find(id); found != by_fact_.end())
      positions.insert(found->second.begin(), found->second.end());
  return {positions.begin(), positions.end()};
}

}  // namespace assay::report
