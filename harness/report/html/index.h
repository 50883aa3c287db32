#pragma once

// Where everything in a report's page is, so that evidence links to what it cites, and back.
//
// In: a report's Json, which must outlive the index. Anchors are made of positions, never of texts:
// they are unique, and nothing that a candidate chose is in them. Built in time linear in the
// report; every look-up is logarithmic.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"
#include "harness/report/python_syntax.h"

namespace assay::report {

/// What ran in a case, and whose source it is.
enum class Side { kSolution, kDraft };

/// Requests of a case that the page lists; report.json has all that were kept.
inline constexpr std::size_t kMaxListedRequests = 120;

/// Of the sources of a side, the file that is called first; report.json has all that was taken in.
/// With marks of syntax a page is several times as large, and it is opened whole.
inline constexpr std::size_t kMaxShownSourceBytes = 1 << 20;

/// A file of the report, as its page shows it.
struct SourceFile {
  std::vector<std::string_view> lines;
  std::size_t left_out = 0;        ///< lines behind these that the page has no room for
  std::vector<LineSyntax> syntax;  ///< of each line; empty for a file that is not Python
};

class HtmlIndex {
 public:
  explicit HtmlIndex(const Json& graded);

  /// Positions count from 0, in the list of the report; a draft's case has the position of the
  /// solution's.
  static std::string case_anchor(std::size_t position, Side side = Side::kSolution);
  static std::string request_anchor(const std::string& case_anchor, int seq);
  static std::string stream_anchor(const std::string& case_anchor, std::string_view stream);
  static std::string line_anchor(std::size_t file_position, std::size_t line,
                                 Side side = Side::kSolution);
  static std::string indicator_anchor(std::size_t position);

  /// Of the case with that id; empty where the report has none.
  std::string anchor_of_case(const std::string& id) const;
  /// Of what is cited, or of the nearest thing around it that the page has; empty where there is
  /// none.
  std::string anchor_of(const Json& citation) const;
  /// The cited lines, first and last counted from 1 and inside the file; 0 and 0 where there are
  /// none.
  std::pair<std::size_t, std::size_t> lines_cited(const Json& citation) const;
  /// The file that is cited; null where the page has no such file.
  const SourceFile* file_cited(const Json& citation) const;
  const SourceFile& file(std::size_t position, Side side) const;

  /// What the draft did in the case at that position; null where there is no draft or it did not
  /// run there.
  const Json* draft_of_case(std::size_t position) const;

  /// Null where there is no such fact.
  const Json* fact(const std::string& id) const;
  /// Ids of the facts that cite the case or a part of it, in order.
  const std::vector<std::string>& facts_of_case(const std::string& id) const;
  /// Ids of the facts whose cited range begins at the line.
  const std::vector<std::string>& facts_from_line(std::size_t file_position, std::size_t line,
                                                  Side side = Side::kSolution) const;
  bool is_cited(std::size_t file_position, std::size_t line, Side side = Side::kSolution) const;

  /// Positions of the indicators that rest on one of the facts, each once, in order.
  std::vector<std::size_t> indicators_on(const std::vector<std::string>& facts) const;
  const Json& indicator(std::size_t position) const { return indicators_->at(position); }

 private:
  struct File : SourceFile {
    std::vector<bool> cited;                                 // by line, from 0
    std::map<std::size_t, std::vector<std::string>> starts;  // facts, by the line from 1
  };
  struct Files {
    std::map<std::string, std::size_t> by_path;
    std::vector<File> list;
  };

  void add_files(const Json& files, const std::string& entry, Side side);
  void add_fact(const Json& fact);
  void add_indicator(const Json& indicator, std::size_t position);
  const Files& files_of(const Json& citation) const;

  const Json* indicators_;
  std::map<std::string, std::size_t> cases_;  // position by id
  std::vector<const Json*> case_json_;        // by position
  std::map<std::size_t, const Json*> draft_cases_;
  Files files_, draft_files_;
  std::map<std::string, const Json*> facts_;  // by id
  std::map<std::string, std::vector<std::string>> by_case_;
  std::map<std::string, std::vector<std::size_t>> by_fact_;
};

}  // namespace assay::report
