#pragma once

// The extension point for faults: a file in faults/ defines one `extern const Fault k_<its name>`.
//
// A fault takes the answer that the world would give and makes of it what happens on the wire. Pure
// functions of their context.

#include <optional>
#include <span>
#include <string_view>

#include "mock_warehouse/http.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/random.h"
#include "mock_warehouse/wire.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

/// What a fault knows. References live as long as the call.
struct FaultContext {
  const Json& parameters;  ///< of the step; they fit Fault::parameters
  const World& world;
  const HttpRequest& request;
  const ApiCall& call;
  int use = 0;         ///< how often this step was used before
  Duration elapsed{};  ///< virtual time since the case's `now`
  Framing framing;     ///< as a healthy answer to this request is framed; its date is the answer's
  Random random;       ///< of this step and use

  Answer healthy() const { return answer_call(world, request, call); }
};

struct Fault {
  /// As scripts call it; the file's name.
  std::string_view name;
  /// JSON Schema of the step's own parameters: {"description", "properties", "required"?, …}.
  std::string_view parameters;
  /// What happens on the wire; nothing: the world answers this request.
  std::optional<WireProgram> (*compile)(FaultContext& context);
  /// Where a fault says for itself how long it lasts: whether the step is over before this request.
  /// Its `times` is then a further bound, and unbounded where the script does not say.
  bool (*over)(const FaultContext& context) = nullptr;
};

/// By name.
std::span<const Fault* const> all_faults();
const Fault* find_fault(std::string_view name);

/// An error in the API's format. `parameters` may say reason, code, message, retryable and headers;
/// what they leave out is as in `usual`.
struct UsualError {
  int status;
  std::string_view code;
  std::string_view message;
  bool retryable;
};
Answer scripted_error(const Json& parameters, const UsualError& usual);

/// parameters.bytes, or half of the body; never all of a body that is not empty.
std::size_t cut_of(const Json& parameters, const Answer& answer);

/// The whole answer, and then the connection stays or ends as `framing` says.
WireProgram whole_answer(const Answer& answer, const Framing& framing);
/// What a fault of parameters {at, bytes} lets through before it strikes: nothing, the head, or the
/// head and a part of the body.
WireProgram until_moment(const Json& parameters, const Answer& answer, const Framing& framing);

}  // namespace assay::warehouse
