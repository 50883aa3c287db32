// Text of ours: letters, and errors within a sentence.

#include <doctest/doctest.h>

#include "harness/base/ascii.h"
#include "harness/base/one_line.h"

namespace assay {
namespace {

TEST_CASE("ASCII letters are lowered, and no others") {
  CHECK(lower_ascii("Ada_KING-2.py @[`{") == "ada_king-2.py @[`{");
  CHECK(lower_ascii("\u00c4\u0130\xC4\xFF") == "\u00c4\u0130\xC4\xFF");
  CHECK(lower_ascii("").empty());
}

TEST_CASE("an error within a sentence has its hint beside it and no line break") {
  CHECK(in_one_line(input_error("expected a number", {"a.yaml", 3, 8}, "Write one.")) ==
        "a.yaml:3:8: expected a number (Write one)");
  CHECK(in_one_line(environment_error("no network")) == "no network");
  CHECK(in_one_line(environment_error("two things:\n  a\n  b", "See\nboth.")) ==
        "two things:   a   b (See both)");
}

}  // namespace
}  // namespace assay
