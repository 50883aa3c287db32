#include "harness/evidence/things.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "harness/base/ascii.h"

namespace assay::evidence {
namespace {

/// Who asks: the fingerprint of the token, where one was sent. After a new token the same request
/// is another one.
std::string asker_of(const model::Request& request) {
  for (const Json& header : request.headers) {
    if (lower_ascii(header.at(0).get_ref<const std::string&>()) == "authorization")
      return header.at(1).get<std::string>();
  }
  return "";
}

/// A parameter of the target's query as it was written; empty where there is none.
std::string_view parameter_in(std::string_view target, std::string_view name) {
  std::size_t begin = target.find('?');
  while (begin != std::string_view::npos) {
    const std::string_view rest = target.substr(begin + 1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
    const std::size_t next = rest.find('&');
    begin = next == std::string_view::npos ? next : begin + 1 + next;
  }
  return {};
}

char upper_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// What an escape stands for that need not be one.
std::optional<char> unreserved_at(std::string_view target, std::size_t at) {
  if (target[at] != '%' || at + 2 >= target.size()) return std::nullopt;
  unsigned byte = 0;
  const char* end = target.data() + at + 3;
  const auto read = std::from_chars(target.data() + at + 1, end, byte, 16);
  const char c = static_cast<char>(byte);
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
  return read.ptr == end && plain ? std::optional(c) : std::nullopt;
}

constexpr std::string_view kScheme = "http://";

/// Targets that differ in needless escapes, or in the case of their digits, are the same (RFC 3986,
/// 6.2.2.1 and 6.2.2.2), and so is one with a query that is empty, or an authority before its path.
std::string normal(std::string_view target) {
  if (target.ends_with('?')) target.remove_suffix(1);
  if (lower_ascii(target.substr(0, kScheme.size())) == kScheme)  // the absolute form of a proxy's
    target.remove_prefix(std::min(target.find('/', kScheme.size()), target.size()));
  std::string text;
  for (std::size_t at = 0; at < target.size(); ++at) {
    const auto plain = unreserved_at(target, at);
    const bool digit = at > 0 && (target[at - 1] == '%' || (at > 1 && target[at - 2] == '%'));
    text += plain ? *plain : digit ? upper_ascii(target[at]) : target[at];
    if (plain) at += 2;
  }
  return text;
}

int number_of(std::map<std::string, int>& numbers, const std::string& key) {
  return numbers.try_emplace(key, static_cast<int>(numbers.size())).first->second;
}

}  // namespace

/// Which part of a query's result a request without a body asks for.
std::string Things::page_of(const model::Request& request) {
  const std::string_view target = request.target;
  const std::string token(parameter_in(target, "pageToken"));
  if (token.empty()) return "from " + std::string(parameter_in(target, "startIndex"));
  auto& pages = pages_[std::string(target.substr(0, target.find('?')))];
  constexpr int kFirstByToken = 2;
  return "page " + std::to_string(kFirstByToken + number_of(pages, token));
}

Things::Asked Things::of(const model::Request& request) {
  const std::string asker = asker_of(request) + " ";
  if (request.sql.empty()) {
    const std::string thing =
        request.method + " " + normal(request.target) + " " + request.body_sha256;
    return {number_of(things_, asker + thing), request.operation};
  }
  const bool brings_query = !request.body_sha256.empty();
  const std::string thing = request.sql + "\n" + (brings_query ? "query" : page_of(request));
  return {number_of(things_, asker + thing),
          "query " + std::to_string(number_of(queries_, request.sql) + 1)};
}

}  // namespace assay::evidence
