#include <doctest/doctest.h>

#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

TEST_CASE("a partition is answered, byte for byte") {
  Driven warehouse(small_world());
  CHECK(warehouse.exchange(get(kPartition)) ==
        "HTTP/1.1 200 OK\r\n"
        "Date: Sat, 14 Mar 2026 06:00:00 GMT\r\n"
        "Server: warehouse\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: 121\r\n\r\n" +
            std::string(kPartitionBody));
}

TEST_CASE("a table is answered with the sum of its partitions") {
  Driven warehouse(small_world());
  CHECK(body_of(warehouse.exchange(get("/v1/tables/orders"))) ==
        R"({"name":"orders","partition_column":"order_date","row_count":4000,)"
        R"("last_modified":"2026-03-14T02:11:00Z"})");
}

TEST_CASE("a table without partitions was never modified") {
  Driven warehouse(json(R"({"tables": {"t": {"partition_column": "day", "partitions": []}}})"));
  CHECK(body_of(warehouse.exchange(get("/v1/tables/t"))) ==
        R"({"name":"t","partition_column":"day","row_count":0,"last_modified":null})");
  CHECK(body_of(warehouse.exchange(get("/v1/tables/t/partitions"))) ==
        R"({"partitions":[],"next_page_token":null})");
}

TEST_CASE("what a world says outright stands in the place of what is derived") {
  Driven warehouse(json(R"({"tables": {"t": {"partition_column": "day",
    "last_modified": "2026-01-01T00:00:00Z", "partitions": [{"date": "2026-03-13", "row_count": 5,
    "bytes": 7, "state": "loading", "last_modified": "2026-03-13T23:00:00Z"}]}}})"));
  CHECK(body_of(warehouse.exchange(get("/v1/tables/t/partitions/2026-03-13"))) ==
        R"({"partition_date":"2026-03-13","row_count":5,"bytes":7,"state":"loading",)"
        R"("last_modified":"2026-03-13T23:00:00Z"})");
  CHECK(json(body_of(warehouse.exchange(get("/v1/tables/t"))))["last_modified"] ==
        "2026-01-01T00:00:00Z");
}

TEST_CASE("what is not there is told apart") {
  Driven warehouse(small_world());
  const auto code_at = [&](std::string_view path) {
    const std::string answer = warehouse.exchange(get(path));
    CHECK(status_of(answer) == 404);
    return error_code_of(answer);
  };
  CHECK(code_at("/v1/tables/orders/partitions/2026-03-14") == "partition_not_found");
  CHECK(code_at("/v1/tables/nothing/partitions/2026-03-13") == "table_not_found");
  CHECK(code_at("/v1/tables/nothing/partitions") == "table_not_found");
  CHECK(code_at("/v1/tables/nothing") == "table_not_found");
  for (const std::string path :
       {"/", "/v1", "/v1/tables", "/v1/tables/", "/v1/tables/orders/rows",
        "/v1/tables/orders/partitions/", "/v1/tables/orders/partitions/a/b", "/v1/queries",
        "/v1/token", "/v2/tables/orders"}) {
    CAPTURE(path);
    CHECK(code_at(path) == "not_found");
  }
}

TEST_CASE("a missing partition's error is word for word what the statement shows") {
  Driven warehouse(small_world());
  CHECK(body_of(warehouse.exchange(get("/v1/tables/orders/partitions/2026-03-14"))) ==
        R"({"error":{"code":"partition_not_found","message":"orders has no partition 2026-03-14",)"
        R"("retryable":false}})");
}

TEST_CASE("dates and parameters that are none are refused") {
  Driven warehouse(small_world());
  for (const std::string target :
       {"/v1/tables/orders/partitions/2026-02-30", "/v1/tables/orders/partitions/yesterday",
        "/v1/tables/orders/partitions/2026-3-13", "/v1/tables/orders/partitions?from=2026-13-01",
        "/v1/tables/orders/partitions?to=", "/v1/tables/orders/partitions?page_size=0",
        "/v1/tables/orders/partitions?page_size=1001", "/v1/tables/orders/partitions?page_size=2x",
        "/v1/tables/orders/partitions?page_token=2026-03-11",
        "/v1/tables/orders/partitions?from=2026-03-13&to=2026-03-12"}) {
    CAPTURE(target);
    const std::string answer = warehouse.exchange(get(target));
    CHECK(status_of(answer) == 400);
    CHECK(error_code_of(answer) == "invalid_parameter");
  }
}

TEST_CASE("a day that is in no clock's reach is a day without rows, and in no world") {
  Driven warehouse(small_world());
  for (const char* date : {"0026-03-13", "1500-02-28", "9999-12-31"}) {
    CAPTURE(date);
    CHECK(status_of(warehouse.exchange(get("/v1/tables/orders/partitions/" + std::string(date)))) ==
          404);
    Json world = small_world();
    world["tables"]["orders"]["partitions"][0]["date"] = date;
    CHECK_FALSE(check(world, Json::array()).ok());
  }
}

TEST_CASE("a listing has both ends of its range, and pages that join without a gap") {
  Driven warehouse(small_world());
  const auto dates = [&](const std::string& query, Json& next) {
    const Json page =
        json(body_of(warehouse.exchange(get("/v1/tables/orders/partitions" + query))));
    next = page["next_page_token"];
    std::string dates;
    for (const Json& partition : page["partitions"])
      dates += partition["partition_date"].get<std::string>().substr(8) + " ";
    return dates;
  };
  Json next;
  CHECK(dates("", next) == "11 12 13 ");
  CHECK(next.is_null());
  CHECK(dates("?from=2026-03-12&to=2026-03-12", next) == "12 ");
  CHECK(dates("?to=2026-03-12", next) == "11 12 ");
  CHECK(dates("?page_size=2", next) == "11 12 ");
  REQUIRE(next.is_string());
  CHECK(dates("?page_size=2&page_token=" + next.get<std::string>(), next) == "13 ");
  CHECK(next.is_null());
  CHECK(dates("?page_size=3", next) == "11 12 13 ");
  CHECK(next.is_null());
}

TEST_CASE("escapes, unknown parameters and absolute targets are understood") {
  Driven warehouse(small_world());
  CHECK(status_of(warehouse.exchange(get("/v1/tables/%6Frders/partitions/2026%2D03%2D13"))) == 200);
  CHECK(status_of(warehouse.exchange(get(std::string(kPartition) + "?hop=1"))) == 200);
  CHECK(status_of(warehouse.exchange(get("http://warehouse:8080" + std::string(kPartition)))) ==
        200);
}

TEST_CASE("HEAD has the head of GET and no body") {
  Driven warehouse(small_world());
  std::string request = get(kPartition);
  const std::string head = head_of(warehouse.exchange(request));
  CHECK(warehouse.exchange(request.replace(0, 3, "HEAD")) == head);
}

TEST_CASE("other methods are refused with the list of those that are not") {
  Driven warehouse(small_world());
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    CAPTURE(method);
    const std::string answer = warehouse.exchange(get(kPartition).replace(0, 3, method));
    CHECK(status_of(answer) == 405);
    CHECK(header_of(answer, "Allow") == "GET, HEAD");
  }
}

const char* const kLocked = R"({"auth": {"token": "wh_1", "refreshed_token": "wh_2",
    "scopes": ["get_table", "list_partitions"]},
  "tables": {"orders": {"partition_column": "day", "partitions": []}}})";

TEST_CASE("a world with a token answers nobody without it") {
  Driven warehouse(json(kLocked));
  const auto ask = [&](std::string_view header) {
    return warehouse.exchange(get("/v1/tables/orders", header));
  };
  CHECK(status_of(ask("Authorization: Bearer wh_1\r\n")) == 200);
  CHECK(status_of(ask("authorization: bearer wh_1\r\n")) == 200);
  for (const std::string header : {"", "Authorization: Bearer wh_3\r\n", "Authorization: wh_1\r\n",
                                   "Authorization: Bearer \r\n", "Authorization: Basic wh_1\r\n"}) {
    CAPTURE(header);
    const std::string answer = ask(header);
    CHECK(status_of(answer) == 401);
    CHECK(error_code_of(answer) == "unauthenticated");
    CHECK(header_of(answer, "WWW-Authenticate") == "Bearer");
  }
  SUBCASE("not even that a path does not exist") {
    CHECK(status_of(warehouse.exchange(get("/nowhere"))) == 401);
  }
}

TEST_CASE("a token is good for its scopes alone") {
  Driven warehouse(json(kLocked));
  const std::string answer = warehouse.exchange(
      get("/v1/tables/orders/partitions/2026-03-13", "Authorization: Bearer wh_1\r\n"));
  CHECK(status_of(answer) == 403);
  CHECK(error_code_of(answer) == "permission_denied");
}

TEST_CASE("a token can be changed for a fresh one where the world has one") {
  Driven warehouse(json(kLocked));
  const std::string post = "POST /v1/token HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\n";
  CHECK(body_of(warehouse.exchange(post + "Authorization: Bearer wh_1\r\n\r\n")) ==
        R"({"token":"wh_2"})");
  CHECK(status_of(warehouse.exchange(post + "\r\n")) == 401);
  CHECK(status_of(warehouse.exchange(get("/v1/tables/orders", "Authorization: Bearer wh_2\r\n"))) ==
        200);
}

}  // namespace
}  // namespace assay::warehouse
