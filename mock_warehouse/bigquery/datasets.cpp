#include "mock_warehouse/bigquery/datasets.h"

#include <algorithm>

#include "mock_warehouse/bigquery/paging.h"

namespace assay::warehouse::bigquery {
namespace {

Json reference(const World& world) {
  Json json;
  json["datasetId"] = world.dataset;
  json["projectId"] = world.project;
  return json;
}

/// The latest change of any of its tables.
std::string last_change(const World& world) {
  std::string latest;
  for (const auto& [name, table] : world.tables) latest = std::max(latest, table.last_modified);
  return latest;
}

}  // namespace

Answer datasets_get(const Call& call) {
  const World& world = call.world;
  Json json;
  json["kind"] = "bigquery#dataset";
  json["id"] = world.project + ":" + world.dataset;
  json["selfLink"] = self_link(world, "datasets/" + world.dataset);
  json["datasetReference"] = reference(world);
  json["access"] = Json::array({{{"role", "READER"}, {"specialGroup", "projectReaders"}}});
  json["creationTime"] = "0";
  json["lastModifiedTime"] = epoch_ms(last_change(world));
  json["location"] = kLocation;
  json["type"] = "DEFAULT";
  json["etag"] = etag_of(json);
  return resource_answer(std::move(json));
}

Answer datasets_list(const Call& call) {
  const World& world = call.world;
  const auto cut = Paging::of(call, "datasets", 1, 1);
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  const auto& page = std::get<Paging>(cut);
  Json item;
  item["kind"] = "bigquery#dataset";
  item["id"] = world.project + ":" + world.dataset;
  item["datasetReference"] = reference(world);
  item["location"] = kLocation;
  item["type"] = "DEFAULT";
  Json json;
  json["kind"] = "bigquery#datasetList";
  json["etag"] = etag_of(item);
  if (const std::string next = page.next_token(); !next.empty()) json["nextPageToken"] = next;
  if (page.begin() < page.end()) json["datasets"] = Json::array({std::move(item)});
  Answer answer = resource_answer(std::move(json));
  answer.page = page.page();
  return answer;
}

}  // namespace assay::warehouse::bigquery
