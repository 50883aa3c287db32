#include "tests/unit/mock_warehouse/driven.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "mock_warehouse/http.h"

namespace assay::warehouse {

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    REQUIRE(n > 0);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string RawClient::read() { return read_some(std::string::npos); }

std::string RawClient::read_some(std::size_t most) {
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < most) {
    const std::size_t size = std::min(buffer.size(), most - text.size());
    const ssize_t n = ::recv(socket_.get(), buffer.data(), size, MSG_DONTWAIT);
    if (n > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
      continue;
    }
    if (n == 0) state_ = "end of file";
    if (n < 0 && errno == ECONNRESET) state_ = "reset";
    break;
  }
  return text;
}

void RawClient::shut_down_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void RawClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

namespace {

const VirtualTime kStart = *parse_utc("2026-03-14T06:00:00Z");

std::unique_ptr<Server> make(const Json& world, const Json& script, std::uint64_t seed) {
  auto server = Server::make(world, script, {.start = kStart, .seed = seed});
  REQUIRE_MESSAGE(server.ok(), server.error().to_string());
  server.value()->enter_call();
  return std::move(server).value();
}

}  // namespace

Driven::Driven(const Json& world, const Json& script, std::uint64_t seed)
    : Driven(make(world, script, seed)) {}

Driven::Driven(std::unique_ptr<Server> server) : server_(std::move(server)), now_(kStart) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener.get(), 16) == 0);
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  server_->listen(std::move(listener));
}

RawClient Driven::connect() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address{.sin_family = AF_INET,
                            .sin_port = htons(port_),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  // Each piece is to go out as it is sent, and not when the one before it was acknowledged.
  const int on = 1;
  REQUIRE(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  return RawClient(std::move(socket));
}

bool Driven::pump() {
  bool moved = false;
  while (server_->pump(now_)) moved = true;
  return moved;
}

void Driven::advance(Duration time) {
  now_ += time;
  pump();
}

Duration Driven::elapsed() const { return now_ - kStart; }

Json Driven::journal() const { return server_->journal(); }

std::string Driven::exchange(std::string_view request) {
  RawClient client = connect();
  client.send(request);
  pump();
  return client.read();
}

Json json(std::string_view text) {
  auto parsed = parse_json(text, "test");
  REQUIRE_MESSAGE(parsed.ok(), parsed.error().to_string());
  return std::move(parsed).value();
}

Json small_world() {
  return json(R"({"tables": {"orders": {"partition_column": "order_date", "partitions": [
    {"date": "2026-03-11", "row_count": 1200},
    {"date": "2026-03-12", "row_count": 1300},
    {"date": "2026-03-13", "row_count": 1500}]}}})");
}

std::string get(std::string_view path, std::string_view headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: warehouse:8080\r\n" +
         std::string(headers) + "\r\n";
}

std::string head_of(std::string_view answer) {
  return std::string(answer.substr(0, answer.find("\r\n\r\n") + 4));
}

std::string body_of(std::string_view answer) {
  return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
}

int status_of(std::string_view answer) {
  REQUIRE(answer.starts_with("HTTP/1.1 "));
  return std::stoi(std::string(answer.substr(9, 3)));
}

std::string header_of(std::string_view answer, std::string_view name) {
  std::string head = head_of(answer);
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(": ", at);
    if (colon < end && same_name(std::string_view(head).substr(at, colon - at), name))
      return head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  return "";
}

std::string error_code_of(std::string_view answer) {
  return json(body_of(answer)).at("error").at("code").get<std::string>();
}

}  // namespace assay::warehouse
