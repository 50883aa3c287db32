#pragma once

// What requests ask for, so that another try of the same is known as one.
//
// Two requests of a case ask for the same thing where the same token asks for
//   a query      with the same SQL and the same parameters (model::Request::sql), whatever method,
//                requestId or jobId it goes by: those are new in many a retry;
//   a page of    the same such query, the same page: pages of a job count in the order in which
//   its result   their tokens are first asked for, so that the second page of a query that is
//                asked anew is the second page again, though job and token are others;
//   otherwise    the same method and target, however it is escaped, and, where there is a body, a
//                body of the same bytes.
// How long an answer may take, and how large it may be, is no part of a thing.
//
// In: the journal of one case, request by request. Out: a number for each thing, from 0, and what
// the request does with it. Used from one thread.

#include <map>
#include <string>

#include "harness/model/observation.h"

namespace assay::evidence {

class Things {
 public:
  struct Asked {
    int thing = 0;
    /// The journal's word; of a query and of all pages of its result "query 1", "query 2", …, since
    /// the first page comes by one operation and the others by another.
    std::string operation;
  };
  /// Of the next request.
  Asked of(const model::Request& request);

 private:
  std::string page_of(const model::Request& request);

  std::map<std::string, int> things_, queries_;
  std::map<std::string, std::map<std::string, int>> pages_;  ///< by job's path, then by token
};

}  // namespace assay::evidence
