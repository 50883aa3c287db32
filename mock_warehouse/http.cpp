#include "mock_warehouse/http.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::warehouse {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void add_line(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// A header that the answer sets itself stands in the place of the usual one.
void add_usual(std::string& head, const Headers& own, std::string_view name,
               std::string_view value) {
  if (find_header(own, name) == nullptr) add_line(head, name, value);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return &value;
  return nullptr;
}

Answer json_answer(int status, Json document) {
  Answer answer;
  answer.status = status;
  answer.body = dump_json(document);
  answer.document = std::move(document);
  return answer;
}

Answer error_answer(int status, std::string_view code, std::string_view message, bool retryable) {
  Json error;
  error["code"] = code;
  error["message"] = message;
  error["retryable"] = retryable;
  Json document;
  document["error"] = std::move(error);
  return json_answer(status, std::move(document));
}

std::string_view reason_phrase(int status) {
  switch (status) {  // RFC 9110, section 15; RFC 6585
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 418:
      return "I'm a teapot";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

namespace {

std::string render_head(const Answer& answer, const Framing& framing) {
  std::string head;
  if (framing.status_line) {
    head = *framing.status_line;
  } else {
    head = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    head += answer.reason.empty() ? reason_phrase(answer.status) : std::string_view(answer.reason);
  }
  head += "\r\n";
  add_usual(head, answer.headers, "Date", format_http_date(framing.date));
  add_usual(head, answer.headers, "Server", "warehouse");
  add_usual(head, answer.headers, "Content-Type", answer.content_type);
  for (const auto& [name, value] : answer.headers) add_line(head, name, value);
  if (framing.chunked) {
    add_line(head, "Transfer-Encoding", "chunked");
  } else {
    add_line(head, "Content-Length",
             framing.content_length.value_or(std::to_string(answer.body.size() + answer.padding)));
  }
  if (framing.close) {
    add_line(head, "Connection", "close");
  } else if (framing.minor_version == 0) {
    add_line(head, "Connection", "keep-alive");
  }
  return head + "\r\n";
}

}  // namespace

RenderedAnswer render(const Answer& answer, const Framing& framing) {
  RenderedAnswer bytes;
  bytes.head = render_head(answer, framing);
  if (framing.head_only) return bytes;
  bytes.body = answer.body;
  bytes.padding = answer.padding;
  if (!framing.chunked) return bytes;
  const std::size_t size = answer.body.size() + answer.padding;
  if (size > 0) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), size, 16).ptr;
    bytes.opening.append(digits.begin(), end).append("\r\n");
    bytes.closing = "\r\n";
  }
  bytes.closing += "0\r\n\r\n";
  return bytes;
}

}  // namespace assay::warehouse
