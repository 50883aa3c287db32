#include "mock_warehouse/bigquery/projects.h"

#include "mock_warehouse/bigquery/paging.h"

namespace assay::warehouse::bigquery {

Answer projects_list(const Call& call) {
  const auto cut = Paging::of(call, "projects", 1, 1);
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  const auto& page = std::get<Paging>(cut);
  Json project;
  project["kind"] = "bigquery#project";
  project["id"] = call.world.project;
  project["numericId"] = "1";
  project["projectReference"]["projectId"] = call.world.project;
  project["friendlyName"] = call.world.project;
  Json json;
  json["kind"] = "bigquery#projectList";
  json["etag"] = etag_of(project);
  if (const std::string next = page.next_token(); !next.empty()) json["nextPageToken"] = next;
  if (page.begin() < page.end()) json["projects"] = Json::array({std::move(project)});
  json["totalItems"] = 1;
  return resource_answer(std::move(json));
}

}  // namespace assay::warehouse::bigquery
