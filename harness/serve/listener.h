#pragma once

// A TCP port of this machine that strangers may ask.
//
// In: an address and a port as somebody typed them. Out: a listening socket, or an error that says
// what to do. Nothing is kept; used from one thread.

#include <netinet/in.h>

#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::serve {

struct Endpoint {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6, or "localhost"
  int port = 0;                       ///< 0: any that is free
};

/// Clients that wait to be accepted.
inline constexpr int kBacklog = 64;

struct Listener {
  UniqueFd socket;  ///< non-blocking
  int port = 0;
  int family = AF_INET;
  bool loopback = true;  ///< nobody outside of this machine reaches it
  std::string host;      ///< of an URL that reaches it from this machine: "127.0.0.1", "[::1]"

  std::string url() const { return "http://" + host + ":" + std::to_string(port); }
};

/// `option` is what the port was given by, for the error: "--port".
Result<Listener> listen_on(const Endpoint& endpoint, const std::string& option);

/// The name of this machine; empty where it has none.
std::string machine_name();

}  // namespace assay::serve
