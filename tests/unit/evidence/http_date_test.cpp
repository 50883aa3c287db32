#include "harness/evidence/http_date.h"

#include <doctest/doctest.h>

namespace assay::evidence {

TEST_CASE("an HTTP-date reads back, and what is none is refused") {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2024 23:59:59 GMT"}) {
    CAPTURE(text);
    const auto time = parse_http_date(text);
    REQUIRE(time);
    CHECK(format_http_date(*time) == text);
  }
  for (const char* text :
       {"", "30", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 30 Feb 2025 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

}  // namespace assay::evidence
