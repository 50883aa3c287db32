#include "harness/report/html/index.h"

#include <algorithm>

#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {

HtmlIndex::HtmlIndex(const Json& graded) {
  for (const Json& test_case : graded.at("cases")) {
    cases_.emplace(test_case.at("id"), case_json_.size());
    case_json_.push_back(&test_case);
  }
  for (const Json& file : graded.at("submission").at("files")) {
    files_.emplace(file.at("path"), file_lines_.size());
    file_lines_.push_back(lines_of(file.at("text").get_ref<const std::string&>()).size());
  }
  for (const Json& fact : graded.at("evidence")) add_fact(fact);
}

void HtmlIndex::add_fact(const Json& fact) {
  const std::string id = fact.at("id");
  facts_.emplace(id, &fact);
  for (const Json& citation : fact.at("cites")) {
    if (is_of_draft(citation)) continue;
    if (citation.contains("case")) {
      std::vector<std::string>& ids = by_case_[citation.at("case")];
      if (ids.empty() || ids.back() != id) ids.push_back(id);
      continue;
    }
    const auto file = files_.find(citation.at("file"));
    if (file == files_.end()) continue;
    const std::size_t first = citation.at("line"), last = citation.at("end_line");
    if (first >= 1 && first <= file_lines_[file->second])
      ranges_.push_back({file->second, first, std::max(first, last), id});
  }
}

std::string HtmlIndex::case_anchor(std::size_t position) {
  return "c" + std::to_string(position + 1);
}

std::string HtmlIndex::request_anchor(std::size_t case_position, int seq) {
  return case_anchor(case_position) + "r" + std::to_string(seq);
}

std::string HtmlIndex::stream_anchor(std::size_t case_position, std::string_view stream) {
  return case_anchor(case_position) + "-" + std::string(stream);
}

std::string HtmlIndex::line_anchor(std::size_t file_position, std::size_t line) {
  return "f" + std::to_string(file_position + 1) + "l" + std::to_string(line);
}

std::string HtmlIndex::anchor_of_case(const std::string& id) const {
  const auto found = cases_.find(id);
  return found == cases_.end() ? std::string() : case_anchor(found->second);
}

std::string HtmlIndex::anchor_of(const Json& citation) const {
  if (is_of_draft(citation)) return {};
  if (citation.contains("file")) {
    const auto file = files_.find(citation.at("file"));
    const std::size_t line = citation.at("line");
    if (file == files_.end() || line < 1 || line > file_lines_[file->second]) return {};
    return line_anchor(file->second, line);
  }
  const auto found = cases_.find(citation.at("case"));
  if (found == cases_.end()) return {};
  const Json& test_case = *case_json_[found->second];
  if (citation.contains("request")) {
    const int seq = citation.at("request");
    const bool there = std::ranges::any_of(
        test_case.at("requests"), [seq](const Json& request) { return request.at("seq") == seq; });
    if (there) return request_anchor(found->second, seq);
  }
  if (citation.contains("stream")) {
    const std::string stream = citation.at("stream");
    const bool text = stream == "stdout" || stream == "stderr";
    const bool there = text                ? test_case.at(stream).at("text") != ""
                       : stream == "value" ? test_case.contains("value")
                                           : test_case.at("outcome").contains("exception");
    if (there) return stream_anchor(found->second, stream);
  }
  return case_anchor(found->second);
}

const Json* HtmlIndex::fact(const std::string& id) const {
  const auto found = facts_.find(id);
  return found == facts_.end() ? nullptr : found->second;
}

std::vector<std::string> HtmlIndex::facts_of_case(const std::string& id) const {
  const auto found = by_case_.find(id);
  return found == by_case_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> HtmlIndex::facts_from_line(std::size_t file_position,
                                                    std::size_t line) const {
  std::vector<std::string> ids;
  for (const Range& range : ranges_)
    if (range.file == file_position && range.first == line) ids.push_back(range.fact);
  return ids;
}

bool HtmlIndex::is_cited(std::size_t file_position, std::size_t line) const {
  return std::ranges::any_of(ranges_, [&](const Range& range) {
    return range.file == file_position && range.first <= line && line <= range.last;
  });
}

}  // namespace assay::report
