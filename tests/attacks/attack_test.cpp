// Hostile programs, each in a box of its own. After each of them the host is as it was, and the
// next job has the record that it always has.

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/sha256.h"
#include "tests/attacks/program.h"
#include "tests/sandbox_support/host_state.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

constexpr int kPatienceMs = 60'000;  // only a defect needs it

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  REQUIRE(::gethostname(name, sizeof name) == 0);
  return name;
}

/// What a box might reach on this host, if it could: a port, an abstract socket, files.
class Bait {
 public:
  Bait() {
    tcp_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(tcp_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(tcp_.get(), 8) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);

    abstract_ = "assay-bait-" + std::to_string(::getpid());
    unix_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path + 1, abstract_.data(), abstract_.size());
    const auto length = offsetof(sockaddr_un, sun_path) + 1 + abstract_.size();
    REQUIRE(::bind(unix_.get(), reinterpret_cast<sockaddr*>(&name),
                   static_cast<socklen_t>(length)) == 0);
    REQUIRE(::listen(unix_.get(), 8) == 0);
  }

  Json facts() const {
    return {{"port", port_},
            {"abstract", abstract_},
            {"source", std::filesystem::current_path().string()},
            {"runner", options().runner},
            {"name", host_name()}};
  }

  bool taken() const {
    return ::accept(tcp_.get(), nullptr, nullptr) >= 0 ||
           ::accept(unix_.get(), nullptr, nullptr) >= 0;
  }

 private:
  UniqueFd tcp_;
  UniqueFd unix_;
  int port_ = 0;
  std::string abstract_;
};

std::string sha256_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return sha256_hex(bytes.str());
}

Job job_of(const Program& program, const Json& facts, const Json* argument) {
  Json arguments = Json::array({facts});
  if (argument != nullptr) arguments.push_back(*argument);
  Job job = call(program.source, arguments);
  Json limits = job.limits;
  limits.update(program.limits);
  job.limits = limits.get<model::Limits>();
  return job;
}

void check_expectation(const Program& program, const model::Observation& seen) {
  const std::string kind(model::to_string(seen.outcome.kind));
  CAPTURE(kind);
  CAPTURE(seen.outcome.detail);
  CAPTURE(seen.err.text);
  const std::string raised = seen.outcome.exception ? seen.outcome.exception->types.front() : "";
  const std::string message = seen.outcome.exception ? seen.outcome.exception->message : "";
  CAPTURE(raised);
  CAPTURE(message);
  CHECK(std::count(program.outcomes.begin(), program.outcomes.end(), kind) == 1);
  if (program.value) CHECK(dump_json(seen.value) == dump_json(*program.value));
  if (!program.exception.empty()) CHECK(raised == program.exception);
  if (!program.note.empty()) {
    CAPTURE(dump_json(seen.notes));
    CHECK(std::ranges::any_of(seen.notes,
                              [&](const auto& note) { return note.starts_with(program.note); }));
  }
  if (!program.detail.empty()) CHECK(seen.outcome.detail.find(program.detail) != std::string::npos);
}

TEST_CASE("hostile programs come to nothing") {
  Sandbox& sandbox = BoxBackend::one_at_a_time();
  const Bait bait;
  const auto honest = call(
      "import os, socket\ndef main():\n"
      "    return [sorted(os.listdir('.')), os.listdir('/tmp'), os.getpid()]\n");
  const std::string record = graded(run(sandbox, honest));
  const std::string runner = sha256_of_file(options().runner);
  const HostState before = look_at_host();

  for (const Program& program : all_programs()) {
    SUBCASE(program.name.c_str()) {
      const std::size_t runs = std::max<std::size_t>(program.each.size(), 1);
      for (std::size_t i = 0; i < runs; ++i) {
        const Json* argument = program.each.empty() ? nullptr : &program.each[i];
        CAPTURE(program.name);
        CAPTURE(i);
        const Job job = job_of(program, bait.facts(), argument);
        const auto seen = run(sandbox, job);
        check_expectation(program, seen);
        CHECK(seen.run.wall_ms < static_cast<double>(job.limits.wall_ms) + kPatienceMs);
      }
      const HostState after = look_until(before, kPatienceMs);
      CHECK_MESSAGE(after == before, "was " << before.to_string() << " is " << after.to_string());
      CHECK(graded(run(sandbox, honest)) == record);
      CHECK_FALSE(bait.taken());
      CHECK(sha256_of_file(options().runner) == runner);
    }
  }
}

TEST_CASE("a box made ahead sees nothing of the job before it") {
  Sandbox& sandbox = BoxBackend::sandbox();
  const auto bomb = call(
      "import os\ndef main():\n    while True:\n        try:\n            os.fork()\n"
      "        except OSError:\n            pass\n");
  const auto honest = call("import os\ndef main():\n    return [os.getpid(), os.listdir('.')]\n");
  const std::string record = graded(run(sandbox, honest));
  Job limited = bomb;
  limited.limits.cpu_ms = 300;
  run(sandbox, limited);
  CHECK(graded(run(sandbox, honest)) == record);
}

}  // namespace
}  // namespace assay::sandbox::testing
