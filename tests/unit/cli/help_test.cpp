#include "harness/cli/help.h"

#include <doctest/doctest.h>

#include "harness/cli/command.h"

namespace assay::cli {
namespace {

TEST_CASE("text is wrapped at spaces, and a long word stays whole") {
  CHECK(wrap("one two three", "  ", 9) == "  one two\n  three");
  CHECK(wrap("a-word-that-is-long short", "", 6) == "a-word-that-is-long\nshort");
  CHECK(wrap("one\ntwo", "", 80) == "one two");
  CHECK(wrap("", "  ", 80) == "  ");
}

TEST_CASE("every command says what it does in one line without a full stop") {
  CHECK(all_commands().size() >= 5);
  for (const Command* command : all_commands()) {
    CAPTURE(command->name);
    CHECK(!command->summary.empty());
    CHECK(command->summary.find('\n') == std::string_view::npos);
    CHECK(!command->summary.ends_with('.'));
  }
}

}  // namespace
}  // namespace assay::cli
