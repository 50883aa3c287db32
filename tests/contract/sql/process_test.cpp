// assay-sql answers from within its box, the box holds, and nothing of it is left.

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "mock_warehouse/sql/process.h"

namespace assay::warehouse::sql::testing {
namespace {

namespace fs = std::filesystem;

const char* const kWorld =
    R"({"queries": {}, "tables": {"t": {"partition_column": "day", "partitions": [
  {"date": "2026-03-12", "row_count": 1000000}, {"date": "2026-03-13", "row_count": 7}]}}})";

std::unique_ptr<Engine> start(
    bool box, std::shared_ptr<EngineBudget> budget = std::make_shared<EngineBudget>()) {
  return make_process_engine(
      {.program = ASSAY_SQL_PROGRAM, .box = box, .budget = std::move(budget)},
      std::move(parse_json(kWorld, "the test")).value());
}

/// A chain of queries, each over the one before: planning them takes half as long again for each.
const std::string kEndless = [] {
  std::string sql = "WITH t0 AS (SELECT 1 AS n0)";
  for (int i = 1; i < 80; ++i) {
    const std::string now = std::to_string(i), before = std::to_string(i - 1);
    sql += ", t" + now + " AS (SELECT COUNT(*) + MAX(n" + before + ") AS n" + now + " FROM t" +
           before + " GROUP BY n" + before + ")";
  }
  return sql + " SELECT n79 FROM t79";
}();

std::string reason_of(const Result<QueryOutcome>& outcome) {
  REQUIRE_MESSAGE(outcome.ok(), outcome.error().to_string());
  const auto* error = std::get_if<QueryError>(&*outcome);
  return error == nullptr ? "answered" : error->reason;
}

Result<QueryOutcome> ask(Engine& engine, const std::string& sql) {
  Query query;
  query.sql = sql;
  query.now = *parse_utc("2026-03-14T06:00:00Z");
  return engine.run(query);
}

std::string first_value(const Result<QueryOutcome>& outcome) {
  REQUIRE_MESSAGE(outcome.ok(), outcome.error().to_string());
  if (const auto* error = std::get_if<QueryError>(&*outcome)) return error->message;
  return dump_json(std::get<QueryResult>(*outcome).rows);
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Children of a process, as the kernel lists them.
std::vector<pid_t> children_of(pid_t pid) {
  const std::string text = std::to_string(pid);
  std::istringstream list(contents("/proc/" + text + "/task/" + text + "/children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

/// The process that waits, and the one in the box.
struct Processes {
  pid_t outer = 0;
  pid_t inner = 0;
};
Processes processes() {
  const auto outer = children_of(::getpid());
  REQUIRE(outer.size() == 1);
  const auto inner = children_of(outer[0]);
  REQUIRE(inner.size() == 1);
  return {outer[0], inner[0]};
}

TEST_CASE("queries are answered from within the box and without it") {
  for (const bool box : {true, false}) {
    const auto engine = start(box);
    CHECK(first_value(ask(*engine, "SELECT COUNT(*) FROM t")) == "[[1000007]]");
    CHECK(first_value(ask(*engine, "SELECT foo FROM t")) == "Unrecognized name: foo at [1:8]");
    CHECK(first_value(ask(*engine, "SELECT DATE(CURRENT_TIMESTAMP(), 'Europe/Berlin')")) ==
          "[[\"2026-03-14\"]]");
  }
}

TEST_CASE("the box leaves nothing to reach") {
  const auto engine = start(true);
  (void)first_value(ask(*engine, "SELECT 1"));
  const std::string inner = "/proc/" + std::to_string(processes().inner);
  const std::string status = contents(inner + "/status");
  CHECK(status.find("CapEff:\t0000000000000000") != std::string::npos);
  CHECK(status.find("NoNewPrivs:\t1") != std::string::npos);
  CHECK(status.find("Seccomp:\t2") != std::string::npos);
  if (::geteuid() != 0) return;  // who may look into it
  for (const char* name : {"user", "pid", "mnt", "net", "ipc", "uts"}) {
    CAPTURE(std::string(name));
    CHECK(fs::read_symlink(inner + "/ns/" + name) !=
          fs::read_symlink(std::string("/proc/self/ns/") + name));
  }
  CHECK(fs::is_empty(inner + "/root"));
  // Standard streams, the socket, and what the engine itself opened: nothing with a path.
  for (const auto& entry : fs::directory_iterator(inner + "/fd")) {
    if (std::stoi(entry.path().filename()) <= STDERR_FILENO) continue;
    const std::string target = fs::read_symlink(entry.path());
    CAPTURE(target);
    CHECK(target[0] != '/');
  }
}

TEST_CASE("nothing of it is left behind") {
  auto engine = start(true);
  (void)first_value(ask(*engine, "SELECT 1"));
  const Processes both = processes();
  engine.reset();
  CHECK(children_of(::getpid()).empty());
  CHECK(::kill(both.outer, 0) != 0);
}

TEST_CASE("a process that was killed is replaced, and the query asked again") {
  for (const bool box : {true, false}) {
    const auto engine = start(box);
    (void)first_value(ask(*engine, "SELECT 1"));
    REQUIRE(::kill(box ? processes().inner : children_of(::getpid()).at(0), SIGKILL) == 0);
    CHECK(first_value(ask(*engine, "SELECT 2")) == "[[2]]");
  }
}

TEST_CASE("a query that computes without end is refused, and is no fault of the harness") {
  for (const bool box : {true, false}) {
    CAPTURE(box);
    const auto budget = std::make_shared<EngineBudget>();
    budget->cpu_ms = 1'000;
    const auto engine = start(box, budget);
    CHECK(first_value(ask(*engine, "SELECT 1")) == "[[1]]");
    CHECK(reason_of(ask(*engine, kEndless)) == "resourcesExceeded");
    // What the case may have is used up: nothing is started for it any more.
    CHECK(reason_of(ask(*engine, "SELECT 2")) == "resourcesExceeded");
    CHECK(children_of(::getpid()).empty());
  }
}

TEST_CASE("a query that fills the memory is refused, and the next one answered") {
  const auto engine = start(true);
  CHECK(reason_of(ask(*engine, "SELECT REPEAT('x', 2000000000) AS x")) == "resourcesExceeded");
  CHECK(reason_of(ask(*engine,
                      "SELECT STRING_AGG(REPEAT('x', 5000000), ',') AS x FROM "
                      "UNNEST(GENERATE_ARRAY(1, 1000)) AS i")) == "resourcesExceeded");
  CHECK(first_value(ask(*engine, "SELECT 3")) == "[[3]]");
}

/// Speaks the protocol of frames.h until it is asked a query, and ends then.
constexpr const char* kEndsAtAQuery = R"(#!/usr/bin/python3 -IS
import os, socket, struct
with socket.socket(fileno=3) as harness:
    size, = struct.unpack("<I", harness.recv(4, socket.MSG_WAITALL))
    harness.recv(size, socket.MSG_WAITALL)
    ready = b'{"ready": true}'
    harness.sendall(struct.pack("<I", len(ready)) + ready)
    harness.recv(4, socket.MSG_WAITALL)
    os.write(os.open(STARTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT), b"x")
)";

TEST_CASE("a query that ends one process after the other is refused, until the budget is gone") {
  const fs::path folder =
      fs::temp_directory_path() / ("assay-test-sql-" + std::to_string(::getpid()));
  fs::create_directory(folder);
  const fs::path program = folder / "engine", starts = folder / "starts";
  std::string source = kEndsAtAQuery;
  source.replace(source.find("STARTS"), 6, "'" + starts.string() + "'");
  std::ofstream(program) << source;
  fs::permissions(program, fs::perms::owner_all);
  const auto budget = std::make_shared<EngineBudget>();
  const auto engine = make_process_engine({.program = program, .box = false, .budget = budget},
                                          std::move(parse_json(kWorld, "the test")).value());
  for (const char* seen : {"xx", "xxxx"}) {
    CHECK(reason_of(ask(*engine, "SELECT 1")) == "resourcesExceeded");
    CHECK(contents(starts) == seen);
  }
  budget->cpu_ms = 1;
  CHECK(reason_of(ask(*engine, "SELECT 2")) == "resourcesExceeded");
  CHECK(reason_of(ask(*engine, "SELECT 3")) == "resourcesExceeded");
  CHECK(contents(starts) == "xxxxx");
  fs::remove_all(folder);
}

/// Answers one query, and notes when it leaves by itself.
constexpr const char* kLeaves = R"(#!/usr/bin/python3 -IS
import os, socket, struct
with socket.socket(fileno=3) as harness:
    for message in (b'{"ready":true}', b'{"outcome":{"reason":"done","message":""},"cpu_ms":0}'):
        harness.sendall(struct.pack("<I", len(message)) + message)
    while harness.recv(65536):
        pass
os.write(os.open(LEFT, os.O_WRONLY | os.O_CREAT), b"x")
)";

TEST_CASE("an engine that is no longer needed leaves by itself, and need not be killed") {
  const fs::path folder =
      fs::temp_directory_path() / ("assay-test-sql-" + std::to_string(::getpid()));
  fs::create_directory(folder);
  const fs::path program = folder / "engine", left = folder / "left";
  std::string source = kLeaves;
  source.replace(source.find("LEFT"), 4, "'" + left.string() + "'");
  std::ofstream(program) << source;
  fs::permissions(program, fs::perms::owner_all);
  auto engine = make_process_engine({.program = program, .box = false},
                                    std::move(parse_json(kWorld, "the test")).value());
  CHECK(reason_of(ask(*engine, "SELECT 1")) == "done");
  engine.reset();
  CHECK(contents(left) == "x");
  fs::remove_all(folder);
}

TEST_CASE("a program that is no engine is a failure of the harness") {
  const auto engine = make_process_engine({.program = "/bin/false", .box = false},
                                          std::move(parse_json(kWorld, "the test")).value());
  CHECK_FALSE(ask(*engine, "SELECT 1").ok());
}

TEST_CASE("what was waited for in vain is the query's, where engines were given plenty of time") {
  for (const bool box : {true, false}) {
    CAPTURE(box);
    const auto budget = std::make_shared<EngineBudget>();
    // Seconds for what takes half of one: the process that waits for the boxed one has less.
    budget->wall_ms = 5'000;
    budget->plenty_ms = 500;
    const auto engine = start(box, budget);
    CHECK(first_value(ask(*engine, "SELECT 1")) == "[[1]]");
    CHECK(reason_of(ask(*engine, kEndless)) == "resourcesExceeded");
    CHECK(reason_of(ask(*engine, "SELECT 2")) == "resourcesExceeded");
    CHECK(children_of(::getpid()).empty());
  }
}

TEST_CASE("an engine that is not given its time is a fault of the harness") {
  const auto budget = std::make_shared<EngineBudget>();
  budget->plenty_ms = 1'000'000;
  const auto engine = start(true, budget);
  CHECK(first_value(ask(*engine, "SELECT 1")) == "[[1]]");
  budget->wall_ms = 1;
  CHECK_FALSE(ask(*engine, kEndless).ok());
  budget->wall_ms = -1;  // what the last answer overdrew
  CHECK_FALSE(ask(*engine, "SELECT 1").ok());
}

TEST_CASE("an answer is the same bytes from every process, where nothing orders its rows, too") {
  for (const char* sql :
       {"SELECT day, COUNT(*) AS n FROM t GROUP BY day",
        "SELECT MOD(i * 7919, 1000) AS k, COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 20000)) AS i "
        "GROUP BY k",
        "SELECT DISTINCT MOD(i * i, 977) AS k FROM UNNEST(GENERATE_ARRAY(1, 5000)) AS i",
        "SELECT a.i, b.j FROM UNNEST(GENERATE_ARRAY(1, 300)) AS a_i "
        "JOIN (SELECT 1 AS i) AS a ON TRUE JOIN (SELECT 2 AS j) AS b ON TRUE",
        "SELECT SUM(1 / i) AS s, AVG(SQRT(i)) AS a, STDDEV(LN(i)) AS d FROM "
        "UNNEST(GENERATE_ARRAY(1, 100000)) AS i",
        "SELECT k, ANY_VALUE(i) AS v, ARRAY_AGG(i) AS l FROM (SELECT i, MOD(i, 7) AS k FROM "
        "UNNEST(GENERATE_ARRAY(1, 100)) AS i) GROUP BY k",
        "SELECT APPROX_COUNT_DISTINCT(i) AS n FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS i"}) {
    CAPTURE(std::string(sql));
    std::string first;
    for (int run = 0; run < 3; ++run) {
      const auto engine = start(true);
      const auto outcome = ask(*engine, sql);
      CHECK(reason_of(outcome) == "answered");
      const std::string text = first_value(outcome);
      if (run == 0) first = text;
      CHECK(text == first);
    }
  }
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
