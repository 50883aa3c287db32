#include "harness/evidence/text.h"

#include <doctest/doctest.h>

namespace assay::evidence {
namespace {

TEST_CASE("statuses that look the same to a reader fold to the same text") {
  CHECK(fold("  Low Volume\t") == "low volume");
  CHECK(fold("\u00a0LOW\u3000") == "low");
  CHECK(fold("lo\u200bw") == "low");
  CHECK(fold("\u2066low\u2069\ufeff") == "low");
  CHECK(fold("\u2705\ufe0f") == "\u2705");
  CHECK(fold("\u200b \u00ad") == "");
}

TEST_CASE("statuses that look different stay different") {
  CHECK(fold("ÄRGER") == "Ärger");  // only ASCII has its case folded
  CHECK(fold("a  b") == "a  b");
  CHECK(fold("низкий") != fold("ниже"));
}

TEST_CASE("a part is taken out wherever it stands, once each and from the left") {
  CHECK(without("1000 of 1000, 10000", "1000") == "# of #, #0");
  CHECK(without("aaa", "aa") == "#a");
  CHECK(without("###", "#") == "###");
  CHECK(without("text", "") == "text");
  CHECK(without("", "a") == "");
}

}  // namespace
}  // namespace assay::evidence
