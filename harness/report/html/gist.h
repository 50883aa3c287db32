#pragma once

// What came of a case in so few words that those of a whole state of the world fit one line.
//
// In: what ran in all cases of a report, which must outlive this. Of a dict or alike that was
// returned, the gist is its closed entries: those of text or truth that every answer has and that
// repeat, such as a status; never counts or messages, which differ in every case. Pure, on any
// thread.

#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::report {

class Gist {
 public:
  /// `states`: how many states of the world there are. What has more values than that is not
  /// closed.
  Gist(const std::vector<const Json*>& ran, std::size_t states);

  /// "'healthy'", "'FAIL', 'PARTITION_MISSING'", "True", "raised KeyError", "returned list"
  std::string of(const Json& ran) const;

 private:
  std::vector<std::string> closed_;  ///< keys, in the order in which they first came
};

/// Each gist once, in the order in which they first came, with how often: "'error' ×3".
std::vector<std::string> counted(const std::vector<std::string>& gists);

}  // namespace assay::report
