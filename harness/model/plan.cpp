#include "harness/model/plan.h"

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<Visibility, std::string_view> kVisibilities[] = {
    {Visibility::kPublic, "public"}, {Visibility::kHidden, "hidden"}};

}  // namespace

std::string_view to_string(Visibility visibility) { return enum_name(visibility, kVisibilities); }

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

void to_json(Json& json, const Case& item) {
  json = {{"id", item.id},
          {"title", item.title},
          {"label", item.label},
          {"family", item.family},
          {"visibility", to_string(item.visibility)},
          {"now_ns", to_ns(item.now)},
          {"arguments", item.arguments},
          {"variables", item.variables},
          {"world", item.world},
          {"script", item.script},
          {"expect", item.expect}};
  write_if(json, "twin_of", item.twin_of);
}

void from_json(const Json& json, Case& item) {
  json.at("id").get_to(item.id);
  json.at("title").get_to(item.title);
  json.at("label").get_to(item.label);
  json.at("family").get_to(item.family);
  item.visibility = enum_from(json.at("visibility"), kVisibilities);
  item.now = VirtualTime(read_ns(json, "now_ns"));
  item.arguments = json.at("arguments");
  item.variables = json.at("variables");
  item.world = json.at("world");
  item.script = json.at("script");
  item.expect = json.at("expect");
  read_if(json, "twin_of", item.twin_of);
}

void to_json(Json& json, const Plan& plan) {
  json = {{"exercise", plan.exercise},
          {"variant", plan.variant},
          {"seed", plan.seed},
          {"limits", plan.limits},
          {"entry", plan.entry},
          {"environment", plan.environment},
          {"needs_warehouse", plan.needs_warehouse},
          {"starter", plan.starter},
          {"cases", plan.cases}};
}

void from_json(const Json& json, Plan& plan) {
  json.at("exercise").get_to(plan.exercise);
  json.at("variant").get_to(plan.variant);
  json.at("seed").get_to(plan.seed);
  json.at("limits").get_to(plan.limits);
  json.at("entry").get_to(plan.entry);
  json.at("environment").get_to(plan.environment);
  json.at("needs_warehouse").get_to(plan.needs_warehouse);
  json.at("starter").get_to(plan.starter);
  json.at("cases").get_to(plan.cases);
}

}  // namespace assay::model
