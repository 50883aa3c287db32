#include "mock_warehouse/session/head_scan.h"

#include <algorithm>
#include <utility>

#include "mock_warehouse/limits.h"

namespace assay::warehouse {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

}  // namespace

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && c != '\t') || byte == 0x7F;
}

std::optional<std::size_t> HeadScan::look(std::string_view bytes) {
  while (at_ < bytes.size() && !complete_ && !refusal_) {
    take(bytes);
    ++at_;
    check_size(bytes);
  }
  if (refusal_ && first_line_ == 0) {
    // What has come of it, for the journal.
    const std::string_view line = bytes.substr(0, at_ - 1);
    const std::size_t space = std::min(line.find(' '), line.size());
    method_ = line.substr(0, space);
    target_ = line.substr(std::min(space + 1, line.size()));
    target_.erase(std::min(target_.find(' '), target_.size()));
  }
  if (refusal_ || !complete_) return std::nullopt;
  return at_;
}

void HeadScan::refuse(int status, std::string message) {
  refusal_ = Refusal{status, std::move(message)};
}

/// RFC 9112, section 2.2: a bare CR is invalid, and whether a bare LF ends a line is up to us.
void HeadScan::take(std::string_view bytes) {
  const char c = bytes[at_];
  if (behind_cr_ != (c == '\n'))
    return refuse(400, "a line of the request's head does not end in CR LF");
  if (c == '\n') {
    behind_cr_ = false;
    end_line(bytes.substr(line_, at_ - 1 - line_));
    line_ = at_ + 1;
  } else if (c == '\r') {
    behind_cr_ = true;
  } else if (is_control(c) || (c == '\t' && first_line_ == 0)) {
    refuse(400, "there is a control character in the request's head");
  }
}

void HeadScan::end_line(std::string_view line) {
  if (first_line_ > 0) {
    complete_ = line.empty();
    return;
  }
  first_line_ = line.size() + 2;
  read_request_line(line);
}

/// RFC 9112, section 3: method SP request-target SP HTTP-version.
void HeadScan::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    method_ = line.substr(0, first);
    if (first != std::string_view::npos) target_ = line.substr(first + 1);
    return refuse(400, "the request's first line is not: method, target, HTTP/1.1");
  }
  method_ = line.substr(0, first);
  target_ = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (method_.empty() || target_.empty() || !is_version(version))
    return refuse(400, "the request's first line is not: method, target, HTTP/1.1");
  if (version[5] != '1')
    return refuse(505, "the server speaks HTTP/1.1, not " + std::string(version));
  minor_version_ = version[7] - '0';
}

void HeadScan::check_size(std::string_view bytes) {
  if (refusal_ || complete_) return;
  if (first_line_ == 0 && at_ >= kMaxRequestLineBytes) {
    // RFC 9112, section 3: a method that is longer than any is a 501, a target that is, a 414.
    if (bytes.substr(0, at_).find(' ') == std::string_view::npos)
      return refuse(501, "the request's method is longer than any");
    return refuse(414, "the request's target is longer than the server takes");
  }
  if (at_ >= kMaxHeaderBytes)
    refuse(431, "the request's header fields are larger than the server takes");
}

}  // namespace assay::warehouse
