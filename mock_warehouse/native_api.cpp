#include "mock_warehouse/native_api.h"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "harness/base/utf8.h"
#include "mock_warehouse/bigquery/api.h"
#include "mock_warehouse/limits.h"
#include "mock_warehouse/native_queries.h"

namespace assay::warehouse {
namespace {

Answer bad_parameter(std::string_view name, std::string_view message) {
  return error_answer(400, "invalid_parameter", std::string(name) + " " + std::string(message),
                      false);
}

/// RFC 9110, section 9.1, and RFC 5789; but for CONNECT, which is for proxies. Others are a 501,
/// these a 405 where a path does not take them.
constexpr std::array<std::string_view, 8> kMethods = {"GET",    "HEAD",    "POST",  "PUT",
                                                      "DELETE", "OPTIONS", "TRACE", "PATCH"};
/// RFC 9112, section 3.2.4.
constexpr std::string_view kWholeServer = "*";

Answer refuse_method(std::string_view allowed) {
  Answer answer =
      error_answer(405, "method_not_allowed", "this resource takes no such method", false);
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

Json partition_json(const Partition& partition, const View& view) {
  Told told = told_of(partition, view);
  Json json;
  json["partition_date"] = partition.date;
  json["row_count"] = told.rows;
  json["bytes"] = partition.bytes;
  json["state"] = partition.state;
  json["last_modified"] = std::move(told.last_modified);
  return json;
}

Answer answer_table(const Table& table, const View& view) {
  std::int64_t rows = 0;
  for (const auto& [date, partition] : table.partitions) rows += told_of(partition, view).rows;
  if (table.whole) rows += told_of(*table.whole, view).rows;
  const bool all_stale = view.stale && view.stale->date.empty();
  Json json;
  json["name"] = table.id;
  json["partition_column"] = table.partitioned() ? Json(table.partition_column) : Json();
  json["row_count"] = rows;
  json["last_modified"] = Json();
  if (!table.last_modified.empty())
    json["last_modified"] =
        all_stale ? earlier(table.last_modified, view.stale->age) : table.last_modified;
  return json_answer(200, std::move(json));
}

Answer answer_partition(const Table& table, const std::string& date, const View& view) {
  if (!is_iso_date(date)) return bad_parameter("partition", "must be a date such as 2026-03-13");
  const auto found = table.partitions.find(date);
  if (found == table.partitions.end() || is_hidden(view, date))
    return error_answer(404, "partition_not_found", table.id + " has no partition " + date, false);
  return json_answer(200, partition_json(found->second, view));
}

// A page token is the last date of the page before, written so that nobody takes it for a date.
constexpr std::string_view kTokenPrefix = "after-";

std::string page_token_after(std::string date) {
  std::erase(date, '-');
  return std::string(kTokenPrefix) + date;
}

std::optional<std::string> date_of_token(std::string_view token) {
  if (!token.starts_with(kTokenPrefix)) return std::nullopt;
  std::string date(token.substr(kTokenPrefix.size()));
  if (date.size() != 8) return std::nullopt;
  date.insert(6, "-").insert(4, "-");
  if (!is_iso_date(date)) return std::nullopt;
  return date;
}

struct Page {
  std::string from;   ///< empty: from the first
  std::string to;     ///< empty: to the last
  std::string after;  ///< empty: the first page
  int size = kDefaultPageSize;
};

/// The listing's parameters, or the answer that refuses them. Other parameters are of no concern.
std::optional<Answer> read_page(const std::map<std::string, std::string>& query, Page& page) {
  for (const auto& [name, value] : query) {
    if (name == "from" || name == "to") {
      if (!is_iso_date(value)) return bad_parameter(name, "must be a date such as 2026-03-13");
      (name == "from" ? page.from : page.to) = value;
    } else if (name == "page_size") {
      const char* end = value.data() + value.size();
      const auto parsed = std::from_chars(value.data(), end, page.size);
      if (parsed.ec != std::errc() || parsed.ptr != end || page.size < 1 ||
          page.size > kMaxPageSize)
        return bad_parameter(name, "must be a number from 1 to " + std::to_string(kMaxPageSize));
    } else if (name == "page_token") {
      const auto date = date_of_token(value);
      if (!date) return bad_parameter(name, "must be the next_page_token of an earlier answer");
      page.after = *date;
    }
  }
  if (!page.from.empty() && !page.to.empty() && page.from > page.to)
    return bad_parameter("from", "must not be later than to");
  return std::nullopt;
}

Answer answer_list(const Table& table, const ApiCall& call, const View& view) {
  Page page;
  if (auto refusal = read_page(call.query, page)) return *std::move(refusal);
  if (view.paging.size) page.size = std::min(page.size, *view.paging.size);
  Json list = Json::array();
  Json next;
  std::string last;
  int before = 0;
  for (const auto& [date, partition] : table.partitions) {
    if (date < page.from || is_hidden(view, date)) continue;
    if (!page.to.empty() && date > page.to) break;
    if (date <= page.after) {
      ++before;
      continue;
    }
    if (static_cast<int>(list.size()) == page.size) {
      next = page_token_after(last);
      break;
    }
    list.push_back(partition_json(partition, view));
    last = date;
  }
  if (view.paging.repeats_token && !page.after.empty()) next = page_token_after(page.after);
  if (view.paging.drops_token) next = Json();
  Json json;
  json["partitions"] = std::move(list);
  json["next_page_token"] = std::move(next);
  Answer answer = json_answer(200, std::move(json));
  answer.page = before / page.size + 1;
  return answer;
}

std::optional<Answer> refuse_stranger(const Auth& auth, const HttpRequest& request,
                                      const ApiCall& call) {
  const bool known = bears_token(request, auth.token) ||
                     (auth.refreshed_token && bears_token(request, *auth.refreshed_token));
  if (!known) {
    Answer answer = error_answer(401, "unauthenticated",
                                 find_header(request.headers, "Authorization") == nullptr
                                     ? "the request has no token"
                                     : "the token is not valid",
                                 false);
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
  }
  const std::string operation(to_string(call.operation));
  if (auth.scopes && call.operation != Operation::kRefreshToken &&
      std::ranges::find(*auth.scopes, operation) == auth.scopes->end())
    return error_answer(403, "permission_denied", "the token is not good for " + operation, false);
  if (!call.table.empty() && !auth.may_read(call.table))
    return error_answer(403, "permission_denied",
                        "the token is not good for the table " + to_valid_utf8(call.table), false);
  return std::nullopt;
}

bool exists(const World& world, Operation operation, const QueryDesk* desk) {
  if (operation == Operation::kQuery || operation == Operation::kGetQuery) return desk != nullptr;
  if (operation == Operation::kRefreshToken) return world.auth && world.auth->refreshed_token;
  return operation != Operation::kUnknown;
}

}  // namespace

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::kGetTable:
      return "get_table";
    case Operation::kListPartitions:
      return "list_partitions";
    case Operation::kGetPartition:
      return "get_partition";
    case Operation::kRefreshToken:
      return "refresh_token";
    case Operation::kQuery:
      return "query";
    case Operation::kGetQuery:
      return "get_query";
    case Operation::kUnknown:
      return "unknown";
  }
  ASSAY_ASSERT(false, "an operation without a name");
}

std::string_view operation_of(const ApiCall& call) {
  return call.bigquery ? bigquery::to_string(call.bigquery->method) : to_string(call.operation);
}

namespace {

/// RFC 9112, section 3.2: a path, or all of a URL of this scheme; RFC 9110, section 4.2.4: one with
/// a user's name in it is an error.
std::optional<boost::urls::url_view> read_url(std::string_view target) {
  if (target.starts_with('/')) {
    const auto path = boost::urls::parse_origin_form(target);
    return path ? std::optional(*path) : std::nullopt;
  }
  const auto url = boost::urls::parse_absolute_uri(target);
  const bool ours = url && url->scheme_id() == boost::urls::scheme::http && url->has_authority() &&
                    !url->encoded_host().empty() && !url->has_userinfo();
  return ours ? std::optional(*url) : std::nullopt;
}

/// Its path and query, decoded; false where they are not UTF-8.
bool read_target(const boost::urls::url_view& url, std::vector<std::string>& parts,
                 std::map<std::string, std::string>& query) {
  for (const auto& segment : url.segments()) {
    parts.push_back(segment);
    if (!is_utf8(parts.back())) return false;
  }
  for (const auto& parameter : url.params()) {
    if (!is_utf8(parameter.key) || !is_utf8(parameter.value)) return false;
    query[parameter.key] = parameter.value;
  }
  return true;
}

}  // namespace

ApiCall read_call(const HttpRequest& request) {
  ApiCall call;
  const auto url = read_url(request.target);
  std::vector<std::string> parts;
  if (!url || !read_target(*url, parts, call.query)) {
    call.query.clear();
    if (request.target == kWholeServer) call.path = kWholeServer;
    return call;
  }
  for (const std::string& part : parts) call.path += "/" + part;
  if (parts.empty()) call.path = "/";
  call.bigquery = bigquery::read_route(request.method, parts);
  if (call.bigquery) {
    call.table = call.bigquery->table;
    call.date = bigquery::date_of_decorator(call.bigquery->decorator);
  }
  if (parts.size() < 2 || parts[0] != "v1") return call;
  if (parts.size() == 2 && parts[1] == "token") call.operation = Operation::kRefreshToken;
  if (parts.size() == 2 && parts[1] == "queries") call.operation = Operation::kQuery;
  if (parts.size() == 3 && parts[1] == "queries" && !parts[2].empty()) {
    call.operation = Operation::kGetQuery;
    call.query_id = parts[2];
  }
  if (parts.size() < 3 || parts[1] != "tables" || parts[2].empty()) return call;
  call.table = parts[2];
  if (parts.size() == 3) call.operation = Operation::kGetTable;
  if (parts.size() < 4 || parts[3] != "partitions") return call;
  if (parts.size() == 4) call.operation = Operation::kListPartitions;
  if (parts.size() == 5 && !parts[4].empty()) {
    call.operation = Operation::kGetPartition;
    call.date = parts[4];
  }
  return call;
}

bool bears_token(const HttpRequest& request, std::string_view token) {
  const std::string* value = find_header(request.headers, "Authorization");
  static constexpr std::string_view kScheme = "Bearer ";
  return value != nullptr && value->size() > kScheme.size() &&
         same_name(std::string_view(*value).substr(0, kScheme.size()), kScheme) &&
         std::string_view(*value).substr(kScheme.size()) == token;
}

Answer answer_call(const World& world, const HttpRequest& request, const ApiCall& call,
                   const View& view, QueryDesk* desk) {
  if (call.bigquery && desk != nullptr)
    return bigquery::answer({world, request, *call.bigquery, call.query, view, *desk});
  if (world.auth)
    if (auto refusal = refuse_stranger(*world.auth, request, call)) return *std::move(refusal);
  if (std::ranges::find(kMethods, request.method) == kMethods.end())
    return error_answer(501, "not_implemented", "the server knows no such method", false);
  if (call.path == kWholeServer && request.method == "OPTIONS")
    return refuse_method("GET, HEAD, POST");
  if (call.path.empty() || call.path == kWholeServer)
    return error_answer(400, "bad_request",
                        "the target is no path or URL of this server, percent-encoded UTF-8",
                        false);
  if (!exists(world, call.operation, desk))
    return error_answer(404, "not_found", "there is nothing at " + to_valid_utf8(call.path), false);
  const bool post =
      call.operation == Operation::kRefreshToken || call.operation == Operation::kQuery;
  const bool allowed =
      post ? request.method == "POST" : request.method == "GET" || request.method == "HEAD";
  if (!allowed) return refuse_method(post ? "POST" : "GET, HEAD");
  if (call.operation == Operation::kQuery) return answer_query(request, view, *desk);
  if (call.operation == Operation::kGetQuery) return answer_get_query(call.query_id, view, *desk);
  if (post) {
    Json json;
    json["token"] = *world.auth->refreshed_token;
    return json_answer(200, std::move(json));
  }
  const auto table = world.tables.find(call.table);
  if (table == world.tables.end())
    return error_answer(404, "table_not_found", "there is no table " + to_valid_utf8(call.table),
                        false);
  switch (call.operation) {
    case Operation::kGetTable:
      return answer_table(table->second, view);
    case Operation::kListPartitions:
      return answer_list(table->second, call, view);
    default:
      return answer_partition(table->second, call.date, view);
  }
}

}  // namespace assay::warehouse
