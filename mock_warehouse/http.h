#pragma once

// HTTP messages as values: what a client sent, what the warehouse answers, and the bytes of the
// answer.
//
// No sockets and no clock: the time of the Date header is passed in. Values, used from any one
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/json.h"

namespace assay::warehouse {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Header names compare without regard to case.
bool same_name(std::string_view a, std::string_view b);
/// The first value of that name, or null.
const std::string* find_header(const Headers& headers, std::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;
  Headers headers;
  std::string body;        ///< with chunks joined
  int minor_version = 1;   ///< of HTTP/1.x
  bool keep_alive = true;  ///< what the client asked for, by version and Connection
};

/// An answer before it is bytes. `document` is what the body was written from, for faults that
/// change one field of it; it is null where the body is no JSON.
struct Answer {
  int status = 200;
  std::string reason;  ///< empty: the usual phrase of the status
  std::string content_type = "application/json";
  /// Besides Date, Server, Content-Type, Connection and those that frame the body.
  Headers headers;
  std::string body;
  /// Spaces behind the body, which may be more than anybody wants to hold.
  std::size_t padding = 0;
  Json document;
  std::optional<int> page;  ///< of a listing: which one this is, from 1
  /// So long it is held back, as by a service that waits for a job.
  Duration held{};
};

Answer json_answer(int status, Json document);
/// The API's own error format.
Answer error_answer(int status, std::string_view code, std::string_view message, bool retryable);

/// How an answer is put on the wire.
struct Framing {
  VirtualTime date;
  bool head_only = false;  ///< the request was HEAD: the body's length is told, and no body sent
  bool close = false;      ///< the connection ends behind this answer, and the head says so
  int minor_version = 1;   ///< of the request
  bool chunked = false;    ///< otherwise by Content-Length
  /// What stands in the place of the right ones.
  std::optional<std::string> status_line;
  std::optional<std::string> content_length;
};

/// The usual phrase of a status; "Unknown" where there is none.
std::string_view reason_phrase(int status);

/// The bytes of an answer: head, opening, body, `padding` spaces, closing. What frames a body in
/// chunks is opening and closing. But for the head all is empty where `head_only`.
struct RenderedAnswer {
  std::string head;
  std::string opening;
  std::string body;
  std::size_t padding = 0;
  std::string closing;
};
RenderedAnswer render(const Answer& answer, const Framing& framing);

}  // namespace assay::warehouse
