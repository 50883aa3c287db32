#include "mock_warehouse/bigquery/paging.h"

#include <algorithm>
#include <charconv>

#include "harness/base/base64.h"
#include "harness/base/sha256.h"
#include "mock_warehouse/bigquery/errors.h"

namespace assay::warehouse::bigquery {
namespace {

constexpr std::size_t kSealDigits = 12;

std::string seal(std::string_view listing, std::string_view place) {
  return sha256_hex(std::string(listing) + "\n" + std::string(place)).substr(0, kSealDigits);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::string page_token(std::string_view listing, PageStart start) {
  const std::string place = std::to_string(start.page) + ":" + std::to_string(start.offset);
  std::string token = base64_encode(seal(listing, place) + place);
  std::erase(token, '=');
  return token;
}

std::optional<PageStart> read_page_token(std::string_view listing, std::string_view token) {
  std::string padded(token);
  padded.resize((padded.size() + 3) / 4 * 4, '=');
  const auto text = base64_decode(padded);
  if (!text || text->size() <= kSealDigits) return std::nullopt;
  const std::string_view place = std::string_view(*text).substr(kSealDigits);
  if (seal(listing, place) != text->substr(0, kSealDigits)) return std::nullopt;
  PageStart start;
  const std::size_t colon = place.find(':');
  if (!read_number(place.substr(0, colon), start.page) ||
      !read_number(place.substr(std::min(colon + 1, place.size())), start.offset))
    return std::nullopt;
  return start;
}

Paging::Paging(const Call& call, std::string listing, std::size_t total, std::size_t size,
               PageStart start)
    : view_(call.view.paging),
      listing_(std::move(listing)),
      total_(total),
      start_(start),
      continued_(start.page > 1) {
  start_.offset = std::min(start_.offset, total_);
  if (view_.size) size = std::min(size, static_cast<std::size_t>(*view_.size));
  end_ = start_.offset + std::min(size, total_ - start_.offset);
}

std::variant<Paging, Answer> Paging::of(const Call& call, std::string listing, std::size_t total,
                                        std::size_t default_size) {
  PageStart start;
  const std::string token = text_parameter(call, "pageToken");
  if (!token.empty()) {
    const auto read = read_page_token(listing, token);
    if (!read) return invalid("pageToken", "it is not the token of a page of this listing");
    start = *read;
  } else {
    NumberParameter index = number_parameter(call, "startIndex");
    if (index.refusal) return *std::move(index.refusal);
    start.offset = static_cast<std::size_t>(index.value.value_or(0));
  }
  NumberParameter size = number_parameter(call, "maxResults");
  if (size.refusal) return *std::move(size.refusal);
  return Paging(call, std::move(listing), total,
                static_cast<std::size_t>(size.value.value_or(default_size)), start);
}

Paging Paging::first(const Call& call, std::string listing, std::size_t total,
                     std::optional<std::uint64_t> size) {
  return Paging(call, std::move(listing), total, static_cast<std::size_t>(size.value_or(total)),
                {});
}

std::string Paging::next_token() const {
  if (view_.drops_token) return "";
  if (view_.repeats_token && continued_) return page_token(listing_, start_);
  if (end_ >= total_) return "";
  return page_token(listing_, {end_, start_.page + 1});
}

}  // namespace assay::warehouse::bigquery
