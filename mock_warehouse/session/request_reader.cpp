#include "mock_warehouse/session/request_reader.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/rfc/authority_rule.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/assert.h"
#include "mock_warehouse/limits.h"

namespace assay::warehouse {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

Refusal refusal_of(const boost::beast::error_code& error) {
  if (error == http::error::header_limit)
    return {431, "the request's header fields are larger than the server takes"};
  if (error == http::error::body_limit || error == http::error::buffer_overflow)
    return {413, "the request's body is larger than the server takes"};
  return {400, "this is no HTTP/1.1 request: " + error.message()};
}

/// A chunk's header, or a trailer.
const Refusal kTooMuchFraming = {431,
                                 "what frames the request's body is larger than the server takes"};

/// "0\r\n\r\n", the least that can still come of a body in chunks. Once it has seen a part of the
/// last chunk, Beast 1.81 asserts that there is no less (basic_parser.ipp, parse_chunk_header),
/// which only holds where there is a chunk before it.
constexpr std::size_t kLastChunkBytes = 5;

Headers fields_of(const http::fields& message) {
  Headers fields;
  for (const auto& field : message)
    fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return fields;
}

std::size_t size_of(const http::fields& message) {
  std::size_t size = 0;
  for (const auto& field : message) size += field.name_string().size() + field.value().size();
  return size;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// RFC 9110, section 5.6.1: of a field that is a list, on however many lines, what stands between
/// the commas, but for empty ones.
std::vector<std::string_view> members_of(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> members;
  for (const auto& [key, value] : headers) {
    if (!same_name(key, name)) continue;
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      const std::string_view member = trimmed(std::string_view(value).substr(at, end - at));
      if (!member.empty()) members.push_back(member);
      at = end + 1;
    }
  }
  return members;
}

bool is_chunked(std::string_view coding) { return same_name(coding, "chunked"); }

/// RFC 9112, section 3.2. The name may be empty: so it is where a target has none.
std::optional<Refusal> check_host(const Headers& headers, bool needed) {
  const auto count = std::ranges::count_if(
      headers, [](const auto& header) { return same_name(header.first, "Host"); });
  if (count > 1 || (count == 0 && needed))
    return Refusal{400, "a request of HTTP/1.1 needs exactly one Host header"};
  if (count == 0) return std::nullopt;
  const auto host = boost::urls::parse_authority(*find_header(headers, "Host"));
  if (!host || host->has_userinfo()) return Refusal{400, "the Host header is no name of a host"};
  return std::nullopt;
}

/// RFC 9112, sections 6.1 and 6.3: without "chunked" as the last, or with any that is not known,
/// nobody can tell where the request ends, and what another reader takes it for.
std::optional<Refusal> check_codings(const Headers& headers, bool known_to_version) {
  if (find_header(headers, "Transfer-Encoding") == nullptr) return std::nullopt;
  if (!known_to_version) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  const std::vector<std::string_view> codings = members_of(headers, "Transfer-Encoding");
  if (codings.empty() || !is_chunked(codings.back()) ||
      std::ranges::count_if(codings, is_chunked) > 1)
    return Refusal{400, "a request's Transfer-Encoding ends in chunked, and has it once"};
  if (codings.size() > 1) return Refusal{501, "the server knows no transfer coding but chunked"};
  return std::nullopt;
}

/// RFC 9110, section 10.1.1.
std::optional<Refusal> check_expectations(const Headers& headers) {
  for (const std::string_view expected : members_of(headers, "Expect"))
    if (!same_name(expected, "100-continue"))
      return Refusal{417, "the server knows no expectation but 100-continue"};
  return std::nullopt;
}

}  // namespace

struct RequestReader::Impl {
  /// As it was before the body. Beast puts the fields of a trailer among those of the header, and
  /// heeds a Connection there; RFC 9110, section 6.5.1, lets nobody do so.
  struct Head {
    Headers fields;
    bool keep_alive;
    bool expects_continue;
    std::size_t size;  ///< of names and values
  };
  /// Counts what stands behind the sizes of chunks, and looks at it.
  struct Extensions {
    void operator()(std::uint64_t, boost::beast::string_view text,
                    boost::beast::error_code& error) {
      ++chunks;
      size += text.size();
      // RFC 9112, section 7.1.1: they are bounded. Beast lets any byte stand in their quotes, line
      // ends of other readers among them.
      if (size > kMaxChunkExtensionBytes || std::ranges::any_of(text, is_control))
        error = http::error::bad_chunk_extension;
    }
    std::size_t size = 0;
    std::size_t chunks = 0;
  };

  HeadScan scan;
  Parser parser;
  Extensions extensions;
  State state = State::kNeedsMore;
  std::optional<Head> head;
  bool begun = false;
  bool continue_sent = false;
  bool asked_for_more = false;  ///< the parser, when it was fed last
  Refusal refusal;

  Impl() {
    // Its size was seen by then: HeadScan.
    parser.header_limit(2 * kMaxHeaderBytes);
    parser.body_limit(kMaxBodyBytes);
    parser.on_chunk_header(extensions);
  }

  void refuse(Refusal why) {
    state = State::kRefused;
    refusal = std::move(why);
  }

  std::size_t feed_head(std::string_view bytes);
  void read_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);

  bool can_use(std::string_view rest) const {
    return !asked_for_more || !parser.chunked() || rest.size() >= kLastChunkBytes ||
           !may_be_last_chunk(rest);
  }

  /// A chunk that is not the first has a line end before it.
  bool may_be_last_chunk(std::string_view rest) const {
    if (extensions.chunks > 0 && (rest == "\r" || rest.starts_with("\r\n")))
      rest.remove_prefix(std::min<std::size_t>(rest.size(), 2));
    const std::size_t behind = rest.find_first_not_of('0');
    if (behind == std::string_view::npos) return true;
    constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
    if (behind == 0 || kHexDigits.find(rest[behind]) != std::string_view::npos) return false;
    const std::size_t end = rest.find('\r', behind);
    return end == std::string_view::npos || end + 1 == rest.size() || rest[end + 1] == '\n';
  }

  bool waits_for_continue() const {
    return head->expects_continue && !continue_sent && parser.get().body().empty();
  }
};

/// RFC 9112, section 2.2: empty lines before a request line are to be ignored.
std::size_t RequestReader::Impl::feed_head(std::string_view bytes) {
  std::size_t used = 0;
  if (!begun) {
    while (bytes.substr(used).starts_with("\r\n")) used += 2;
    // Of the next one, perhaps.
    if (bytes.substr(used) == "\r" || used == bytes.size()) return used;
    begun = true;
  }
  const auto size = scan.look(bytes.substr(used));
  if (scan.refusal()) refuse(*scan.refusal());
  if (!size) return used;
  read_head(bytes.substr(used, *size));
  return used + *size;
}

void RequestReader::Impl::read_head(std::string_view bytes) {
  // RFC 9110, section 2.5: of a later minor version, what is sent has the meaning it has in ours.
  std::string as_ours;
  if (scan.minor_version() > 1) {
    as_ours = bytes;
    as_ours[scan.minor_version_at()] = '1';
    bytes = as_ours;
  }
  boost::beast::error_code error;
  parser.put({bytes.data(), bytes.size()}, error);
  if (error) return refuse(refusal_of(error));
  ASSAY_ASSERT(parser.is_header_done(), "a head that ends nowhere");
  const auto& message = parser.get();
  head = Head{fields_of(message), parser.keep_alive(), false, size_of(message)};
  const bool is_1_1 = scan.minor_version() > 0;
  auto wrong = check_host(head->fields, is_1_1);
  if (!wrong) wrong = check_codings(head->fields, is_1_1);
  // RFC 9110, section 10.1.1: a client of HTTP/1.0 knows no 100.
  if (!wrong && is_1_1) wrong = check_expectations(head->fields);
  head->expects_continue = is_1_1 && !members_of(head->fields, "Expect").empty();
  if (wrong) return refuse(*std::move(wrong));
  // RFC 9112, section 9.3: `close` goes before `keep-alive`.
  for (const std::string_view option : members_of(head->fields, "Connection"))
    if (same_name(option, "close")) head->keep_alive = false;
  if (parser.is_done()) state = State::kComplete;
  parser.eager(true);
}

std::size_t RequestReader::Impl::feed_body(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state == State::kNeedsMore) {
    const std::string_view rest = bytes.substr(used);
    if (!can_use(rest)) break;
    boost::beast::error_code error;
    const std::size_t taken = parser.put({rest.data(), rest.size()}, error);
    used += taken;
    asked_for_more = error == http::error::need_more;
    if (error && error != http::error::need_more) {
      refuse(refusal_of(error));
    } else if (parser.chunked() && size_of(parser.get()) - head->size > kMaxHeaderBytes) {
      refuse(kTooMuchFraming);
    } else if (parser.is_done()) {
      state = State::kComplete;
    } else if (taken == 0) {
      // A chunk's header without an end, or fields of a trailer.
      if (rest.size() >= kMaxHeaderBytes) refuse(kTooMuchFraming);
      break;
    }
  }
  return used;
}

RequestReader::RequestReader() : impl_(std::make_unique<Impl>()) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (!impl_->head && impl_->state == State::kNeedsMore) used = impl_->feed_head(bytes);
  if (impl_->head && impl_->state == State::kNeedsMore) {
    used += impl_->feed_body(bytes.substr(used));
    if (impl_->state == State::kNeedsMore && used == bytes.size() && impl_->waits_for_continue())
      impl_->state = State::kWaitsForContinue;
  }
  return used;
}

RequestReader::State RequestReader::state() const { return impl_->state; }

bool RequestReader::begun() const { return impl_->begun; }

void RequestReader::time_out() {
  ASSAY_ASSERT(impl_->begun && impl_->state == State::kNeedsMore, "there is nothing to wait for");
  impl_->refuse({408, "the request has not come whole in time"});
}

void RequestReader::continue_sent() {
  ASSAY_ASSERT(impl_->state == State::kWaitsForContinue, "no client waits for a 100");
  impl_->continue_sent = true;
  impl_->state = State::kNeedsMore;
}

HttpRequest RequestReader::take() {
  ASSAY_ASSERT(impl_->state == State::kComplete || impl_->state == State::kRefused,
               "there is no request to take");
  auto& message = impl_->parser.get();
  HttpRequest request;
  request.method = impl_->scan.method();
  request.target = impl_->scan.target();
  request.minor_version = std::min(impl_->scan.minor_version(), 1);
  request.keep_alive = impl_->state == State::kComplete && impl_->head->keep_alive;
  request.headers = impl_->head ? std::move(impl_->head->fields) : fields_of(message);
  request.body = std::move(message.body());
  if (impl_->state == State::kComplete) impl_ = std::make_unique<Impl>();
  return request;
}

const Refusal& RequestReader::refusal() const {
  ASSAY_ASSERT(impl_->state == State::kRefused, "nothing was refused");
  return impl_->refusal;
}

}  // namespace assay::warehouse
