#pragma once

// Errors as BigQuery tells them: in an answer of their own, and within a job.
//
// In: a reason of the service's and a message. Out: JSON. The reasons and their HTTP statuses are
// those of the service's page "Error messages". Pure functions.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mock_warehouse/http.h"

namespace assay::warehouse::bigquery {

struct Reason {
  std::string_view name;
  int status;                ///< of those that the service documents for it
  std::string_view message;  ///< where nobody gives another
};

/// All that the service documents.
std::span<const Reason> documented_reasons();

/// The service's name for an HTTP status: "NOT_FOUND".
std::string_view status_name(int status);

/// The reason that an HTTP status usually has.
std::string_view usual_reason(int status);

struct ServiceError {
  std::string reason;
  std::string message;
  std::string location;       ///< what is wrong: "q", "pageToken"; empty: it is not told
  std::string location_type;  ///< "parameter", "header"
};

/// The status that goes with the reason; 400 where the service documents none.
int status_of(std::string_view reason);

/// What the service says where nobody says more; "The job failed" of a reason that is not known.
std::string_view usual_message(std::string_view reason);

/// `status`: in the place of the reason's own.
Answer error_answer(const ServiceError& error, std::optional<int> status = std::nullopt);

/// What is wrong with one parameter or field of a request.
Answer invalid(std::string_view parameter, std::string_view message);
Answer not_found(std::string_view what);

/// The ErrorProto of a job.
Json error_proto(const ServiceError& error);

}  // namespace assay::warehouse::bigquery
