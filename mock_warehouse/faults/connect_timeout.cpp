#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "nobody answers the attempt to connect, so that a client waits for its own timeout, or 127 virtual seconds for that of the system. It is for attempts to connect, not for requests: in a rule without a match, alone in its step; needs the box"
})";

constexpr Parts kDecides = Parts::range(Part::kPage, Part::kConnect);

}  // namespace

extern const Fault k_connect_timeout{.name = "connect_timeout",
                                     .parameters = kParameters,
                                     .decides = always<kDecides>,
                                     .entrance = Entrance::kSilent};

}  // namespace assay::warehouse
