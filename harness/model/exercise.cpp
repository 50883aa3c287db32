#include "harness/model/exercise.h"

#include "harness/model/read.h"

namespace assay::model {

void to_json(Json& json, const Parameter& parameter) {
  json = {{"name", parameter.name}, {"type", parameter.type}};
}

void from_json(const Json& json, Parameter& parameter) {
  json.at("name").get_to(parameter.name);
  json.at("type").get_to(parameter.type);
}

void to_json(Json& json, const EntryPoint& entry) {
  json = {{"file", entry.file}, {"function", entry.function}, {"parameters", entry.parameters}};
}

void from_json(const Json& json, EntryPoint& entry) {
  json.at("file").get_to(entry.file);
  json.at("function").get_to(entry.function);
  json.at("parameters").get_to(entry.parameters);
}

void to_json(Json& json, const Limits& limits) {
  json = {{"wall_ms", limits.wall_ms},
          {"cpu_ms", limits.cpu_ms},
          {"virtual_ms", limits.virtual_ms},
          {"memory_bytes", limits.memory_bytes},
          {"processes", limits.processes},
          {"output_bytes", limits.output_bytes},
          {"value_bytes", limits.value_bytes},
          {"scratch_bytes", limits.scratch_bytes},
          {"scratch_inodes", limits.scratch_inodes}};
}

void from_json(const Json& json, Limits& limits) {
  read_if(json, "wall_ms", limits.wall_ms);
  read_if(json, "cpu_ms", limits.cpu_ms);
  read_if(json, "virtual_ms", limits.virtual_ms);
  read_if(json, "memory_bytes", limits.memory_bytes);
  read_if(json, "processes", limits.processes);
  read_if(json, "output_bytes", limits.output_bytes);
  read_if(json, "value_bytes", limits.value_bytes);
  read_if(json, "scratch_bytes", limits.scratch_bytes);
  read_if(json, "scratch_inodes", limits.scratch_inodes);
}

}  // namespace assay::model
