#include "harness/model/request_json.h"

#include "harness/model/read.h"

namespace assay::model {

Json request_json(const Request& request) {
  Json json = {{"seq", request.seq},           {"connection", request.connection},
               {"position", request.position}, {"phase", to_string(request.phase)},
               {"at_us", to_us(request.at)},   {"gap_us", to_us(request.gap)}};
  if (request.ended_at) json["ended_at_us"] = to_us(*request.ended_at);
  json["operation"] = request.operation;
  json["method"] = request.method;
  json["target"] = request.target;
  json["headers"] = request.headers;
  if (!request.body_sha256.empty()) {
    json["body_sha256"] = request.body_sha256;
    json["body"] = request.body;
  }
  // Who asks for a page of a result brings no query; which one it is stands at the request before.
  if (!request.sql.empty() && !request.body.empty()) json["sql"] = request.sql;
  write_if(json, "rule", request.rule);
  write_if(json, "step", request.step);
  if (!request.fault.empty()) json["fault"] = request.fault;
  write_if(json, "status", request.status);
  if (!request.retry_after.empty()) json["retry_after"] = to_valid_utf8(request.retry_after);
  if (request.next_page) json["next_page"] = true;
  json["bytes_sent"] = request.bytes_sent;
  json["end"] = to_string(request.end);
  return json;
}

}  // namespace assay::model
