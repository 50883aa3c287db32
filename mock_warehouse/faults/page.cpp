#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a listing's pages: smaller than asked for, never ending, ending too early, or one of them failing",
  "properties": {
    "size": {"description": "items in a page at most: partitions, rows, jobs, tables; a request that asks for fewer gets fewer", "type": "integer", "minimum": 1, "maximum": 1000},
    "repeat_token": {"description": "every page but the first names itself as the next one", "const": true},
    "drop_token": {"description": "no page names a next one", "const": true},
    "fault_on_page": {"description": "the page, from 1, on which the step's other faults strike, and they alone; it needs others beside it in 'faults', and requests for other pages do not use the step up", "type": "integer", "minimum": 1, "maximum": 10000}
  },
  "anyOf": [
    {"required": ["size"]}, {"required": ["repeat_token"]}, {"required": ["drop_token"]}, {"required": ["fault_on_page"]}
  ],
  "not": {"description": "a page names itself as the next one, or none", "required": ["repeat_token", "drop_token"]}
})";

Parts decides(const Json& parameters) {
  // Whatever strikes on one page may take the place of the listing there.
  return parameters.contains("fault_on_page") ? Part::kPage : Part::kPaging;
}

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  View view = reply.view;
  if (parameters.contains("size")) view.paging.size = parameters["size"].get<int>();
  view.paging.repeats_token = parameters.contains("repeat_token");
  view.paging.drops_token = parameters.contains("drop_token");
  const bool shows = context.see(reply, std::move(view));
  if (const auto struck = optional_size(parameters, "fault_on_page"))
    reply.spared = reply.answer.page != static_cast<int>(*struck);
  return shows;
}

}  // namespace

extern const Fault k_page{"page", kParameters, decides, apply};

}  // namespace assay::warehouse
