// The network of a box: a loopback interface, and one socket that listens on it. Whoever holds the
// socket serves it from outside; the box reaches nothing else, for there is nothing else.

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/protocol.h"

namespace assay::sandbox::box {
namespace {

constexpr int kBacklog = 128;

}  // namespace

Status raise_loopback() {
  if (is_left_out("network")) return success();  // it is the host's
  UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error("making a socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    return errno_error("raising the loopback interface");
  return success();
}

Result<UniqueFd> listen_on_loopback(std::uint16_t port) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return errno_error("making the listening socket");
  // A peer that refuses connections listens again later, beside connections that are still there.
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), kBacklog) != 0)
    return errno_error("listening on the loopback interface");
  return listener;
}

namespace {

Status enter_init(Box& box) {
  ASSAY_CHECK(raise_loopback());
  const std::uint16_t port = is_left_out("network") ? 0 : protocol::kWarehousePort;
  ASSAY_TRY(box.listener, listen_on_loopback(port));
  box.filler.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  box.counters.reset(::open("/proc/thread-self/net", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!box.filler || !box.counters) return errno_error("opening what counts connections");
  return success();
}

Result<std::string> attempt() {
  ASSAY_CHECK(enter_namespaces_for_probe());
  Box box;
  ASSAY_CHECK(enter_init(box));
  return std::string("loopback only; the warehouse's socket is handed out");
}

model::Layer probe() { return try_in_child("network", attempt); }

}  // namespace

extern const Layer k_network;
const Layer k_network{"network", 50, Need::kRequired, probe, nullptr, enter_init, nullptr};

}  // namespace assay::sandbox::box
