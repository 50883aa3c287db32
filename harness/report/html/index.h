#pragma once

// Where everything in a report's page is, so that evidence links to what it cites, and back.
//
// In: a report's Json, which must outlive the index. Anchors are made of positions, never of texts:
// they are unique, and nothing that a candidate chose is in them.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::report {

class HtmlIndex {
 public:
  explicit HtmlIndex(const Json& graded);

  static std::string case_anchor(std::size_t position);  ///< of the case in the report, from 0
  static std::string request_anchor(std::size_t case_position, int seq);
  static std::string stream_anchor(std::size_t case_position, std::string_view stream);
  static std::string line_anchor(std::size_t file_position, std::size_t line);

  /// Of the case with that id; empty where the report has none.
  std::string anchor_of_case(const std::string& id) const;
  /// Of what is cited, or of the nearest thing around it that the page has; empty where there is
  /// none.
  std::string anchor_of(const Json& citation) const;

  /// Null where there is no such fact.
  const Json* fact(const std::string& id) const;
  /// Ids of the facts that cite the case or a part of it, in order.
  std::vector<std::string> facts_of_case(const std::string& id) const;
  /// Ids of the facts whose cited range begins at the line.
  std::vector<std::string> facts_from_line(std::size_t file_position, std::size_t line) const;
  bool is_cited(std::size_t file_position, std::size_t line) const;

 private:
  struct Range {
    std::size_t file, first, last;
    std::string fact;
  };

  void add_fact(const Json& fact);

  std::map<std::string, std::size_t> cases_;  // position by id
  std::map<std::string, std::size_t> files_;  // position by path
  std::vector<std::size_t> file_lines_;       // number of lines, by position
  std::vector<const Json*> case_json_;        // by position
  std::map<std::string, const Json*> facts_;  // by id
  std::map<std::string, std::vector<std::string>> by_case_;
  std::vector<Range> ranges_;
};

}  // namespace assay::report
