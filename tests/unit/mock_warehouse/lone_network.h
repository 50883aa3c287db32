#pragma once

// A network of a test's own: a loopback interface that nobody else has, and sockets in it.
//
// A child process makes the namespaces, as an ordinary user may, and makes sockets on demand; a
// socket stays in its network wherever it is passed. Out: descriptors, the caller's. Ends with the
// object.

#include <sys/types.h>

#include "harness/base/unique_fd.h"

namespace assay::warehouse::testing {

class LoneNetwork {
 public:
  LoneNetwork();
  ~LoneNetwork();
  LoneNetwork(const LoneNetwork&) = delete;
  LoneNetwork& operator=(const LoneNetwork&) = delete;

  /// A TCP socket, non-blocking and not connected.
  UniqueFd socket();
  /// The folder of its counters.
  UniqueFd counters();

 private:
  UniqueFd ask(char what);

  UniqueFd line_;
  pid_t child_ = -1;
};

}  // namespace assay::warehouse::testing
