#include "harness/model/wait.h"

#include <utility>

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<WaitFor, std::string_view> kWhats[] = {
    {WaitFor::kSleep, "sleep"},   {WaitFor::kConnect, "connect"}, {WaitFor::kRead, "read"},
    {WaitFor::kWrite, "write"},   {WaitFor::kEvents, "events"},   {WaitFor::kLock, "lock"},
    {WaitFor::kSignal, "signal"},
};

constexpr std::pair<WaitEnd, std::string_view> kEnds[] = {
    {WaitEnd::kDone, "done"},
    {WaitEnd::kDeadline, "deadline"},
    {WaitEnd::kSignal, "signal"},
    {WaitEnd::kCut, "cut"},
};

}  // namespace

std::string_view to_string(WaitFor what) { return enum_name(what, kWhats); }
std::string_view to_string(WaitEnd end) { return enum_name(end, kEnds); }

void to_json(Json& json, const Wait& wait) {
  json = {{"thread", wait.thread},
          {"for", to_string(wait.what)},
          {"at_ns", wait.at.count()},
          {"ended_at_ns", wait.ended_at.count()},
          {"end", to_string(wait.end)}};
  if (wait.deadline) json["deadline_ns"] = wait.deadline->count();
}

void from_json(const Json& json, Wait& wait) {
  json.at("thread").get_to(wait.thread);
  wait.what = enum_from(json.at("for"), kWhats);
  wait.at = read_ns(json, "at_ns");
  wait.ended_at = read_ns(json, "ended_at_ns");
  wait.end = enum_from(json.at("end"), kEnds);
  if (json.contains("deadline_ns")) wait.deadline = read_ns(json, "deadline_ns");
}

}  // namespace assay::model
