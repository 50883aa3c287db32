#include "harness/report/notebook.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

// What sandboxes/runner says of a notebook and writes in front of each of its cells.
constexpr std::string_view kTakenNote = "its code cells are taken";
constexpr std::string_view kRenamedNote = "taken as ";
constexpr std::string_view kCellMark = "# cell ";
constexpr std::string_view kNotebookSuffix = ".ipynb";

std::string_view without_folders(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// "analysis" of "week/analysis.ipynb".
std::string_view stem_of(std::string_view path) {
  path = without_folders(path);
  return path.substr(0, path.rfind('.'));
}

/// The notebook that a file was made from; empty where it is none's. Without its name, as where
/// names were taken away, "a notebook".
std::string notebook_of(const Json& graded, std::string_view file) {
  std::string_view before = file;  // the file's name before it was taken as the entry file
  for (const Json& entry : graded.at("intake"))
    if (entry.contains("note") &&
        text_at(entry, "note") == std::string(kRenamedNote) + std::string(file))
      before = text_at(entry, "path");
  bool nameless = false;
  for (const Json& entry : graded.at("intake")) {
    if (!entry.contains("note") || !text_at(entry, "note").starts_with(kTakenNote)) continue;
    const std::string_view path = text_at(entry, "path");
    if (!path.ends_with(kNotebookSuffix))
      nameless = true;
    else if (stem_of(path) == stem_of(before))
      return std::string(without_folders(path));
  }
  return nameless ? "a notebook" : "";
}

/// The number of a line that stands in front of a cell.
std::optional<int> cell_begun_by(std::string_view line) {
  if (!line.starts_with(kCellMark)) return std::nullopt;
  line.remove_prefix(kCellMark.size());
  int number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
  return number;
}

struct InCell {
  int cell = 0;
  int line = 0;  ///< within the cell; 0 is the line in front of it
};

/// Cells are numbered upwards, so a comment that only looks like the beginning of one is none.
std::optional<InCell> find_cell(std::string_view text, std::int64_t wanted) {
  std::optional<InCell> at;
  std::int64_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    const auto begun = cell_begun_by(line);
    if (number == 0 && !begun) return std::nullopt;
    if (begun && (!at || *begun > at->cell))
      at = InCell{*begun, 0};
    else
      ++at->line;
    if (++number == wanted) return at;
  }
  return std::nullopt;
}

}  // namespace

std::string words_of_cell(const Json& graded, const Json& citation) {
  if (!citation.contains("file") || is_of_draft(citation)) return {};
  const std::string_view file = text_at(citation, "file");
  const std::string notebook = notebook_of(graded, file);
  const Json* source = find_by(graded.at("submission").at("files"), "path", file);
  if (notebook.empty() || source == nullptr) return {};
  const std::string_view text = text_at(*source, "text");
  const auto first = find_cell(text, citation.at("line").get<std::int64_t>());
  const auto last = find_cell(text, citation.at("end_line").get<std::int64_t>());
  if (!first || !last) return {};
  std::string words = "cell " + std::to_string(first->cell);
  if (last->cell != first->cell)
    words = "cells " + std::to_string(first->cell) + "-" + std::to_string(last->cell);
  else if (first->line > 0 && first->line == last->line)
    words += ", line " + std::to_string(first->line);
  else if (first->line > 0)
    words += ", lines " + std::to_string(first->line) + "-" + std::to_string(last->line);
  return words + " of " + notebook;
}

std::string words_of_place(const Json& graded, const Json& citation) {
  const std::string cell = words_of_cell(graded, citation);
  const std::string words = words_of_citation(citation);
  return cell.empty() ? words : cell + " (" + words + ")";
}

}  // namespace assay::report
