#include "sandboxes/wire.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <dirent.h>

namespace assay::sandbox::wire {
namespace {

using protocol::MessageType;

int open_descriptors() {
  int count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

TEST_CASE("a message arrives with its type, payload and descriptors") {
  auto pair = make_pair();
  REQUIRE(pair);
  const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int fd = file.get();
  const auto payload = Writer().u8(1).u32(2).i32(-3).i64(INT64_MIN).text("rest").bytes();
  CHECK(send(pair->first.get(), MessageType::kJob, payload, {&fd, 1}) == Send::kSent);
  Message message;
  REQUIRE(receive(pair->second.get(), message, true) == Receive::kMessage);
  CHECK(message.type == static_cast<std::uint8_t>(MessageType::kJob));
  REQUIRE(message.descriptors.size() == 1);
  CHECK((::fcntl(message.descriptors[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  Reader reader(message.payload);
  CHECK(reader.u8() == 1);
  CHECK(reader.u32() == 2);
  CHECK(reader.i32() == -3);
  CHECK(reader.i64() == INT64_MIN);
  CHECK(reader.rest() == "rest");
  CHECK(reader.ok());
  CHECK(reader.at_end());
}

TEST_CASE("a reader that is asked for too much says so and gives zeros") {
  const std::string payload = "abc";
  Reader reader(payload);
  CHECK(reader.u32() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.i64() == 0);
  CHECK(reader.rest().empty());
}

TEST_CASE("a message that is too long is broken, and the next one is whole") {
  auto pair = make_pair();
  const std::string too_long(protocol::kMaxMessage + 1, 'x');
  REQUIRE(::send(pair->first.get(), too_long.data(), too_long.size(), 0) ==
          static_cast<ssize_t>(too_long.size()));
  CHECK(send(pair->first.get(), MessageType::kReady, "") == Send::kSent);
  Message message;
  CHECK(receive(pair->second.get(), message, true) == Receive::kBroken);
  CHECK(receive(pair->second.get(), message, true) == Receive::kMessage);
}

TEST_CASE("an end, nothing yet and an empty datagram are told apart from messages") {
  auto pair = make_pair();
  Message message;
  CHECK(receive(pair->second.get(), message, false) == Receive::kNothingYet);
  REQUIRE(::send(pair->first.get(), "", 0, 0) == 0);
  CHECK(receive(pair->second.get(), message, false) == Receive::kClosed);
  pair->first.reset();
  CHECK(receive(pair->second.get(), message, false) == Receive::kClosed);
  CHECK(send(pair->second.get(), MessageType::kGrant, "") == Send::kClosed);
}

TEST_CASE("a sender that does not wait is told when the reader does not read") {
  auto pair = make_pair();
  const std::string piece(protocol::kMaxPiece, 'x');
  auto sent = Send::kSent;
  for (int i = 0; i < 1'000 && sent == Send::kSent; ++i)
    sent = send(pair->first.get(), MessageType::kJob, piece, {}, /*wait=*/false);
  CHECK(sent == Send::kFull);
}

TEST_CASE("descriptors that nobody asked for do not stay open") {
  auto pair = make_pair();
  const int before = open_descriptors();
  for (int i = 0; i < 10; ++i) {
    std::vector<int> fds(kMaxDescriptors, pair->first.get());
    CHECK(send(pair->first.get(), MessageType::kResult, "x", fds) == Send::kSent);
    Message message;
    CHECK(receive(pair->second.get(), message, true) == Receive::kMessage);
  }
  CHECK(open_descriptors() == before);
}

}  // namespace
}  // namespace assay::sandbox::wire
