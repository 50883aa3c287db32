#pragma once

// The resource jobs: insert, get, list, cancel, delete; and what other methods need of a job.
//
// Jobs are the desk's (query_desk.h). Of those that came by another API nothing is told here.

#include <string>
#include <variant>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/query_request.h"
#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer jobs_insert(const Call& call);
Answer jobs_get(const Call& call);
Answer jobs_list(const Call& call);
Answer jobs_cancel(const Call& call);
Answer jobs_delete(const Call& call);

/// Files the query as a job, or finds the one that an earlier request with the same requestId made.
/// The refusal where its name is taken, or its place has no data.
std::variant<const QueryJob*, Answer> file_job(const Call& call, const QueryRequest& request);

/// The job that the route names; or the refusal. A view that fails jobs has failed it.
std::variant<const QueryJob*, Answer> find_job(const Call& call);

/// Whether the view lets the job go on. Not one that is known to be over.
bool is_held_up(const Call& call, const QueryJob& job);

/// {"projectId", "jobId", "location"}; without the id for a dry run, which is kept nowhere.
Json job_reference(const Call& call, const QueryJob& job);

/// The error that a job has, if it has one.
std::optional<ServiceError> error_of(const QueryJob& job);

}  // namespace assay::warehouse::bigquery
