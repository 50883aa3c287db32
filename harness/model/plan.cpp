#include "harness/model/plan.h"

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<Visibility, std::string_view> kVisibilities[] = {
    {Visibility::kPublic, "public"}, {Visibility::kHidden, "hidden"}};

}  // namespace

std::string_view to_string(Visibility visibility) { return enum_name(visibility, kVisibilities); }

std::map<std::string, std::string> environment_of(const Plan& plan, const Case& the_case) {
  std::map<std::string, std::string> environment = plan.environment;
  for (const auto& [name, value] : the_case.environment.items()) {
    if (value.is_null()) {
      environment.erase(name);
    } else {
      environment[name] = value.get<std::string>();
    }
  }
  return environment;
}

void to_json(Json& json, const Case& item) {
  json = {{"id", item.id},
          {"title", item.title},
          {"label", item.label},
          {"family", item.family},
          {"visibility", to_string(item.visibility)},
          {"now_ns", to_ns(item.now)},
          {"arguments", item.arguments},
          {"environment", item.environment},
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
  item.environment = json.at("environment");
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
  write_if(json, "draft", plan.draft);
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
  read_if(json, "draft", plan.draft);
}

}  // namespace assay::model
