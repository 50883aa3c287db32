#pragma once

// The extension point for faults: a file in faults/ defines one `extern const Fault k_<its name>`.
//
// A fault takes the reply that the world would give and changes those parts of it that it decides.
// Pure functions of their context. A step may have several faults, as long as no two of them decide
// the same part; they are applied in the order of the first part that each decides.

#include <optional>
#include <span>
#include <string_view>

#include "mock_warehouse/http.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/random.h"
#include "mock_warehouse/reply.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

/// What a fault knows. References live as long as the call.
struct FaultContext {
  const Json& parameters;  ///< of the fault; they fit Fault::parameters
  const World& world;
  const HttpRequest& request;
  const ApiCall& call;
  int use = 0;         ///< how often this step was used before
  Duration elapsed{};  ///< virtual time since the case's `now`
  Random random;       ///< of this step, fault and use
  QueryDesk* desk = nullptr;

  /// The world answers as it is seen through `view`. False where that is what it says anyway.
  bool see(Reply& reply, View view) const;
};

struct Fault {
  /// As scripts call it; the file's name.
  std::string_view name;
  /// JSON Schema of its own parameters: {"description", "properties", "required"?, …}.
  std::string_view parameters;
  /// The parts of a reply that it decides; never none.
  Parts (*decides)(const Json& parameters);
  /// Changes the reply. False where nothing of the fault shows in it.
  bool (*apply)(FaultContext& context, Reply& reply) = nullptr;
  /// Where a fault says for itself how long it lasts: whether the step is over before this request.
  /// The step's `times` is then a further bound, and unbounded where the script does not say.
  bool (*over)(const FaultContext& context) = nullptr;
  /// What a fault of connections makes of the attempts to get one. It takes no request, and has no
  /// apply().
  Entrance entrance = Entrance::kOpen;
};

/// For Fault::decides: these parts, whatever the parameters are.
template <Parts parts>
Parts always(const Json&) {
  return parts;
}

/// By name.
std::span<const Fault* const> all_faults();
const Fault* find_fault(std::string_view name);

/// An error in the format of the API that is called. The parameters may say reason, code, message,
/// retryable and headers; what they leave out is as in `usual`. A `code` is BigQuery's reason.
struct UsualError {
  int status;
  std::string_view code;
  std::string_view message;
  bool retryable;
  std::string_view bigquery_reason = {};  ///< empty: the status's usual one
};
Answer scripted_error(const FaultContext& context, const UsualError& usual);

/// For faults with the parameters {at, bytes}, which strike before the head of the reply, behind it
/// or in the body: what they decide, and how much they let through.
Parts decides_by_moment(const Json& parameters);
void reach_moment(const Json& parameters, Reply& reply);

/// An integer that may be absent.
std::optional<std::size_t> optional_size(const Json& parameters, const char* key);

}  // namespace assay::warehouse
