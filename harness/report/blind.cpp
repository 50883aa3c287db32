#include "harness/report/blind.h"

#include <algorithm>
#include <array>
#include <vector>

#include "harness/base/ascii.h"
#include "harness/base/sha256.h"

namespace assay::report {
namespace {

/// Hexadecimal digits of a reference: one pair alike in some 10^12 pairs.
constexpr std::size_t kReferenceDigits = 10;
/// Lines at the top of a text file that may be a header.
constexpr std::size_t kTextHeaderLines = 12;

constexpr std::array<std::string_view, 16> kTelling = {
    "author", "authors",  "name", "by",        "written by", "created by",
    "email",  "e-mail",   "mail", "candidate", "applicant",  "copyright",
    "github", "linkedin", "date", "contact"};

/// Lines with their ends.
std::vector<std::string_view> lines_with_ends(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos)
      end = text.size();
    else
      end += text.substr(end).starts_with("\r\n") ? 2 : 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view end_of(std::string_view line) { return line.substr(without_end(line).size()); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// "Author: …", "@author …", "By Ada King", "Copyright 2026", "ada@example.org"
bool is_telling(std::string_view line) {
  if (line.find('@') != std::string_view::npos && line.find('.') != std::string_view::npos)
    return true;
  std::string text = lower_ascii(trimmed(line));
  const std::size_t start = text.find_first_not_of("*#-_@:>\"' \t");
  if (start == std::string::npos) return false;
  text.erase(0, start);
  return std::ranges::any_of(kTelling, [&](std::string_view word) {
    if (!text.starts_with(word)) return false;
    const std::string_view rest = std::string_view(text).substr(word.size());
    const std::string_view next = trimmed(rest);
    const bool labelled = next.starts_with(':') || next.starts_with('=') || next.starts_with("**");
    const bool phrase = word == "by" || word == "written by" || word == "created by" ||
                        word == "copyright" || word == "author" || word == "candidate";
    return labelled || (phrase && (rest.empty() || rest.starts_with(' ')));
  });
}

/// PEP 263: a comment on the first two lines that says how the bytes are to be read.
bool names_encoding(std::string_view line, std::size_t index) {
  return index < 2 && (line.find("coding:") != std::string_view::npos ||
                       line.find("coding=") != std::string_view::npos);
}

/// The quotes that open a docstring, behind a prefix letter at most; empty for other code.
std::string_view opening_quotes(std::string_view line) {
  line = trimmed(line);
  if (!line.empty() && std::string_view("rRuU").find(line[0]) != std::string_view::npos)
    line.remove_prefix(1);
  const std::string_view quotes = line.substr(0, 3);
  return quotes == "\"\"\"" || quotes == "'''" ? quotes : std::string_view();
}

/// The docstring at the start of `text`, lines that tell something emptied; how much of `text` it
/// was is added to `taken`. Its quotes, and what stands around them, stay.
std::string without_telling_lines(std::string_view text, std::string_view quotes,
                                  std::size_t& taken) {
  const std::size_t open = text.find(quotes) + quotes.size();
  const std::size_t close = text.find(quotes, open);
  // Who escapes characters in it may write quotes that do not end it.
  if (close == std::string_view::npos || text.substr(0, close).find('\\') != std::string_view::npos)
    return "";
  std::string result(text.substr(0, open));
  for (const std::string_view line : lines_with_ends(text.substr(open, close - open)))
    result += is_telling(without_end(line)) ? end_of(line) : line;
  taken += close + quotes.size();
  return result + std::string(quotes);
}

std::string without_python_header(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  std::string result;
  if (text.starts_with(kMark)) {
    result = kMark;
    text.remove_prefix(kMark.size());
  }
  const auto lines = lines_with_ends(text);
  std::size_t i = 0;
  for (; i < lines.size(); ++i) {
    const std::string_view content = trimmed(without_end(lines[i]));
    if (!content.empty() && !content.starts_with('#')) break;
    result += content.empty() || names_encoding(content, i) ? lines[i] : end_of(lines[i]);
  }
  std::size_t taken = 0;
  for (std::size_t each = 0; each < i; ++each) taken += lines[each].size();
  const std::string_view quotes = i < lines.size() ? opening_quotes(lines[i]) : std::string_view();
  if (!quotes.empty()) result += without_telling_lines(text.substr(taken), quotes, taken);
  return result + std::string(text.substr(taken));
}

std::string without_text_header(std::string_view text) {
  const auto lines = lines_with_ends(text);
  const bool front_matter = !lines.empty() && without_end(lines[0]) == "---";
  std::string result;
  bool inside = front_matter;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool closes = inside && i > 0 && without_end(lines[i]) == "---";
    const bool fence = front_matter && (i == 0 || closes);
    const bool gone =
        (inside && !fence) || (i < kTextHeaderLines && is_telling(without_end(lines[i])));
    result += gone ? end_of(lines[i]) : lines[i];
    if (closes) inside = false;
  }
  // What never ends was no front matter.
  return inside ? std::string(text) : result;
}

}  // namespace

std::string without_header(std::string_view path, std::string_view text) {
  if (path.ends_with(".py")) return without_python_header(text);
  if (path.ends_with(".md") || path.ends_with(".txt") || path.ends_with(".rst"))
    return without_text_header(text);
  return std::string(text);
}

std::string blind_reference(std::string_view submission_sha256) {
  // Not the hash itself, which stands in reports and could be looked up by who has the files.
  return "c-" +
         sha256_hex("assay.blind/1\n" + std::string(submission_sha256)).substr(0, kReferenceDigits);
}

Json blinded(Json report) {
  Json& graded = report.at("graded");
  Json& submission = graded.at("submission");
  submission["id"] = blind_reference(submission.at("sha256").get<std::string>());
  for (Json& file : submission.at("files"))
    file["text"] =
        without_header(file.at("path").get<std::string>(), file.at("text").get<std::string>());
  std::size_t number = 0;
  for (Json& refusal : graded.at("intake")) refusal["path"] = "file " + std::to_string(++number);
  report["context"] = Json::object();
  return report;
}

}  // namespace assay::report
