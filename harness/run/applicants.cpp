#include "harness/run/applicants.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/join.hpp>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "harness/authored/document.h"
#include "harness/base/ascii.h"
#include "harness/base/count.h"
#include "harness/base/nearest_word.h"
#include "harness/base/utf8.h"
#include "rubrics/check.h"

namespace assay::run {
namespace {

constexpr std::size_t kMaxFileBytes = 16 << 20;
constexpr std::size_t kMaxCellBytes = 500;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr const char* kFile = "file";
constexpr const char* kCandidateRef = "candidate_ref";
constexpr const char* kApplicationId = "application_id";
/// Submissions without a line are told one by one up to here, and beyond it together.
constexpr std::size_t kMaxToldAlone = 3;
constexpr std::size_t kMaxNamed = 5;
constexpr const char* kColumnsHint =
    "The first line names the columns: file, and candidate_ref or application_id or both, "
    "separated by commas.";

struct Cell {
  std::string text;
  int line = 0;
  int column = 0;  ///< in characters, from 1
};

/// Takes a CSV apart, one row after the other.
class Table {
 public:
  Table(std::string_view text, const std::string& path) : text_(text), path_(path) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  /// Nothing at the end. Lines that are empty are passed over.
  Result<std::optional<std::vector<Cell>>> next() {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) step();
    std::vector<Cell> row;
    if (at_ == text_.size()) return std::optional<std::vector<Cell>>();
    for (;;) {
      ASSAY_TRY(Cell cell, next_cell());
      row.push_back(std::move(cell));
      if (at_ == text_.size() || text_[at_] != ',') break;
      step();
    }
    return std::optional(std::move(row));
  }

  Error error(const Cell& cell, const std::string& message, const std::string& hint = "") const {
    return input_error(message, {path_, cell.line, cell.column}, hint);
  }

 private:
  Result<Cell> next_cell() {
    Cell cell{.line = line_, .column = column_};
    if (at_ < text_.size() && text_[at_] == '"') {
      ASSAY_CHECK(read_quoted(cell));
    } else {
      while (at_ < text_.size() && !ends_cell(text_[at_])) cell.text += step();
    }
    if (!is_utf8(cell.text)) return error(cell, "this cell is not UTF-8", "Export it as UTF-8.");
    if (cell.text.size() > kMaxCellBytes)
      return error(cell, "this cell has more than " + std::to_string(kMaxCellBytes) + " bytes");
    return cell;
  }

  Status read_quoted(Cell& cell) {
    step();
    for (;;) {
      if (at_ == text_.size())
        return error(cell, "this quote is not closed", "A quote within quotes is written twice.");
      const char c = step();
      if (c != '"') {
        cell.text += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        cell.text += step();
      } else {
        break;
      }
    }
    if (at_ == text_.size() || ends_cell(text_[at_])) return success();
    return input_error("there is text behind a closing quote", {path_, line_, column_},
                       "A quote within quotes is written twice.");
  }

  static bool ends_cell(char c) { return c == ',' || c == '\n' || c == '\r'; }

  char step() {
    const char c = text_[at_++];
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if (!continues) {
      ++column_;
    }
    return c;
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The words of a column's name, whatever stands between them.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : lower_ascii(name)) {
    const bool between = c == '_' || c == '-' || c == ' ' || c == '.';
    if (!between)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  return words;
}

/// Word by word: as a whole, "candidate_name" is not far from candidate_ref.
bool may_be_meant(const std::string& name, const std::string& known) {
  const std::vector<std::string> found = words_of(name), wanted = words_of(known);
  if (boost::algorithm::join(found, "") == boost::algorithm::join(wanted, "")) return true;
  return std::ranges::equal(found, wanted, [](const std::string& word, const std::string& other) {
    return !nearest_word(word, {other}).empty();
  });
}

/// The heading that a column which is not there may be meant by; null where none is.
const Cell* heading_for(const std::string& known, const std::vector<Cell>& head) {
  const auto found = std::ranges::find_if(
      head, [&](const Cell& cell) { return may_be_meant(trimmed(cell.text), known); });
  return found == head.end() ? nullptr : &*found;
}

/// What separates the columns of a head that commas do not; empty where there is no telling.
std::string other_separator(const std::vector<Cell>& head) {
  if (head.size() > 1) return "";
  for (const auto& [separator, name] :
       {std::pair{';', "semicolons"}, {'\t', "tabs"}, {'|', "bars"}})
    if (head[0].text.find(separator) != std::string::npos) return name;
  return "";
}

Error no_column(const std::string& what, const std::vector<std::string>& known,
                const std::vector<Cell>& head, const Table& table) {
  if (const std::string separator = other_separator(head); !separator.empty())
    return table.error(head[0], what + ": the columns are separated by " + separator,
                       "Save the table as CSV with commas between the columns.");
  for (const std::string& name : known)
    if (const Cell* near = heading_for(name, head))
      return table.error(*near,
                         what + "; did you mean " + name + " by \"" + trimmed(near->text) + "\"?",
                         kColumnsHint);
  return table.error(head[0], what, kColumnsHint);
}

/// The columns by name.
Result<std::map<std::string, std::size_t>> columns_of(const std::vector<Cell>& head,
                                                      const Table& table) {
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const std::string name = trimmed(head[i].text);
    if (!columns.emplace(name, i).second && !name.empty())
      return table.error(head[i], "there are two columns \"" + name + "\"");
  }
  if (!columns.contains(kFile))
    return no_column("there is no column \"file\"", {kFile}, head, table);
  if (!columns.contains(kCandidateRef) && !columns.contains(kApplicationId))
    return no_column("there is no column \"candidate_ref\" and no \"application_id\"",
                     {kCandidateRef, kApplicationId}, head, table);
  return columns;
}

/// Of columns that are passed over and may be misspelt: the ids in them would be missed late.
std::vector<std::string> notices_of(const std::map<std::string, std::size_t>& columns,
                                    const std::vector<Cell>& head, const std::string& path) {
  std::vector<std::string> notices;
  for (const Cell& cell : head)
    for (const char* known : {kCandidateRef, kApplicationId}) {
      const std::string name = trimmed(cell.text);
      if (columns.contains(known) || !may_be_meant(name, known)) continue;
      notices.push_back(Place{path, cell.line}.to_string() + ": the column \"" + name +
                        "\" is not used; did you mean " + known + "?");
    }
  return notices;
}

/// "./monday//ada/" is "monday/ada".
std::string plain_path(const std::string& path) {
  std::string plain = std::filesystem::path(path).lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

bool ends_with_path(std::string_view path, std::string_view end) {
  if (!path.ends_with(end)) return false;
  return path.size() == end.size() || path[path.size() - end.size() - 1] == '/';
}

/// `cells` has as many as there are columns.
Result<ApplicantRow> row_of(const std::vector<Cell>& cells,
                            const std::map<std::string, std::size_t>& columns, const Table& table) {
  const Cell& file = cells[columns.at(kFile)];
  ApplicantRow row{file.line, file.column, plain_path(trimmed(file.text)), {}};
  if (row.file.empty()) return table.error(file, "no file is named here");
  for (const auto& [name, id] : {std::pair{kCandidateRef, &row.applicant.candidate_ref},
                                 {kApplicationId, &row.applicant.application_id}}) {
    if (!columns.contains(name)) continue;
    const Cell& cell = cells[columns.at(name)];
    *id = trimmed(cell.text);
    if (id->empty()) return table.error(cell, std::string("there is no ") + name + " here");
  }
  return row;
}

/// A table of another round names nobody: one sentence for that, not one for each.
void tell_who_has_no_ids(const std::vector<const model::Submission*>& left_out,
                         const std::string& path, Intake& intake) {
  if (left_out.size() <= kMaxToldAlone) {
    for (const model::Submission* submission : left_out)
      intake.notices.push_back(submission->origin + ": no line of " + path +
                               " names it, so its report has no ids");
    return;
  }
  std::vector<std::string> names;
  for (const model::Submission* submission : left_out) names.push_back(submission->id);
  intake.notices.push_back(std::to_string(left_out.size()) + " of " +
                           std::to_string(intake.submissions.size()) +
                           " submissions have no line in " + path +
                           ", so their reports have no ids: " + rubrics::listed(names, kMaxNamed));
}

}  // namespace

Result<ApplicantTable> parse_applicants(std::string_view text, const std::string& path) {
  Table table(text, path);
  ASSAY_TRY(const auto head, table.next());
  if (!head) return input_error("the table is empty", {path}, kColumnsHint);
  ASSAY_TRY(const auto columns, columns_of(*head, table));
  ApplicantTable applicants{.notices = notices_of(columns, *head, path)};
  for (;;) {
    ASSAY_TRY(const auto cells, table.next());
    if (!cells) return applicants;
    // What a spreadsheet leaves of rows that were emptied.
    if (std::ranges::all_of(*cells, [](const Cell& cell) { return trimmed(cell.text).empty(); }))
      continue;
    if (cells->size() != head->size())
      return table.error((*cells)[0], "this line has " + count_of(cells->size(), "cell") +
                                          ", and the first line names " +
                                          std::to_string(head->size()) + " columns");
    ASSAY_TRY(ApplicantRow row, row_of(*cells, columns, table));
    applicants.rows.push_back(std::move(row));
  }
}

Status add_applicants(const std::string& path, Intake& intake) {
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxFileBytes));
  ASSAY_TRY(const ApplicantTable table, parse_applicants(text, path));
  std::ranges::copy(table.notices, std::back_inserter(intake.notices));
  std::map<const model::Submission*, int> lines;
  for (const ApplicantRow& row : table.rows) {
    model::Submission* found = nullptr;
    const Place place{path, row.line, row.column};
    for (model::Submission& submission : intake.submissions) {
      if (!ends_with_path(plain_path(submission.origin), row.file)) continue;
      if (found != nullptr)
        return input_error("this may be " + found->origin + " or " + submission.origin, place,
                           "Name it with the folders that it lies in.");
      found = &submission;
    }
    if (found == nullptr) {
      intake.notices.push_back(place.to_string() + ": no submission is called " + row.file);
      continue;
    }
    if (const auto [it, added] = lines.emplace(found, row.line); !added)
      return input_error(
          found->origin + " is named in line " + std::to_string(it->second) + " already", place);
    found->applicant = row.applicant;
  }
  std::vector<const model::Submission*> left_out;
  for (const model::Submission& submission : intake.submissions)
    if (!lines.contains(&submission)) left_out.push_back(&submission);
  tell_who_has_no_ids(left_out, path, intake);
  return success();
}

}  // namespace assay::run
