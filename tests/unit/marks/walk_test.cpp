#include "harness/marks/walk.h"

#include <doctest/doctest.h>

#include <map>

#include "harness/marks/chain.h"
#include "tests/unit/marks/support.h"

namespace assay::marks {
namespace {

using model::Verdict;

/// Keeps what is saved, and can be told to fail.
class FakeDesk final : public Desk {
 public:
  Result<Json> open(const std::string&) override {
    ++opened;
    return sound_report();
  }
  Result<SavedMark> save(const std::string& folder, const Decision& decision) override {
    if (fails) return input_error("the disk is full");
    saved.emplace_back(folder, decision);
    SavedMark result;
    result.mark = mark_on(sound_report(), decision);
    result.by_others = others;
    result.notices = notices;
    return result;
  }

  std::vector<std::pair<std::string, Decision>> saved;
  std::vector<model::Mark> others;
  std::vector<std::string> notices;
  int opened = 0;
  bool fails = false;
};

/// No sentence is broken into lines.
constexpr report::RenderOptions kWide{.colour = false, .width = 10'000};

const std::vector<Stop> kStops = {{"one", "s-1", "data_engineer_coding_test", "structured_status"},
                                  {"one", "s-1", "data_engineer_coding_test", "cannot_explain"},
                                  {"two", "s-2", "data_engineer_coding_test", "structured_status"}};

/// Presses one key for each character; what was shown after the last.
std::string press(Walk& walk, std::string_view keys) {
  std::string shown;
  for (const char& key : keys) shown = walk.press(std::string_view(&key, 1)).value();
  return shown;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("what happened beside the saving is said, and the mark is saved") {
  FakeDesk desk;
  desk.notices = {"the mark is saved; the summary could not be renewed: a disk"};
  Walk walk(kStops, desk, kWide);
  REQUIRE(walk.begin().ok());
  const std::string shown = press(walk, "o4looked\n");
  CHECK(contains(shown, "Saved: observed"));
  CHECK(contains(shown, "Note: the mark is saved; the summary could not be renewed: a disk"));
  CHECK_EQ(walk.saved(), 1);
}

TEST_CASE("a verdict, a reason and Enter make a mark") {
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  CHECK(contains(walk.begin().value(), "Returns structured, actionable status"));
  press(walk, "o4looked\n");
  REQUIRE_EQ(desk.saved.size(), 1);
  const Decision& decision = desk.saved[0].second;
  CHECK_EQ(decision.indicator, "structured_status");
  CHECK_EQ(decision.human, Verdict::kObserved);
  CHECK_EQ(decision.reason_code, "record");
  CHECK_EQ(decision.text, "looked");
  CHECK(contains(press(walk, " "), "Cannot explain state transitions"));
  CHECK_EQ(desk.opened, 1);
  press(walk, "n1\n ");
  CHECK_EQ(desk.opened, 2);
  CHECK(contains(press(walk, "x1\n "), "That was the last"));
  CHECK(walk.done());
  CHECK_EQ(walk.saved(), 3);
}

TEST_CASE("what the machine suggests is shown once the mark is saved, and never before") {
  const std::string suggestion = "only broken transfers lack a result";
  REQUIRE(contains(dump_json(sound_report()), suggestion));
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  std::string before = walk.begin().value();
  for (const std::string_view key : {"e", "?", "a", "b", "o", "4", "w"}) before += press(walk, key);
  CHECK_FALSE(contains(before, suggestion));
  CHECK_FALSE(contains(before, "would have said"));
  CHECK(contains(press(walk, "\n"), suggestion));
}

TEST_CASE("marks of others are shown once the mark is saved, and never before") {
  FakeDesk desk;
  desk.others = {
      mark_on(sound_report(), decision("structured_status", Verdict::kNotObserved), "bob")};
  Walk walk(kStops, desk, kWide);
  CHECK_FALSE(contains(walk.begin().value(), "bob"));
  CHECK_FALSE(contains(press(walk, "o4"), "bob"));
  CHECK(contains(press(walk, "\n"), "bob"));
}

TEST_CASE("one can skip, go back, change one's mind and mark again") {
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  (void)walk.begin().value();
  CHECK(contains(press(walk, "s"), "Cannot explain"));
  CHECK(contains(press(walk, "b"), "Returns structured"));
  CHECK_EQ(press(walk, "b"), "\a");
  press(walk, "o");
  CHECK(contains(press(walk, "\x1b"), "Returns structured"));  // not that verdict after all
  press(walk, "n4no");
  CHECK(contains(press(walk, "\x1b"), "Returns structured"));
  CHECK_EQ(desk.saved.size(), 0);
  press(walk, "n4\n");
  CHECK(contains(press(walk, "b"), "Returns structured"));
  press(walk, "o4\n");
  REQUIRE_EQ(desk.saved.size(), 2);
  CHECK_EQ(desk.saved[1].second.human, Verdict::kObserved);
}

TEST_CASE("leaving midway saves nothing that was not finished") {
  for (const char* keys : {"q", "sq", "o4\nq"}) {
    FakeDesk desk;
    Walk walk(kStops, desk, kWide);
    (void)walk.begin().value();
    press(walk, keys);
    CHECK(walk.done());
    CHECK_EQ(desk.saved.size(), std::string_view(keys).size() > 2 ? 1 : 0);
  }
}

TEST_CASE("a reason that needs a sentence does not save without one") {
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  (void)walk.begin().value();
  press(walk, "o8");
  CHECK(contains(press(walk, "  \n"), "needs a sentence"));
  CHECK_EQ(desk.saved.size(), 0);
  press(walk, "seen by two\n");
  CHECK_EQ(desk.saved.size(), 1);
}

TEST_CASE("text is edited by character, whatever its width, and control keys do nothing to it") {
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  (void)walk.begin().value();
  press(walk, "o4ab");
  CHECK_EQ(walk.press("漢").value(), "漢");
  CHECK_EQ(walk.press(kBackspace).value(), "\b \b\b \b");
  CHECK_EQ(walk.press("\x01").value(), "\a");
  CHECK_EQ(walk.press("\xff").value(), "\a");
  CHECK_EQ(walk.press("é").value(), "é");
  press(walk, "\n");
  REQUIRE_EQ(desk.saved.size(), 1);
  CHECK_EQ(desk.saved[0].second.text, "abé");
  press(walk, "bo4xyz");
  CHECK_EQ(walk.press(kEraseLine).value(), "\b \b\b \b\b \b");
  press(walk, "\n");
  CHECK_EQ(desk.saved[1].second.text, "");
  press(walk, "bo4");
  for (std::size_t i = 0; i < kMaxMarkText; ++i) press(walk, "x");
  CHECK_EQ(press(walk, "x"), "\a");
}

TEST_CASE("the machine's verdicts of a submission can be gone through to override one") {
  FakeDesk desk;
  Walk walk(kStops, desk, kWide);
  (void)walk.begin().value();
  const std::string page = press(walk, "a");
  CHECK(contains(page, "Clear separation of API call and validation logic"));
  CHECK(contains(page, "The machine decided: observed."));
  press(walk, "n6");
  CHECK(contains(press(walk, "\n"), "needs a sentence"));
  press(walk, "misread\n");
  REQUIRE_EQ(desk.saved.size(), 1);
  CHECK_EQ(desk.saved[0].second.indicator, "separation");
  CHECK_EQ(desk.saved[0].second.reason_code, "check_wrong");
}

TEST_CASE("an error in saving ends the walk with that error") {
  FakeDesk desk;
  desk.fails = true;
  Walk walk(kStops, desk, kWide);
  (void)walk.begin().value();
  press(walk, "o4");
  const auto result = walk.press(kEnter);
  REQUIRE_FALSE(result.ok());
  CHECK_EQ(walk.saved(), 0);
}

TEST_CASE("nothing to decide is done at once") {
  FakeDesk desk;
  Walk walk({}, desk, {});
  CHECK(contains(walk.begin().value(), "Nothing is left"));
  CHECK(walk.done());
}

TEST_CASE("no page is wider than the terminal") {
  for (const std::size_t width : {60, 80}) {
    FakeDesk desk;
    Walk walk(kStops, desk, {.colour = false, .width = static_cast<int>(width)});
    std::string all = walk.begin().value();
    for (const std::string_view key : {"e", "?", "o", "8", "t", "\n", "b"}) all += press(walk, key);
    std::size_t columns = 0;
    for (const char c : all) {
      if (c == '\n')
        columns = 0;
      else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
        ++columns;
      CHECK_LE(columns, width);
    }
  }
}

}  // namespace
}  // namespace assay::marks
