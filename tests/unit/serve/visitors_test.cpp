#include "harness/serve/visitors.h"

#include <doctest/doctest.h>

namespace assay::serve {
namespace {

using warehouse::HttpRequest;

/// The status of who is turned away; 0 for who is let in.
int status_for(const warehouse::Headers& headers) {
  HttpRequest request;
  request.headers = headers;
  const auto answer = Visitors({"warehouse", "db.example"}).turn_away(request);
  return answer ? answer->status : 0;
}

TEST_CASE("a port goes by addresses, by localhost and by the names that it was given") {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8080", "192.0.2.7:1", "[::1]", "[::1]:8080", "localhost",
        "LOCALHOST:80", "localhost.:80", "warehouse:8080", "DB.example"})
    CHECK_MESSAGE(status_for({{"Host", host}}) == 0, host);
  for (const char* host :
       {"", ":8080", "attacker.example", "attacker.example:8080", "127.0.0.1.attacker.example",
        "localhost.attacker.example", "notlocalhost", "[::1", "[attacker.example]", "::1",
        "127.0.0.1@attacker.example", "127.1", "warehouse.attacker.example", "ware house"})
    CHECK_MESSAGE(status_for({{"Host", host}}) == 421, host);
  CHECK(status_for({{"Host", "localhost"}, {"host", "attacker.example"}}) == 421);
  CHECK(status_for({}) == 0);  // a program of HTTP/1.0; no browser leaves it out
}

TEST_CASE("a page of another origin is turned away, and one of this port is not") {
  const std::pair<std::string, std::string> host{"Host", "127.0.0.1:8080"};
  CHECK(status_for({host, {"Origin", "http://127.0.0.1:8080"}}) == 0);
  for (const char* origin :
       {"http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://localhost:8080", "null", "",
        "http://attacker.example", "http://127.0.0.1:8080.attacker.example"})
    CHECK_MESSAGE(status_for({host, {"Origin", origin}}) == 403, origin);
  CHECK(status_for({{"Origin", "http://"}}) == 403);
  CHECK(status_for({host, {"Sec-Fetch-Site", "same-origin"}}) == 0);
  CHECK(status_for({host, {"Sec-Fetch-Site", "none"}}) == 0);
  CHECK(status_for({host, {"Sec-Fetch-Site", "same-site"}}) == 403);
  CHECK(status_for({host, {"Sec-Fetch-Site", "cross-site"}}) == 403);
}

}  // namespace
}  // namespace assay::serve
