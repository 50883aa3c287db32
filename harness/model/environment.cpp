#include "harness/model/environment.h"

namespace assay::model {

void to_json(Json& json, const Layer& layer) {
  json = {{"name", layer.name}, {"state", layer.state}, {"detail", layer.detail}};
}

void from_json(const Json& json, Layer& layer) {
  json.at("name").get_to(layer.name);
  json.at("state").get_to(layer.state);
  json.at("detail").get_to(layer.detail);
}

}  // namespace assay::model
