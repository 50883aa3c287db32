#include "harness/base/time.h"

#include <doctest/doctest.h>

namespace assay {
namespace {

TEST_CASE("a UTC time reads back as what was written") {
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-03-14T06:00:00Z", "2024-02-29T23:59:59Z",
                           "2026-03-14T06:00:00.250Z"}) {
    CAPTURE(text);
    const auto time = parse_utc(text);
    REQUIRE(time);
    CHECK(format_utc(*time) == text);
  }
}

TEST_CASE("what is not a UTC time is refused") {
  for (const char* text :
       {"", "2026-03-14", "2026-03-14T06:00:00", "2026-02-30T06:00:00Z", "2026-03-14T24:00:00Z",
        "2026-03-14 06:00:00Z", "2026-03-14T06:00:00+01:00", "2026-03-14T-6:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_utc(text));
  }
}

TEST_CASE("a year that nanoseconds do not reach is no time") {
  for (const char* text : {"0026-03-13T00:00:00Z", "1677-01-01T00:00:00Z", "2262-12-31T00:00:00Z",
                           "9999-12-31T23:59:59Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_utc(text));
  }
  CHECK(format_utc(*parse_utc("2199-12-31T23:59:59Z")) == "2199-12-31T23:59:59Z");
}

TEST_CASE("an HTTP-date has the form of RFC 9110") {
  CHECK(format_http_date(*parse_utc("1994-11-06T08:49:37Z")) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace assay
