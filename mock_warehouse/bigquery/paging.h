#pragma once

// Page tokens: opaque, and of no use for another listing than the one they came with.
//
// In: the name of a listing, and where the next page begins. Out: a token, and the way back. Pure
// functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

/// Where a page begins.
struct PageStart {
  std::size_t offset = 0;
  int page = 1;
};

std::string page_token(std::string_view listing, PageStart start);
std::optional<PageStart> read_page_token(std::string_view listing, std::string_view token);

/// One page of a listing with `total` items, as a call asks for it and the view lets it.
class Paging {
 public:
  /// By pageToken, startIndex and maxResults; or the refusal. `listing` names whose tokens these
  /// are.
  static std::variant<Paging, Answer> of(const Call& call, std::string listing, std::size_t total,
                                         std::size_t default_size);
  /// The first page, of at most so many.
  static Paging first(const Call& call, std::string listing, std::size_t total,
                      std::optional<std::uint64_t> size);

  std::size_t begin() const { return start_.offset; }
  std::size_t end() const { return end_; }
  int page() const { return start_.page; }
  /// Items from here on are on the next page: the page is full.
  void end_before(std::size_t end) { end_ = end; }
  /// Empty on the last page.
  std::string next_token() const;

 private:
  Paging(const Call& call, std::string listing, std::size_t total, std::size_t size,
         PageStart start);

  View::Paging view_;
  std::string listing_;
  std::size_t total_;
  PageStart start_;
  std::size_t end_;
  bool continued_;  ///< a token led here
};

}  // namespace assay::warehouse::bigquery
