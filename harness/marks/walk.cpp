#include "harness/marks/walk.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "harness/marks/chain.h"
#include "harness/marks/page.h"
#include "harness/report/text.h"

namespace assay::marks {
namespace {

using model::Verdict;

constexpr std::string_view kBell = "\a";
struct Key {
  std::string_view key;
  std::string_view words;
};
constexpr std::array kKeys = {Key{"o", "observed"},      Key{"n", "not observed"},
                              Key{"x", "not exercised"}, Key{"e", "evidence"},
                              Key{"a", "all verdicts"},  Key{"h", "somebody else decides"},
                              Key{"s", "skip"},          Key{"b", "back"},
                              Key{"q", "leave"},         Key{"?", "explains"}};
constexpr std::array kExplained = {
    Key{"o", "the evidence, or what the candidate said, shows it"},
    Key{"n", "it shows that it is not so"},
    Key{"x", "nothing could show it either way"},
    Key{"h", "it stays open, and the report says that a person looked"},
    Key{"e", "the source lines and cases that are cited here, in full"},
    Key{"a",
        "goes on with what the machine decided in this submission: a mark there overrides it, "
        "and the report keeps both"},
    Key{"s", "skips; b goes back, to change a mark also; q leaves: what is saved is saved"}};

/// Narrower than this nothing is laid out.
constexpr std::size_t kMinWidth = 24;

std::size_t width_of(const report::RenderOptions& how) {
  return std::max(static_cast<std::size_t>(std::max(how.width, 0)), kMinWidth);
}

/// The keys in columns, as many side by side as there is room for.
std::string keys_prompt(const report::RenderOptions& how) {
  constexpr std::size_t kColumn = 21;
  std::string text = "\n", line;
  for (const Key& key : kKeys) {
    const std::string item = "  " + std::string(key.key) + " " + std::string(key.words);
    std::size_t at = line.empty() ? 0 : (line.size() / kColumn + 1) * kColumn;
    if (at + item.size() > width_of(how)) {
      text += line + "\n";
      line.clear();
      at = 0;
    }
    line.resize(at, ' ');
    line += item;
  }
  return text + line + "\n> ";
}

std::string help_prompt(const report::RenderOptions& how) {
  constexpr std::size_t kIndent = 5;
  std::string text = "\n";
  for (const Key& key : kExplained) {
    std::string lead = "  " + std::string(key.key) + "  ";
    for (const std::string& line : report::wrap(key.words, width_of(how) - kIndent)) {
      text += lead + line + "\n";
      lead.assign(kIndent, ' ');
    }
  }
  return text + "> ";
}

constexpr std::string_view kAfterKeys = "\nAny key goes on; b marks it again; q leaves.\n> ";

std::string reasons_prompt() {
  std::string text = "\nWhat does it rest on? (Esc goes back)\n";
  char digit = '1';
  for (const model::ReasonCode& reason : model::reason_codes())
    text += std::string("  ") + digit++ + " " + std::string(reason.words) + "\n";
  return text + "> ";
}

std::optional<Verdict> verdict_of_key(std::string_view key) {
  if (key == "o") return Verdict::kObserved;
  if (key == "n") return Verdict::kNotObserved;
  if (key == "x") return Verdict::kNotExercised;
  if (key == "h") return Verdict::kNeedsHuman;
  return std::nullopt;
}

/// Takes the last character off, and off the screen.
std::string erase_last(std::string& text) {
  if (text.empty()) return "";
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  const std::size_t columns = report::display_width(report::visible(text.substr(at)));
  text.resize(at);
  std::string echo;
  for (std::size_t i = 0; i < columns; ++i) echo += "\b \b";
  return echo;
}

std::string position(const std::vector<Stop>& stops, std::size_t at) {
  std::vector<std::string> folders;
  for (const Stop& stop : stops)
    if (std::ranges::find(folders, stop.folder) == folders.end()) folders.push_back(stop.folder);
  const auto of = std::ranges::find(folders, stops[at].folder) - folders.begin() + 1;
  std::string text = stops[at].name;
  if (folders.size() > 1)
    text += " (" + std::to_string(of) + " of " + std::to_string(folders.size()) + " submissions)";
  return text + ", " + std::to_string(at + 1) + " of " + std::to_string(stops.size()) +
         " to decide";
}

}  // namespace

Result<std::string> Walk::begin() {
  if (!stops_.empty()) return show_target();
  state_ = State::kDone;
  return std::string("Nothing is left to decide.\n");
}

Result<std::string> Walk::press(std::string_view key) {
  ASSAY_ASSERT(done() || !opened_.empty(), "a key is pressed before there is something to decide");
  switch (state_) {
    case State::kTarget:
      return on_target(key);
    case State::kReason:
      return on_reason(key);
    case State::kText:
      return on_text(key);
    case State::kAfter:
      return on_after(key);
    case State::kDone:
      break;
  }
  return std::string();
}

Result<std::string> Walk::show_target() {
  const Stop& stop = stops_[at_];
  state_ = State::kTarget;
  if (opened_ != stop.folder) {
    ASSAY_TRY(report_, desk_.open(stop.folder));
    opened_ = stop.folder;
    targets_ = targets_of(report_.at("graded"));
  }
  const Target* found = find_target(targets_, stop.rubric, stop.indicator);
  if (found == nullptr)
    return input_error("the report has no indicator " + stop.indicator + " any more", {stop.folder},
                       "It was graded anew meanwhile: start again.");
  target_ = static_cast<std::size_t>(found - targets_.data());
  decision_ = {};
  decision_.rubric = stop.rubric;
  decision_.indicator = stop.indicator;
  return render_target(report_.at("graded"), target(), position(stops_, at_), how_) +
         keys_prompt(how_);
}

Result<std::string> Walk::on_target(std::string_view key) {
  if (const auto verdict = verdict_of_key(key)) {
    decision_.human = *verdict;
    state_ = State::kReason;
    return verdict_in_words(target().polarity, *verdict) + "\n" + reasons_prompt();
  }
  if (key == "e") return render_evidence(report_.at("graded"), target(), how_) + keys_prompt(how_);
  if (key == "a") return add_decided_ones();
  if (key == "s" || key == kEnter) return go(1);
  if (key == "b") return at_ == 0 ? std::string(kBell) : go(-1);
  if (key == "q") {
    state_ = State::kDone;
    return std::string("\n");
  }
  return key == "?" ? help_prompt(how_) : std::string(kBell);
}

Result<std::string> Walk::on_reason(std::string_view key) {
  if (key == kEscape || key == "b") return show_target();
  const auto reasons = model::reason_codes();
  const std::size_t index =
      key.size() == 1 && key[0] >= '1' ? static_cast<std::size_t>(key[0] - '1') : reasons.size();
  if (index >= reasons.size()) return std::string(kBell);
  decision_.reason_code = reasons[index].code;
  decision_.text.clear();
  return ask_for_text();
}

Result<std::string> Walk::ask_for_text() {
  const bool needed =
      needs_text(target(), decision_.human, *model::find_reason(decision_.reason_code));
  state_ = State::kText;
  return decision_.reason_code + "\n\n" +
         (needed ? "Why, in a sentence? (Enter saves, Esc goes back)\n> "
                 : "Anything to add? (Enter saves, also an empty line; Esc goes back)\n> ");
}

Result<std::string> Walk::on_text(std::string_view key) {
  std::string& text = decision_.text;
  if (key == kEnter) return save();
  if (key == kEscape) return show_target();
  if (key == kBackspace) return erase_last(text);
  if (key == kEraseLine) {
    std::string echo;
    while (!text.empty()) echo += erase_last(text);
    return echo;
  }
  const bool control = key.size() == 1 && static_cast<unsigned char>(key[0]) < ' ';
  if (control || text.size() + key.size() > kMaxMarkText || to_valid_utf8(key) != key)
    return std::string(kBell);
  text += key;
  return report::visible(key);
}

Result<std::string> Walk::save() {
  const model::ReasonCode& reason = *model::find_reason(decision_.reason_code);
  const bool blank = decision_.text.find_first_not_of(' ') == std::string::npos;
  if (blank && needs_text(target(), decision_.human, reason))
    return std::string(kBell) + "\nThis needs a sentence, for whoever reads it later.\n> " +
           report::visible(decision_.text);
  ASSAY_TRY(const SavedMark saved, desk_.save(stops_[at_].folder, decision_));
  ++saved_;
  state_ = State::kAfter;
  return "\n" + render_saved(report_.at("graded"), target(), saved, how_) + std::string(kAfterKeys);
}

Result<std::string> Walk::on_after(std::string_view key) {
  if (key == "b") return show_target();
  if (key == "q") {
    state_ = State::kDone;
    return std::string("\n");
  }
  return go(1);
}

Result<std::string> Walk::go(std::ptrdiff_t by) {
  at_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at_) + by);
  if (at_ < stops_.size()) return show_target();
  state_ = State::kDone;
  return std::string("\nThat was the last.\n");
}

Result<std::string> Walk::add_decided_ones() {
  const Stop here = stops_[at_];
  std::vector<Stop> more;
  for (const Target& each : targets_) {
    const bool there = std::ranges::any_of(stops_, [&](const Stop& stop) {
      return stop.folder == here.folder && stop.rubric == each.rubric && stop.indicator == each.id;
    });
    if (!there) more.push_back({here.folder, here.name, each.rubric, each.id});
  }
  if (more.empty()) return std::string(kBell);
  stops_.insert(stops_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, more.begin(), more.end());
  return go(1);
}

}  // namespace assay::marks
