#pragma once

// A warehouse under a clock that the test drives, and raw clients that see every byte of it.
//
// Server and clients live in the test's one thread; loopback delivers within the sender's call, so
// nothing here waits.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/unique_fd.h"
#include "mock_warehouse/server.h"

namespace assay::warehouse {

using namespace std::chrono_literals;

/// A client that sends bytes as they are.
class RawClient {
 public:
  explicit RawClient(UniqueFd socket) : socket_(std::move(socket)) {}

  void send(std::string_view bytes);
  /// All that can be read now.
  std::string read();
  /// At most so many bytes.
  std::string read_some(std::size_t most);
  /// What the last read came to: "open", "end of file" or "reset".
  std::string_view state() const { return state_; }
  void close() { socket_.reset(); }
  void shut_down_sending();
  /// Closes by a RST.
  void reset();

 private:
  UniqueFd socket_;
  std::string_view state_ = "open";
};

class Driven {
 public:
  /// The start is 2026-03-14T06:00:00Z. The call phase is entered at once.
  explicit Driven(const Json& world, const Json& script = Json::array(), std::uint64_t seed = 1);

  /// Takes a server as it is.
  explicit Driven(std::unique_ptr<Server> server);

  RawClient connect();
  /// Pumps until nothing moves; true where anything did.
  bool pump();
  /// Moves the clock and pumps.
  void advance(Duration time);
  Server& server() { return *server_; }
  VirtualTime now() const { return now_; }
  Duration elapsed() const;
  /// The journal as JSON.
  Json journal() const;
  const model::Request& request(std::size_t index) const { return server_->journal().at(index); }

  /// Connects, sends, pumps, reads.
  std::string exchange(std::string_view request);

 private:
  std::unique_ptr<Server> server_;
  VirtualTime now_;
  std::uint16_t port_ = 0;
};

/// JSON as a test writes it.
Json json(std::string_view text);

/// orders, with partitions of 2026-03-11 (1200 rows), -12 (1300) and -13 (1500); no token needed.
Json small_world();

/// "GET {path} HTTP/1.1" with a Host and the further header lines, each ended by CRLF.
std::string get(std::string_view path, std::string_view headers = "");
inline constexpr std::string_view kPartition = "/v1/tables/orders/partitions/2026-03-13";
/// The body of a healthy answer to kPartition.
inline constexpr std::string_view kPartitionBody =
    R"({"partition_date":"2026-03-13","row_count":1500,"bytes":192000,"state":"complete",)"
    R"("last_modified":"2026-03-14T02:11:00Z"})";

std::string head_of(std::string_view answer);
std::string body_of(std::string_view answer);
int status_of(std::string_view answer);
/// The value of a header field; empty where there is none.
std::string header_of(std::string_view answer, std::string_view name);
/// error.code of an error body.
std::string error_code_of(std::string_view answer);

}  // namespace assay::warehouse
