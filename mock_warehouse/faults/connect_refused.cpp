#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "nobody listens: the attempt to connect is refused at once. It is for attempts to connect, not for requests: in a rule without a match, alone in its step; needs the box"
})";

constexpr Parts kDecides = Parts::range(Part::kPage, Part::kConnect);

}  // namespace

extern const Fault k_connect_refused{.name = "connect_refused",
                                     .parameters = kParameters,
                                     .decides = always<kDecides>,
                                     .entrance = Entrance::kRefused};

}  // namespace assay::warehouse
