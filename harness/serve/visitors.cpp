#include "harness/serve/visitors.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace assay::serve {
namespace {

using warehouse::Answer;
using warehouse::error_answer;
using warehouse::find_header;
using warehouse::HttpRequest;
using warehouse::same_name;

/// What is repeated of a header in an answer.
constexpr std::size_t kMaxQuoted = 100;

std::string in_quotes(std::string_view text) {
  return "\"" + to_valid_utf8(text.substr(0, kMaxQuoted)) + "\"";
}

bool is_address(const std::string& text, int family) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

/// A Host without its port.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  return host.substr(0, host.find(':'));
}

/// RFC 9110, section 15.5.20.
Answer misdirected(const std::string& host) {
  Answer answer = error_answer(421, "misdirected_request",
                               "this port does not go by the name of " + in_quotes(host) +
                                   ": ask it by an IP address, by localhost, or by a name that "
                                   "--allow-host gives it",
                               false);
  answer.reason = "Misdirected Request";
  return answer;
}

}  // namespace

bool Visitors::is_ours(std::string_view host) const {
  std::string_view name = name_in(host);
  if (name.starts_with('[') && name.ends_with(']'))
    return is_address(std::string(name.substr(1, name.size() - 2)), AF_INET6);
  if (name.ends_with('.')) name.remove_suffix(1);
  return same_name(name, "localhost") || is_address(std::string(name), AF_INET) ||
         std::ranges::any_of(names_, [&](const std::string& own) { return same_name(name, own); });
}

std::optional<Answer> Visitors::turn_away(const HttpRequest& request) const {
  const std::string* host = find_header(request.headers, "Host");
  for (const auto& [name, value] : request.headers)
    if (same_name(name, "Host") && !is_ours(value)) return misdirected(value);
  if (const std::string* origin = find_header(request.headers, "Origin"))
    if (host == nullptr || !same_name(*origin, "http://" + *host))
      return error_answer(403, "foreign_origin",
                          "a page of " + in_quotes(*origin) + " may ask nothing here", false);
  // Fetch Metadata: a browser says so where a page of another site asks without an Origin.
  const std::string* site = find_header(request.headers, "Sec-Fetch-Site");
  if (site != nullptr && *site != "same-origin" && *site != "none")
    return error_answer(403, "foreign_origin", "a page of another site may ask nothing here",
                        false);
  return std::nullopt;
}

}  // namespace assay::serve
