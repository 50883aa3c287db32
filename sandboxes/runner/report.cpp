#include "sandboxes/runner/report.h"

#include <cstdlib>

#include "harness/model/json.h"
#include "sandboxes/wire.h"

namespace assay::sandbox::runner {

int fail(int socket, const Error& error) {
  // An error names a path at most, so it is far from the longest message.
  const Json document = {{"message", error.message}, {"hint", error.hint}};
  wire::send(socket, protocol::MessageType::kFailed, dump_json(document));
  return EXIT_FAILURE;
}

}  // namespace assay::sandbox::runner
