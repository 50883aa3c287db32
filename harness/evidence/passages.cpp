#include "harness/evidence/passages.h"

#include <string>
#include <string_view>

#include "harness/base/utf8.h"
#include "harness/evidence/text.h"

namespace assay::evidence {
namespace {

constexpr std::size_t kMaxLines = 5'000;

std::string_view without_indent(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t>");
  return at == std::string_view::npos ? std::string_view() : line.substr(at);
}

/// Length of what marks an item of a list at the beginning of `line`; 0 where nothing does.
std::size_t bullet(std::string_view line) {
  for (const std::string_view mark : {"- ", "* ", "+ ", "•", "‣", "–", "—", "・", "·", "◦"})
    if (line.starts_with(mark)) return mark.size();
  std::size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
  if (digits == 0 || digits > 3) return 0;
  const std::string_view rest = line.substr(digits);
  const bool numbered = rest.starts_with(". ") || rest.starts_with(") ") || rest.starts_with("、");
  return numbered ? digits + 1 : 0;
}

/// "|---|---|" and "-----": lines that only draw.
bool only_draws(std::string_view line) {
  return !line.empty() && line.find_first_not_of("|-=:+*_ ") == std::string_view::npos;
}

bool is_heading(std::string_view line) { return line.starts_with('#'); }
bool is_row(std::string_view line) { return line.starts_with('|'); }
bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

class Splitter {
 public:
  explicit Splitter(std::string file) : file_(std::move(file)) {}

  void take(std::string_view whole, int number) {
    const std::string_view line = without_indent(whole);
    if (is_fence(line)) {
      in_code_ = !in_code_;
      extend(line, number);
      return;
    }
    // Code belongs to what is said around it.
    if (in_code_) return extend(line, number);
    if (line.empty() || only_draws(line)) return end();
    if (is_heading(line) || is_row(line) || bullet(line) > 0) end();
    extend(line, number);
    if (is_heading(line) || is_row(line)) end();
  }

  std::vector<rubrics::PassageFact> finish() {
    end();
    return std::move(passages_);
  }

 private:
  void extend(std::string_view line, int number) {
    if (open_.line == 0) open_.line = number;
    open_.end_line = number;
    if (!open_.text.empty()) open_.text += ' ';
    if (open_.text.size() < kMaxPassageBytes) open_.text += line;
  }

  void end() {
    if (open_.line == 0) return;
    open_.file = file_;
    open_.text = on_one_line(clip(open_.text, kMaxPassageBytes));
    if (passages_.size() < kMaxPassages) passages_.push_back(std::move(open_));
    open_ = {};
  }

  std::string file_;
  bool in_code_ = false;
  rubrics::PassageFact open_;
  std::vector<rubrics::PassageFact> passages_;
};

}  // namespace

std::vector<rubrics::PassageFact> passages_of(const model::SourceFile& review) {
  Splitter splitter(review.path);
  const std::string text = to_valid_utf8(review.bytes);
  std::string_view rest = text;
  for (int number = 1; !rest.empty() && number <= static_cast<int>(kMaxLines); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    splitter.take(line, number);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return splitter.finish();
}

}  // namespace assay::evidence
