#include "mock_warehouse/session/request_reader.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>

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

}  // namespace

struct RequestReader::Impl {
  /// As it was before the body. Beast puts the fields of a trailer among those of the header, and
  /// heeds a Connection there; RFC 9110, section 6.5.1, lets nobody do so.
  struct Head {
    Headers fields;
    bool keep_alive;
  };

  Parser parser;
  State state = State::kNeedsMore;
  std::optional<Head> head;
  bool started = false;
  bool continue_sent = false;
  bool asked_for_more = false;  ///< the parser, when it was fed last
  Refusal refusal;

  Impl() {
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(kMaxBodyBytes);
  }

  void refuse(Refusal why) {
    state = State::kRefused;
    refusal = std::move(why);
  }

  /// RFC 9112, section 3.2: a request of HTTP/1.1 has exactly one Host.
  bool has_one_host() const {
    const auto& message = parser.get();
    return message.version() < 11 || message.count(http::field::host) == 1;
  }

  /// Once, before the parser has seen anything of the body.
  void read_head() {
    if (head || !parser.is_header_done()) return;
    head = Head{fields_of(parser.get()), parser.keep_alive()};
    if (!has_one_host()) refuse({400, "a request of HTTP/1.1 needs exactly one Host header"});
    parser.eager(true);
  }

  bool can_use(std::size_t bytes) const {
    return !asked_for_more || !parser.is_header_done() || !parser.chunked() ||
           bytes >= kLastChunkBytes;
  }

  bool waits_for_continue() const {
    return parser.is_header_done() && !parser.is_done() && !continue_sent &&
           boost::beast::iequals(parser.get()[http::field::expect], "100-continue") &&
           parser.get().body().empty();
  }
};

RequestReader::RequestReader() : impl_(std::make_unique<Impl>()) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  // RFC 9112, section 2.2: empty lines before a request line are to be ignored.
  if (!impl_->started) {
    while (bytes.substr(used).starts_with("\r\n")) used += 2;
    // Of the next one, perhaps. The parser would take it for the beginning of a request line.
    if (bytes.substr(used) == "\r") return used;
  }
  while (used < bytes.size() && impl_->state == State::kNeedsMore) {
    const std::string_view rest = bytes.substr(used);
    if (!impl_->can_use(rest.size())) break;
    boost::beast::error_code error;
    const std::size_t taken = impl_->parser.put({rest.data(), rest.size()}, error);
    used += taken;
    impl_->started = true;
    impl_->asked_for_more = error == http::error::need_more;
    if (error && error != http::error::need_more)
      impl_->refuse(refusal_of(error));
    else
      impl_->read_head();
    if (impl_->state == State::kRefused) break;
    if (impl_->parser.is_done()) {
      impl_->state = State::kComplete;
    } else if (used == bytes.size() && impl_->waits_for_continue()) {
      impl_->state = State::kWaitsForContinue;
    } else if (taken == 0) {
      break;
    }
  }
  return used;
}

RequestReader::State RequestReader::state() const { return impl_->state; }

bool RequestReader::started() const { return impl_->started; }

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
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.minor_version = message.version() == 10 ? 0 : 1;
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
