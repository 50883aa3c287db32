#include "harness/run/framing.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <thread>

#include "harness/base/unique_fd.h"

namespace assay::run {
namespace {

struct Pair {
  UniqueFd ours;
  UniqueFd theirs;
};

Pair make_pair() {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void send_raw(int fd, std::string_view bytes) {
  REQUIRE(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
}

TEST_CASE("what is written comes out, in order") {
  Pair pair = make_pair();
  FrameReader reader;
  for (int i = 0; i < 3; ++i) REQUIRE(write_frame(pair.ours.get(), Json{{"n", i}}).ok());
  for (int i = 0; i < 3; ++i) {
    const auto frame = read_frame(pair.theirs.get(), reader);
    REQUIRE(frame.ok());
    REQUIRE(frame->has_value());
    CHECK((**frame)["n"] == i);
  }
}

TEST_CASE("a frame that arrives byte by byte is whole only at its last byte") {
  Pair pair = make_pair();
  const std::string frame = std::string("\x04\0\0\0", 4) + "true";
  FrameReader reader;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    auto before = reader.next();
    REQUIRE(before.ok());
    CHECK(!before->has_value());
    send_raw(pair.ours.get(), std::string_view(frame).substr(i, 1));
    REQUIRE(reader.read_from(pair.theirs.get()).ok());
  }
  auto after = reader.next();
  REQUIRE(after.ok());
  REQUIRE(after->has_value());
  CHECK(**after == Json(true));
}

TEST_CASE("a frame larger than the socket's buffer crosses it") {
  Pair pair = make_pair();
  const Json large = std::string(5 << 20, 'x');
  std::thread writer([&] { CHECK(write_frame(pair.ours.get(), large).ok()); });
  FrameReader reader;
  const auto frame = read_frame(pair.theirs.get(), reader);
  writer.join();
  REQUIRE(frame.ok());
  REQUIRE(frame->has_value());
  CHECK(**frame == large);
}

TEST_CASE("the end of the stream is told apart from silence, also in the middle of a frame") {
  Pair pair = make_pair();
  REQUIRE(::fcntl(pair.theirs.get(), F_SETFL, O_NONBLOCK) == 0);
  FrameReader reader;
  auto silence = reader.read_from(pair.theirs.get());
  REQUIRE(silence.ok());
  CHECK(*silence == FrameReader::Input::kOpen);
  send_raw(pair.ours.get(), std::string_view("\x04\0\0\0tr", 6));
  pair.ours.reset();
  const auto frame = read_frame(pair.theirs.get(), reader);
  REQUIRE(frame.ok());
  CHECK(!frame->has_value());
}

TEST_CASE("a length beyond the limit and a text that is no JSON are errors") {
  Pair pair = make_pair();
  FrameReader reader;
  send_raw(pair.ours.get(), "\xff\xff\xff\xff");
  CHECK(!read_frame(pair.theirs.get(), reader).ok());

  Pair other = make_pair();
  FrameReader fresh;
  send_raw(other.ours.get(), std::string_view("\x02\0\0\0{]", 6));
  CHECK(!read_frame(other.theirs.get(), fresh).ok());
}

TEST_CASE("writing to an end that is gone is an error and no signal") {
  Pair pair = make_pair();
  pair.theirs.reset();
  CHECK(!write_frame(pair.ours.get(), Json(1)).ok());
}

}  // namespace
}  // namespace assay::run
