#include "sandboxes/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

namespace assay::sandbox {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }
  void write(const std::string& text) const {
    REQUIRE(::write(writing.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  UniqueFd reading;
  UniqueFd writing;
};

TEST_CASE("what was written comes out whole, in order, up to the limit itself") {
  Pipe pipe;
  Output output(std::move(pipe.reading), 6);
  pipe.write("abc");
  output.drain();
  pipe.write("def");
  output.drain();
  CHECK_FALSE(output.over_limit());
  pipe.writing.reset();
  output.drain();
  CHECK(output.fd() == -1);
  const auto stream = output.take();
  CHECK(stream.text == "abcdef");
  CHECK(stream.bytes == 6);
  CHECK_FALSE(stream.cut);
}

TEST_CASE("one byte too much is cut off and said") {
  Pipe pipe;
  Output output(std::move(pipe.reading), 6);
  pipe.write("abcdefg");
  output.drain();
  CHECK(output.over_limit());
  const auto stream = output.take();
  CHECK(stream.text == "abcdef");
  CHECK(stream.bytes == 6);
  CHECK(stream.cut);
}

TEST_CASE("a pipe that is empty and open does not block") {
  Pipe pipe;
  Output output(std::move(pipe.reading), 6);
  CHECK_FALSE(output.drain());
  CHECK(output.fd() >= 0);
}

}  // namespace
}  // namespace assay::sandbox
