// The shapes that requests come in, well formed and not, each with the section of the RFC that says
// what becomes of it: sent in one piece and byte by byte, which must make no difference.

#include <doctest/doctest.h>

#include <sstream>

#include "mock_warehouse/limits.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

struct Shape {
  const char* name;
  const char* section;
  std::string bytes;
  std::string answers;    ///< the statuses, in their order
  bool is_closed = true;  ///< behind the last of them
};

constexpr bool kOpen = false;

std::string request_line(const std::string& method, const std::string& target) {
  return method + " " + target + " HTTP/1.1\r\n";
}

std::string get_with(const std::string& fields) {
  return request_line("GET", std::string(kPartition)) + "Host: w\r\n" + fields + "\r\n";
}

/// To a path that takes none, so that what is understood is a 404.
std::string post_with(const std::string& fields, const std::string& body) {
  return request_line("POST", "/v1/queries") + "Host: w\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post_with("Transfer-Encoding: chunked\r\n", body);
}

std::string target(const std::string& target) {
  return request_line("GET", target) + "Host: w\r\n\r\n";
}

const std::string kNext = get(kPartition);
const std::string kLong(kMaxHeaderBytes, 'x');

std::vector<Shape> framing() {
  const std::string length = "Content-Length: 4\r\n";
  const std::string chunks = "Transfer-Encoding: chunked\r\n";
  const std::string last = "0\r\n\r\n";
  return {
      // How long a request is, two readers must never see differently.
      {"length and chunks", "9112 6.3", post_with(length + chunks, last + kNext), "400"},
      {"chunks and length", "9112 6.3", post_with(chunks + length, last + kNext), "400"},
      {"length and an unknown coding", "9112 6.3",
       post_with(length + "Transfer-Encoding: gzip\r\n", "body" + kNext), "400"},
      {"two lengths that differ", "9112 6.3",
       post_with("Content-Length: 4\r\nContent-Length: 5\r\n", "body" + kNext), "400"},
      {"lengths that differ in one line", "9112 6.3",
       post_with("Content-Length: 4, 5\r\n", "body" + kNext), "400"},
      {"two lengths that agree", "9110 8.6", post_with(length + length, "body" + kNext), "404 200",
       kOpen},
      {"a negative length", "9110 8.6", post_with("Content-Length: -1\r\n", kNext), "400"},
      {"a length with a plus", "9110 8.6", post_with("Content-Length: +4\r\n", "body"), "400"},
      {"a length in hexadecimal", "9110 8.6", post_with("Content-Length: 0x4\r\n", "body"), "400"},
      {"a length with a fraction", "9110 8.6", post_with("Content-Length: 4.0\r\n", "body"), "400"},
      {"a length that is empty", "9110 8.6", post_with("Content-Length:\r\n", kNext), "400"},
      {"a length of two numbers", "9110 8.6", post_with("Content-Length: 4 4\r\n", "body"), "400"},
      {"a length beyond 64 bits", "9110 8.6",
       post_with("Content-Length: 18446744073709551620\r\n", "body"), "400"},
      {"a length that is too long", "9110 15.5.14", post_with("Content-Length: 99999999\r\n", ""),
       "413"},
      {"no length", "9112 6.3", post_with("", "") + kNext, "404 200", kOpen},
      {"a GET with a body", "9110 9.3.1", get_with(length) + "body" + kNext, "200 200", kOpen},
      {"a coding that is not known, last", "9112 6.3",
       post_with("Transfer-Encoding: gzip\r\n", last + kNext), "400"},
      {"the coding identity", "9112 6.3", post_with("Transfer-Encoding: identity\r\n", kNext),
       "400"},
      {"chunked, and not last", "9112 6.3",
       post_with("Transfer-Encoding: chunked, identity\r\n", last + kNext), "400"},
      {"chunked twice", "9112 6.1",
       post_with("Transfer-Encoding: chunked, chunked\r\n", last + kNext), "400"},
      {"chunked on two lines", "9112 6.1", post_with(chunks + chunks, last + kNext), "400"},
      {"a coding that is like chunked", "9112 6.3",
       post_with("Transfer-Encoding: xchunked\r\n", last + kNext), "400"},
      {"chunked with a parameter", "9112 7.1",
       post_with("Transfer-Encoding: chunked;x=1\r\n", last + kNext), "400"},
      {"chunked behind a control", "9110 5.5",
       post_with("Transfer-Encoding: \x0b"
                 "chunked\r\n",
                 last + kNext),
       "400"},
      {"no coding", "9112 6.3", post_with("Transfer-Encoding:\r\n", last + kNext), "400"},
      {"a coding that is not known, first", "9112 6.1",
       post_with("Transfer-Encoding: gzip, chunked\r\n", last + kNext), "501"},
      {"a coding that is not known, on its own line", "9112 6.1",
       post_with("Transfer-Encoding: gzip\r\n" + chunks, last + kNext), "501"},
      {"CHUNKED, and an empty member", "9110 5.6.1",
       post_with("Transfer-Encoding: , CHUNKED\r\n", last + kNext), "404 200", kOpen},
      {"chunks in HTTP/1.0", "9112 6.1",
       "POST /v1/queries HTTP/1.0\r\n" + chunks + "\r\n" + last + kNext, "400"},
      {"chunks", "9112 7.1", chunked("3\r\nabc\r\n00a\r\n0123456789\r\n" + last + kNext), "404 200",
       kOpen},
      {"a chunk's size beyond 64 bits", "9112 7.1", chunked("10000000000000004\r\nbody\r\n" + last),
       "400"},
      {"a chunk larger than a body may be", "9110 15.5.14", chunked("100001\r\n"), "413"},
      {"a chunk of no size", "9112 7.1", chunked("\r\nbody\r\n" + last), "400"},
      {"a chunk of a negative size", "9112 7.1", chunked("-4\r\nbody\r\n" + last), "400"},
      {"a chunk's size behind 0x", "9112 7.1", chunked("0x4\r\nbody\r\n" + last), "400"},
      {"a chunk's size behind a space", "9112 7.1", chunked(" 4\r\nbody\r\n" + last), "400"},
      {"a chunk longer than its size", "9112 7.1", chunked("3\r\nbody\r\n" + last), "400"},
      {"a chunk's size that ends in LF", "9112 7.1", chunked("4\nbody\r\n" + last), "400"},
      {"a chunk that ends in LF", "9112 7.1", chunked("4\r\nbody\n" + last), "400"},
      {"extensions of chunks", "9112 7.1.1",
       chunked("4;a=b;c=\"d;e\"\r\nbody\r\n0 ; f\r\n\r\n" + kNext), "404 200", kOpen},
      {"an extension with a line end in it", "9112 7.1.1", chunked("4;a=\"\n\"\r\nbody\r\n" + last),
       "400"},
      {"an extension that is no token", "9112 7.1.1", chunked("4;\r\nbody\r\n" + last), "400"},
      {"an extension that is too long", "9112 7.1.1",
       chunked("4;a=" + kLong.substr(0, kMaxChunkExtensionBytes) + "\r\nbody\r\n" + last), "400"},
      {"extensions that are too long together", "9112 7.1.1",
       chunked("1;a=" + kLong.substr(0, 3'000) + "\r\nx\r\n1;a=" + kLong.substr(0, 3'000) +
               "\r\nx\r\n" + last),
       "400"},
      {"a chunk's header without an end", "9112 7.1.1", chunked("4;a=" + kLong), "431"},
      {"a trailer", "9110 6.5", chunked("0\r\nX: y\r\n\r\n" + kNext), "404 200", kOpen},
      {"a trailer that frames", "9110 6.5.1", chunked("0\r\nContent-Length: 4\r\n\r\nbody" + kNext),
       "400"},
      {"a trailer that is too long", "6585 5", chunked("0\r\nX: " + kLong + "\r\n\r\n" + kNext),
       "431"},
      {"a trailer without an end", "6585 5", chunked("0\r\nX: y\r\n" + kLong), "431"},
  };
}

std::vector<Shape> heads() {
  const std::string line = request_line("GET", std::string(kPartition));
  const std::string nul(1, '\0');
  return {
      {"a field on several lines", "9112 5.2", get_with("X: a\r\n b\r\n"), "200", kOpen},
      {"a length on several lines", "9112 5.2",
       post_with("Content-Length: 4\r\n 4\r\n", "body" + kNext), "400"},
      {"white space behind the first line", "9112 2.2", line + " X: y\r\nHost: w\r\n\r\n", "400"},
      {"white space before a colon", "9112 5.1", get_with("X : y\r\n"), "400"},
      {"a length's white space before its colon", "9112 5.1",
       post_with("Content-Length : 4\r\n", "body"), "400"},
      {"a field without a name", "9112 5.1", get_with(": y\r\n"), "400"},
      {"a field without a colon", "9112 5", get_with("X\r\n"), "400"},
      {"a field whose name is no token", "9110 5.6.2", get_with("X(: y\r\n"), "400"},
      {"a bare CR in a field", "9112 2.2", get_with("X: a\rY: b\r\n"), "400"},
      {"a bare CR in the first line", "9112 2.2", "GET /\r HTTP/1.1\r\nHost: w\r\n\r\n", "400"},
      {"lines that end in LF", "9112 2.2", "GET / HTTP/1.1\nHost: w\n\n", "400"},
      {"one line that ends in LF", "9112 2.2", get_with("X: a\nY: b\r\n"), "400"},
      {"a head whose end is LF", "9112 2.2", line + "Host: w\r\n\n", "400"},
      {"NUL in a field", "9110 5.5", get_with("X: a" + nul + "b\r\n"), "400"},
      {"NUL in a field's name", "9110 5.6.2", get_with("X" + nul + ": y\r\n"), "400"},
      {"NUL in the target", "9112 3", "GET /" + nul + " HTTP/1.1\r\nHost: w\r\n\r\n", "400"},
      {"a tab in a field", "9110 5.5", get_with("X: a\tb\r\n"), "200", kOpen},
      {"bytes beyond ASCII in a field", "9110 5.5", get_with("X: \xc3\xa9 \xff\r\n"), "200", kOpen},
      {"no Host", "9112 3.2", line + "\r\n", "400"},
      {"two Hosts", "9112 3.2", get_with("Host: v\r\n"), "400"},
      {"two Hosts in HTTP/1.0", "9112 3.2", "GET / HTTP/1.0\r\nHost: v\r\nHost: w\r\n\r\n", "400"},
      {"an empty Host", "9112 3.2", line + "Host:\r\n\r\n", "200", kOpen},
      {"a Host with a port", "9110 7.2", line + "Host: [::1]:8080\r\n\r\n", "200", kOpen},
      {"a Host with a path", "9112 3.2", line + "Host: w/v1\r\n\r\n", "400"},
      {"a Host with a space", "9112 3.2", line + "Host: w v\r\n\r\n", "400"},
      {"a Host with a user", "9112 3.2", line + "Host: me@w\r\n\r\n", "400"},
      {"a list of Hosts", "9112 3.2", line + "Host: v, w\r\n\r\n", "400"},
      {"a Host with no port's number", "9110 7.2", line + "Host: w:http\r\n\r\n", "400"},
      {"a field that is too large", "6585 5", get_with("X: " + kLong + "\r\n"), "431"},
      {"fields that are too many", "6585 5",
       line + "Host: w\r\n" +
           [] {
             std::string fields;
             for (int i = 0; i < 4'000; ++i) fields += "X: y\r\n";
             return fields;
           }() +
           "\r\n",
       "431"},
      {"fields without an end", "6585 5", line + "X: " + kLong, "431"},
      {"an expectation", "9110 10.1.1",
       post_with("Expect: 100-Continue\r\nContent-Length: 4\r\n", ""), "100", kOpen},
      {"an expectation, and no body", "9110 10.1.1", get_with("Expect: 100-continue\r\n"), "200",
       kOpen},
      {"an expectation of HTTP/1.0", "9110 10.1.1",
       "POST /v1/queries HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody", "404"},
      {"an expectation that nobody knows", "9110 10.1.1",
       post_with("Expect: 200-ok\r\nContent-Length: 4\r\n", "body" + kNext), "417"},
      {"two expectations", "9110 10.1.1",
       post_with("Expect: 100-continue, x=y\r\nContent-Length: 4\r\n", "body"), "417"},
      {"an expectation of too long a body", "9110 10.1.1",
       post_with("Expect: 100-continue\r\nContent-Length: 99999999\r\n", ""), "413"},
  };
}

std::vector<Shape> first_lines() {
  const std::string path(kPartition);
  const std::string rest = "\r\nHost: w\r\n\r\n";
  return {
      {"HTTP/1.0", "9112 9.3", "GET " + path + " HTTP/1.0\r\n\r\n", "200"},
      {"HTTP/1.0 that keeps its connection", "9112 9.3",
       "GET " + path + " HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + kNext, "200 200", kOpen},
      {"HTTP/1.0 that keeps and closes it", "9112 9.3",
       "GET " + path + " HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n" + kNext, "200"},
      {"HTTP/1.1 that closes", "9112 9.6", get_with("Connection: x, Close\r\n") + kNext, "200"},
      {"HTTP/0.9", "9112 3", "GET " + path + "\r\n", "400"},
      {"the preface of HTTP/2", "9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"HTTP/2.0", "9110 15.6.6", "GET " + path + " HTTP/2.0" + rest, "505"},
      {"HTTP/0.9 by its name", "9110 15.6.6", "GET " + path + " HTTP/0.9" + rest, "505"},
      {"HTTP/1.2", "9110 2.5", "GET " + path + " HTTP/1.2" + rest + kNext, "200 200", kOpen},
      {"HTTP/1.11", "9112 2.3", "GET " + path + " HTTP/1.11" + rest, "400"},
      {"http/1.1", "9112 2.3", "GET " + path + " http/1.1" + rest, "400"},
      {"another protocol", "9112 2.3", "GET " + path + " ICY/1.1" + rest, "400"},
      {"no target", "9112 3", "GET HTTP/1.1" + rest, "400"},
      {"an empty target", "9112 3.2", "GET  HTTP/1.1" + rest, "400"},
      {"a target with a space", "9112 3.2", "GET /a b HTTP/1.1" + rest, "400"},
      {"two spaces", "9112 3", "GET " + path + "  HTTP/1.1" + rest, "400"},
      {"a space behind the version", "9112 3", "GET " + path + " HTTP/1.1 " + rest, "400"},
      {"a tab for a space", "9112 3", "GET\t" + path + " HTTP/1.1" + rest, "400"},
      {"no method", "9112 3.1", " " + path + " HTTP/1.1" + rest, "400"},
      {"a method that is no token", "9110 9.1", "G(T " + path + " HTTP/1.1" + rest, "400"},
      {"TLS", "9112 2.2", "\x16\x03\x01\x02", "400"},
      {"empty lines before it", "9112 2.2", "\r\n\r\n" + kNext, "200", kOpen},
      {"an unknown method", "9110 9.1", request_line("BREW", path) + "Host: w\r\n\r\n" + kNext,
       "501 200", kOpen},
      {"a method in small letters", "9110 9.1", request_line("get", path) + "Host: w\r\n\r\n",
       "501", kOpen},
      {"CONNECT", "9110 9.3.6", request_line("CONNECT", "w:80") + "Host: w\r\n\r\n", "501", kOpen},
      {"a method that is longer than any", "9112 3", kLong + " / HTTP/1.1" + rest, "501"},
      {"a method that is not allowed", "9110 15.5.6",
       request_line("DELETE", path) + "Host: w\r\n\r\n", "405", kOpen},
      {"a target that is too long", "9110 15.5.15", "GET /" + kLong + " HTTP/1.1" + rest, "414"},
      {"a target of 8,000 bytes", "9112 3",
       "GET " + path + "?" + kLong.substr(0, 7'900) + " HTTP/1.1" + rest, "200", kOpen},
      {"pipelined", "9112 9.3.2", kNext + target("/nowhere") + kNext, "200 404 200", kOpen},
      {"pipelined behind what is refused", "9112 9.3.2", kNext + "no request\r\n\r\n" + kNext,
       "200 400"},
  };
}

std::vector<Shape> targets() {
  const std::string path(kPartition);
  return {
      {"absolute", "9112 3.2.2", target("http://w" + path), "200", kOpen},
      {"absolute, another host", "9112 3.2.2", target("HTTP://v:8080" + path), "200", kOpen},
      {"absolute without a path", "9112 3.2.2", target("http://w"), "404", kOpen},
      {"absolute without a host", "9110 4.2.1", target("http:" + path), "400", kOpen},
      {"absolute with an empty host", "9110 4.2.1", target("http://" + path), "400", kOpen},
      {"absolute with a user", "9110 4.2.4", target("http://me@w" + path), "400", kOpen},
      {"absolute by another scheme", "9110 4.2", target("ftp://w" + path), "400", kOpen},
      {"an asterisk", "9112 3.2.4", target("*"), "400", kOpen},
      {"an asterisk of OPTIONS", "9112 3.2.4", request_line("OPTIONS", "*") + "Host: w\r\n\r\n",
       "405", kOpen},
      {"no slash at the beginning", "9112 3.2.1", target("v1/tables/orders"), "400", kOpen},
      {"two slashes at the beginning", "9112 3.2.1", target("/" + path), "404", kOpen},
      {"an authority", "9112 3.2.3", target("w:80"), "400", kOpen},
      {"a fragment", "9112 3.2.1", target(path + "#x"), "400", kOpen},
      {"escapes", "3986 2.1", target("/v1/tables/%6frder%73"), "200", kOpen},
      {"an escaped slash", "3986 2.2", target("/v1/tables%2Forders"), "404", kOpen},
      {"half an escape", "3986 2.1", target("/v1/tables/orders%7"), "400", kOpen},
      {"an escape that is none", "3986 2.1", target("/v1/tables/%zz"), "400", kOpen},
      {"an escape that is none, in the query", "3986 2.1", target(path + "?a=%zz"), "400", kOpen},
      {"a lone percent sign, in the query", "3986 2.1", target(path + "?a=%"), "400", kOpen},
      {"bytes beyond ASCII", "3986 2", target("/v1/tables/\xc3\xa9"), "400", kOpen},
      {"bytes beyond ASCII, in the query", "3986 2", target(path + "?a=\xff"), "400", kOpen},
      {"UTF-8", "3986 2.5", target("/v1/tables/%C3%A9"), "404", kOpen},
      {"no UTF-8", "3986 2.5", target("/v1/tables/%FF"), "400", kOpen},
      {"an overlong form of a slash", "3629 3", target("/v1/tables/..%c0%af"), "400", kOpen},
      {"a surrogate", "3629 3", target("/v1/tables/%ed%a0%80"), "400", kOpen},
      {"no UTF-8, in the query", "3986 2.5", target(path + "?a=%FF"), "400", kOpen},
      {"no UTF-8, in a name of the query", "3986 2.5", target(path + "?%FF=a"), "400", kOpen},
      {"quotes", "3986 2", target("/v1/tables/\"orders\""), "400", kOpen},
      {"dot segments", "3986 6.2.2.3", target("/v1/nowhere/../tables/orders"), "404", kOpen},
      {"escaped dot segments", "3986 6.2.2.3", target("/v1/%2e%2e/v1/tables/orders"), "404", kOpen},
      {"dot segments above the root", "3986 5.2.4", target("/../../etc/passwd"), "404", kOpen},
  };
}

/// What a client has read, taken apart: "100 200", say. Each answer that refuses has the API's
/// error body.
std::string statuses_of(std::string_view answers) {
  std::string statuses;
  while (!answers.empty()) {
    const int status = status_of(answers);
    statuses += (statuses.empty() ? "" : " ") + std::to_string(status);
    const std::string length = header_of(answers, "Content-Length");
    std::string_view body = answers.substr(head_of(answers).size());
    body = body.substr(0, status == 100 ? 0 : std::stoul(length));
    if (status >= 400) {
      const Json error = json(body).at("error");
      CHECK(error.at("code").is_string());
      CHECK_FALSE(error.at("message").get<std::string>().empty());
      CHECK(error.at("retryable") == false);
    }
    if (status == 405) CHECK(header_of(answers, "Allow") != "");
    answers.remove_prefix(head_of(answers).size() + body.size());
  }
  return statuses;
}

std::string without_100(std::string answers) {
  const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  for (std::size_t at; (at = answers.find(go_on)) != std::string::npos;)
    answers.erase(at, go_on.size());
  return answers;
}

struct Served {
  std::string answers;
  std::string_view state;
  Json journal;
};

Served serve(const std::string& bytes, std::size_t piece) {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    client.send(std::string_view(bytes).substr(at, piece));
    warehouse.pump();
  }
  Served served{client.read(), client.state(), warehouse.journal()};
  // The next client finds a server that is well.
  CHECK(status_of(warehouse.exchange(kNext)) == 200);
  return served;
}

void check_shapes(const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes) {
    const std::string row = std::string(shape.name) + " (RFC " + shape.section + ")";
    CAPTURE(row);
    const Served whole = serve(shape.bytes, shape.bytes.size());
    CHECK(statuses_of(whole.answers) == shape.answers);
    CHECK(whole.state == (shape.is_closed ? "end of file" : "open"));
    // The journal tells of each, and of the connection's end with it.
    std::string recorded;
    for (const Json& record : whole.journal)
      recorded += (recorded.empty() ? "" : " ") + record.at("status").dump();
    CHECK(recorded == (shape.answers == "100" ? "" : shape.answers));
    if (!whole.journal.empty())
      CHECK(whole.journal.back().at("end") == (shape.is_closed ? "fin" : "keepalive"));
    const Served bytewise = serve(shape.bytes, 1);
    CHECK(without_100(bytewise.answers) == without_100(whole.answers));
    CHECK(bytewise.state == whole.state);
    CHECK(bytewise.journal == whole.journal);
  }
}

TEST_CASE("how long a request is, is what RFC 9112 says, or it is refused") {
  check_shapes(framing());
}

TEST_CASE("header fields of all shapes are read or refused") { check_shapes(heads()); }

TEST_CASE("first lines of all shapes are read or refused") { check_shapes(first_lines()); }

TEST_CASE("targets of all shapes are understood or refused") { check_shapes(targets()); }

TEST_CASE("a refusal says in the journal what it refused, and that the connection is closed") {
  Driven warehouse(small_world());
  const std::string answer =
      warehouse.exchange("POST /v1/queries HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: gzip\r\n\r\n");
  CHECK(header_of(answer, "Connection") == "close");
  CHECK(error_code_of(answer) == "bad_request");
  const model::Request& record = warehouse.request(0);
  CHECK(record.method == "POST");
  CHECK(record.target == "/v1/queries");
  CHECK(record.headers == json(R"([["Host", "w"], ["Transfer-Encoding", "gzip"]])"));
  CHECK(record.operation == "unknown");
  warehouse.exchange("GET /v1/tables/orders");
  warehouse.exchange("GET /v1/tables/orders HTTP/3.0\r\n");
  CHECK(warehouse.request(1).target == "/v1/tables/orders");
  CHECK(warehouse.request(1).status == 505);
}

TEST_CASE("a request that does not come whole in time is a 408, and is not waited for") {
  const std::string post = post_with("Content-Length: 8\r\n", "");
  for (const std::string& begun : {std::string("G"), get(kPartition).substr(0, 40), post,
                                   post + "half", chunked("4\r\nbo"), chunked("0\r\nX: ")}) {
    CAPTURE(begun);
    Driven warehouse(small_world());
    RawClient client = warehouse.connect();
    client.send(begun);
    warehouse.pump();
    CHECK(warehouse.server().next_event() == warehouse.now() + kRequestPatience);
    warehouse.advance(kRequestPatience - 1ns);
    // What comes meanwhile gives nobody more time.
    client.send(" ");
    warehouse.pump();
    CHECK(client.read() == "");
    warehouse.advance(1ns);
    const std::string answer = client.read();
    CHECK(status_of(answer) == 408);
    CHECK(header_of(answer, "Connection") == "close");
    CHECK(json(body_of(answer)).at("error").at("retryable") == true);
    CHECK(client.state() == "end of file");
    CHECK(warehouse.request(0).status == 408);
    CHECK(warehouse.request(0).at == kRequestPatience);
    CHECK_FALSE(warehouse.server().next_event());
  }
}

TEST_CASE("a client that has asked for nothing yet, or not again, may wait for ever") {
  Driven warehouse(small_world());
  RawClient idle = warehouse.connect();
  RawClient again = warehouse.connect();
  idle.send("\r\n");
  again.send(kNext);
  warehouse.pump();
  CHECK(status_of(again.read()) == 200);
  CHECK_FALSE(warehouse.server().next_event());
  warehouse.advance(24h);
  CHECK(idle.read() + again.read() == "");
  for (RawClient* client : {&idle, &again}) {
    CHECK(client->state() == "open");
    client->send(kNext);
    warehouse.pump();
    CHECK(status_of(client->read()) == 200);
  }
}

TEST_CASE("each request of a connection has the whole time, from its own first byte") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(kNext.substr(0, 30));
    warehouse.pump();
    warehouse.advance(kRequestPatience - 1s);
    client.send(kNext.substr(30));
    warehouse.pump();
    CHECK(status_of(client.read()) == 200);
  }
}

TEST_CASE("a client that has shut down its sending side is answered, and then closed") {
  for (const std::string& behind : {std::string(), kNext.substr(0, 20)}) {
    Driven warehouse(small_world());
    RawClient client = warehouse.connect();
    client.send(kNext + target("/nowhere") + behind);
    client.shut_down_sending();
    warehouse.pump();
    CHECK(statuses_of(client.read()) == "200 404");
    CHECK(client.state() == "end of file");
    CHECK(warehouse.server().journal().size() == 2);
  }
}

}  // namespace
}  // namespace assay::warehouse
