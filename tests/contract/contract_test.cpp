// What sandbox.h promises of every backend; what it promises of the host is in host_test.cpp.

#include <doctest/doctest.h>

#include <csignal>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using namespace std::chrono_literals;

/// Of real time, for what has another end; only a defect needs it.
constexpr int kPatienceMs = 120'000;

/// What the notes say, without why.
std::string notes_of(const model::Observation& seen) {
  std::string all;
  for (const std::string& note : seen.notes) all += note.substr(0, note.find(':'));
  return all;
}

/// Runs what sleeps up to its wall limit. A candidate on a slow host may not have come as far as
/// its sleep by then: it gets more time, until the notes are these.
model::Observation run_to_wall_limit(Sandbox& sandbox, Job job, const std::string& notes) {
  for (job.limits.wall_ms = 400;; job.limits.wall_ms *= 2) {
    auto seen = run(sandbox, job);
    if (notes_of(seen) == notes || job.limits.wall_ms > kPatienceMs) return seen;
  }
}

TEST_CASE_TEMPLATE("a function's value comes back", T, EACH_BACKEND) {
  const auto seen = run(
      T::sandbox(),
      call("def main(a, b):\n    return {'sum': a + b, 'none': None}\n", Json::array({3, 4.5})));
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.has_value);
  CHECK(seen.value == Json({{"sum", 7.5}, {"none", nullptr}}));
}

TEST_CASE_TEMPLATE("a coroutine function is awaited", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("import asyncio\n"
                                           "async def main():\n"
                                           "    await asyncio.sleep(20)\n"
                                           "    return 'done'\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == "done");
  CHECK(seen.virtual_time >= 20s);
}

TEST_CASE_TEMPLATE("an exception comes back with its type, message and frames", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("def helper():\n"
                                           "    raise ValueError('no such day')\n"
                                           "def main():\n"
                                           "    helper()\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kRaised);
  REQUIRE(seen.outcome.exception);
  CHECK(seen.outcome.exception->types.front() == "ValueError");
  CHECK(seen.outcome.exception->message == "no such day");
  CHECK(seen.outcome.exception->own_raise);
  CHECK_FALSE(seen.outcome.exception->during_import);
  REQUIRE(seen.outcome.exception->traceback.size() == 2);
  CHECK(seen.outcome.exception->traceback[1] == model::Frame{"solution.py", 2, "helper"});
}

TEST_CASE_TEMPLATE("an exception while importing says so", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("import no_such_module\n"));
  REQUIRE(seen.outcome.exception);
  CHECK(seen.outcome.exception->types.front() == "ModuleNotFoundError");
  CHECK(seen.outcome.exception->during_import);
}

TEST_CASE_TEMPLATE("leaving is an outcome with its exit code", T, EACH_BACKEND) {
  const auto politely = run(T::sandbox(), call("import sys\ndef main():\n    sys.exit(3)\n"));
  CHECK(politely.outcome.kind == OutcomeKind::kExited);
  CHECK(politely.outcome.exit_code == 3);
  const auto rudely = run(T::sandbox(), call("import os\ndef main():\n    os._exit(4)\n"));
  CHECK(rudely.outcome.kind == OutcomeKind::kExited);
  CHECK(rudely.outcome.exit_code == 4);
  CHECK_FALSE(rudely.has_value);
}

TEST_CASE_TEMPLATE("a signal is an outcome with its number", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("import os, signal\ndef main():\n"
                                           "    signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
                                           "    os.kill(os.getpid(), signal.SIGTERM)\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kSignaled);
  CHECK(seen.outcome.signal == SIGTERM);
}

TEST_CASE_TEMPLATE("a segmentation fault is a signal", T, EACH_BACKEND) {
  const auto seen =
      run(T::sandbox(), call("import ctypes\ndef main():\n    ctypes.string_at(8)\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kSignaled);
  CHECK(seen.outcome.signal == SIGSEGV);
}

TEST_CASE_TEMPLATE("sleeping takes virtual time and hardly any real time", T, EACH_BACKEND) {
  auto job = call("import time\ndef main():\n    time.sleep(500)\n    return time.time()\n");
  job.limits.wall_ms = 400'000;  // in real time it would not be done by then
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.virtual_time >= 500s);
  CHECK(seen.virtual_time < 501s);
  CHECK(seen.value >= 1773468500.0);
}

TEST_CASE_TEMPLATE("time begins at the job's now", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("import datetime\ndef main():\n"
                                           "    return datetime.date.today().isoformat()\n"));
  CHECK(seen.value == "2026-03-14");
}

TEST_CASE_TEMPLATE("sleeping beyond the virtual limit ends the case there", T, EACH_BACKEND) {
  auto job = call("import time\ndef main():\n    time.sleep(601)\n");
  job.limits.virtual_ms = 600'000;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(seen.virtual_time == 600s);
}

TEST_CASE_TEMPLATE("what is blocked for good ends at once", T, EACH_BACKEND) {
  auto job = call("import socket\ndef main():\n    a, b = socket.socketpair()\n    a.recv(1)\n");
  job.limits.wall_ms = kPatienceMs;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(seen.outcome.detail.find("blocked for good") != std::string::npos);
}

constexpr const char* kFetch =
    "import json, os, urllib.request\n"
    "def main():\n"
    "    with urllib.request.urlopen(os.environ['WAREHOUSE_URL'] + '/rows', timeout=5) as answer:\n"
    "        return json.load(answer)['row_count']\n";

TEST_CASE_TEMPLATE("a request reaches the peer and its answer comes back", T, EACH_BACKEND) {
  RecordingPeer peer;
  const auto seen = T::sandbox().run(call(kFetch), peer);
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == 7);
  REQUIRE(peer.requests().size() == 1);
  CHECK(peer.requests()[0].starts_with("GET /rows HTTP/1.1\r\n"));
  CHECK(peer.calls_entered() == 1);
  CHECK(peer.finished());
}

TEST_CASE_TEMPLATE("an answer that is late takes virtual time", T, EACH_BACKEND) {
  RecordingPeer peer;
  peer.delay = 4s;
  const auto seen = T::sandbox().run(call(kFetch), peer);
  CHECK(seen.value == 7);
  CHECK(seen.virtual_time >= 4s);
  CHECK(seen.virtual_time < 5s);
}

TEST_CASE_TEMPLATE("a timeout comes when the virtual clock says so", T, EACH_BACKEND) {
  RecordingPeer peer;
  peer.answers = false;
  const auto seen = T::sandbox().run(call(kFetch), peer);
  REQUIRE(seen.outcome.exception);
  CHECK(seen.outcome.exception->types.front() == "TimeoutError");
  CHECK(seen.virtual_time >= 5s);
  CHECK(seen.virtual_time < 6s);
}

TEST_CASE_TEMPLATE("output is captured whole up to its limit", T, EACH_BACKEND) {
  auto job = call(
      "import sys\ndef main(n):\n"
      "    sys.stdout.write('o' * n)\n    sys.stderr.write('e' * n)\n    return n\n",
      Json::array({300'000}));
  job.limits.output_bytes = 300'000;
  const auto whole = run(T::sandbox(), job);
  CHECK(whole.outcome.kind == OutcomeKind::kReturned);
  CHECK(whole.out.text == std::string(300'000, 'o'));
  CHECK(whole.err.text == std::string(300'000, 'e'));
  CHECK_FALSE(whole.out.cut);

  job.limits.output_bytes = 299'999;
  const auto cut = run(T::sandbox(), job);
  CHECK(cut.outcome.kind == OutcomeKind::kOutput);
  CHECK(cut.out.text == std::string(299'999, 'o'));
  CHECK(cut.out.cut);
}

TEST_CASE_TEMPLATE("output before a sudden end is not lost", T, EACH_BACKEND) {
  const auto seen =
      run(T::sandbox(), call("import os\ndef main():\n"
                             "    print('last words', flush=True)\n    os._exit(1)\n"));
  CHECK(seen.out.text == "last words\n");
}

TEST_CASE_TEMPLATE("output that is no UTF-8 becomes valid UTF-8", T, EACH_BACKEND) {
  const auto seen =
      run(T::sandbox(), call("import os\ndef main():\n    os.write(1, b'a\\xff\\x00b')\n"));
  CHECK(seen.out.text == std::string("a\xEF\xBF\xBD\0b", 6));
  CHECK(seen.out.bytes == 4);
}

TEST_CASE_TEMPLATE("a file that is sent to stdout waits for room there, and not for the clock", T,
                   EACH_BACKEND) {
  const auto seen =
      run(T::sandbox(), call("import os\ndef main():\n"
                             "    with open('file', 'w+b') as f:\n"
                             "        f.write(b'x' * 200_000); f.flush()\n"
                             "        return os.sendfile(1, f.fileno(), 0, 200_000)\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == 200'000);
  CHECK(notes_of(seen).empty());
}

TEST_CASE_TEMPLATE("a value that is too large is no way to flood the harness", T, EACH_BACKEND) {
  auto job = call("def main():\n    return ['x' * 1000] * 100_000\n");
  job.limits.value_bytes = 64 * 1024;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(dump_json(seen.value).size() < 256 * 1024);
}

TEST_CASE_TEMPLATE("spinning ends at the cpu limit", T, EACH_BACKEND) {
  auto job = call("def main():\n    while True:\n        pass\n");
  job.limits.cpu_ms = 300;
  job.limits.wall_ms = kPatienceMs;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kCpuTime);
}

TEST_CASE_TEMPLATE("spinning ends at the cpu limit on a machine too slow for the wall limit", T,
                   EACH_BACKEND) {
  auto job = call("def main():\n    while True:\n        pass\n");
  job.limits.cpu_ms = 600;
  job.limits.wall_ms = 200;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kCpuTime);
  CHECK(seen.outcome.detail == "not done after 600 ms of cpu time");
}

TEST_CASE_TEMPLATE("idling in real time ends at the wall limit", T, EACH_BACKEND) {
  auto job = call(
      "import os, time\ndef main():\n"
      "    p = os.fork()\n    if not p: os._exit(0)\n    os.waitpid(p, 0)\n"
      "    time.sleep(100)\n");
  const auto seen = run_to_wall_limit(T::sandbox(), job, "real_time");
  CHECK(seen.outcome.kind == OutcomeKind::kWallTime);
  // With less cpu used, so that a caller can tell a starved host from a busy candidate.
  CHECK(seen.run.cpu_user_ms + seen.run.cpu_system_ms < seen.run.wall_ms);
  CHECK(notes_of(seen) == "real_time");
}

TEST_CASE_TEMPLATE("a child process means real time, and the observation says so", T,
                   EACH_BACKEND) {
  const auto seen = run(T::sandbox(), call("import os\ndef main():\n"
                                           "    p = os.fork()\n    if not p: os._exit(0)\n"
                                           "    return os.waitpid(p, 0)[1]\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(notes_of(seen) == "real_time");
}

constexpr const char* kThreaded =
    "def threaded():\n"
    "    import concurrent.futures\n"
    "    with concurrent.futures.ThreadPoolExecutor() as pool:\n"
    "        return list(pool.map(lambda _: main(), range(3)))\n";

TEST_CASE_TEMPLATE("threads wait in virtual time, and are served together", T, EACH_BACKEND) {
  RecordingPeer peer;
  peer.delay = 4s;
  const auto seen =
      T::sandbox().run(call(std::string(kFetch) + kThreaded, Json::array(), "threaded"), peer);
  CHECK(seen.value == Json::array({7, 7, 7}));
  CHECK(peer.requests().size() == 3);
  CHECK(seen.virtual_time >= 4s);
  CHECK(seen.virtual_time < 5s);
  CHECK(seen.notes.empty());
}

TEST_CASE_TEMPLATE("a request in real time is served as well", T, EACH_BACKEND) {
  const std::string source = std::string(kFetch) + kThreaded +
                             "def forked():\n"
                             "    p = os.fork()\n    if not p: os._exit(0)\n"
                             "    os.waitpid(p, 0)\n    return threaded()\n";
  RecordingPeer peer;
  const auto seen = T::sandbox().run(call(source, Json::array(), "forked"), peer);
  CHECK(seen.value == Json::array({7, 7, 7}));
  CHECK(peer.requests().size() == 3);
  CHECK(notes_of(seen) == "real_time");
}

TEST_CASE_TEMPLATE("threads that deadlock end at once", T, EACH_BACKEND) {
  auto job = call(
      "import threading\ndef main():\n"
      "    lock = threading.Lock(); lock.acquire()\n"
      "    t = threading.Thread(target=lock.acquire); t.start(); t.join()\n");
  job.limits.wall_ms = kPatienceMs;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(seen.outcome.detail.find("blocked for good") != std::string::npos);
}

TEST_CASE_TEMPLATE("a thread that does not give way is noted, however the case ends", T,
                   EACH_BACKEND) {
  auto job = call(
      "import threading, time\ndef main():\n"
      "    threading.Thread(target=time.sleep, args=(1,)).start()\n"
      "    while True: pass\n");
  job.limits.cpu_ms = 1'000;
  job.limits.wall_ms = kPatienceMs;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kCpuTime);
  CHECK(notes_of(seen) == "order_not_fixed");
}

TEST_CASE_TEMPLATE("a wait that the clock does not see ends at the wall limit, and is noted", T,
                   EACH_BACKEND) {
  auto job = call(
      "import ctypes\ndef main():\n"
      "    ctypes.CDLL(None).sigsuspend(bytes(128))\n");
  const auto seen = run_to_wall_limit(T::sandbox(), job, "outside_virtual_time");
  CHECK(seen.outcome.kind == OutcomeKind::kWallTime);
  CHECK(notes_of(seen) == "outside_virtual_time");
}

/// Has always something to do, and takes its time.
class BusyPeer : public RecordingPeer {
 public:
  bool pump(VirtualTime now) override {
    RecordingPeer::pump(now);
    ++rounds;
    const auto end = std::chrono::steady_clock::now() + 10ms;
    while (std::chrono::steady_clock::now() < end) {
    }
    return true;
  }

  int rounds = 0;
};

TEST_CASE_TEMPLATE("a peer that is never done does not keep a case beyond its wall limit", T,
                   EACH_BACKEND) {
  BusyPeer peer;
  auto job = call("import time\ndef main():\n    time.sleep(1)\n");
  job.limits.wall_ms = 400;
  const auto seen = T::sandbox().run(job, peer);
  CHECK(seen.outcome.kind == OutcomeKind::kWallTime);
  CHECK(peer.rounds < 500);  // a thousand would be looked at without a look at the limit
}

/// Works for three seconds before it is done, and says so.
class WorkingPeer : public BusyPeer {
 public:
  bool pump(VirtualTime now) override {
    return rounds < kRounds ? BusyPeer::pump(now) : RecordingPeer::pump(now);
  }
  std::chrono::nanoseconds work_time() const override { return rounds * 10ms; }

 private:
  static constexpr int kRounds = 300;
};

TEST_CASE_TEMPLATE("the work of a peer is no part of a case's wall time", T, EACH_BACKEND) {
  WorkingPeer peer;
  auto job = call("import time\ndef main():\n    time.sleep(1)\n    return 7\n");
  job.limits.wall_ms = 2'000;
  const auto seen = T::sandbox().run(job, peer);
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == 7);
}

TEST_CASE_TEMPLATE("two jobs do not see each other", T, EACH_BACKEND) {
  const auto job = call(
      "import builtins, json, os, pathlib, tempfile\n"
      "def main():\n"
      "    seen = [hasattr(builtins, 'mark'), hasattr(json, 'mark'), "
      "pathlib.Path('mark').exists(),\n"
      "            'MARK' in os.environ]\n"
      "    builtins.mark = json.mark = 1\n"
      "    pathlib.Path('mark').write_text('x')\n"
      "    os.environ['MARK'] = '1'\n"
      "    return seen\n");
  const auto first = run(T::sandbox(), job);
  const auto second = run(T::sandbox(), job);
  CHECK(first.value == Json::array({false, false, false, false}));
  CHECK(graded(first) == graded(second));
}

TEST_CASE_TEMPLATE("the environment is exactly what the job says", T, EACH_BACKEND) {
  auto job = call("import os\ndef main():\n    return sorted(os.environ)\n");
  job.environment["WAREHOUSE_TOKEN"] = "secret";
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.value == Json::array({"WAREHOUSE_TOKEN", "WAREHOUSE_URL"}));
}

TEST_CASE_TEMPLATE("files of the job are in the working folder, folders included", T,
                   EACH_BACKEND) {
  auto job = call(
      "import os\nfrom lib import thing\ndef main():\n"
      "    return [thing.name, sorted(os.listdir('.')), open('lib/data.txt').read()]\n");
  job.files.push_back({.path = "lib/__init__.py", .bytes = ""});
  job.files.push_back({.path = "lib/thing.py", .bytes = "name = 'a thing'\n"});
  job.files.push_back({.path = "lib/data.txt", .bytes = "data"});
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.value.at(0) == "a thing");
  CHECK(seen.value.at(2) == "data");
}

TEST_CASE_TEMPLATE("the same job gives the same record", T, EACH_BACKEND) {
  const auto job = call(
      "import random, uuid, os, time\ndef main():\n"
      "    time.sleep(1.5)\n"
      "    return [random.random(), str(uuid.uuid4()), os.urandom(8).hex(),\n"
      "            hash('x'), list({'a', 'b', 'c', None}), time.time()]\n");
  const auto first = run(T::sandbox(), job);
  CHECK(first.outcome.kind == OutcomeKind::kReturned);
  CHECK(graded(first) == graded(run(T::sandbox(), job)));
}

TEST_CASE_TEMPLATE("what compiling a file says, it says in every job with that file", T,
                   EACH_BACKEND) {
  const Job warns = call("def main():\n    return 1 is 1\n");
  const Job fails = call("def main(:\n    return 1\n");
  for (int time = 0; time < 2; ++time) {
    CHECK(run(T::sandbox(), warns).err.text.find("SyntaxWarning") != std::string::npos);
    const auto seen = run(T::sandbox(), fails);
    REQUIRE(seen.outcome.exception);
    CHECK(seen.outcome.exception->types.front() == "SyntaxError");
    CHECK(seen.outcome.exception->during_import);
  }
}

TEST_CASE_TEMPLATE("a job runs its own file, whatever ran under that name before", T,
                   EACH_BACKEND) {
  for (const char* value : {"1", "2", "1"}) {
    const auto seen =
        run(T::sandbox(), call(std::string("def main():\n    return ") + value + "\n"));
    CHECK(dump_json(seen.value) == value);
  }
}

TEST_CASE_TEMPLATE("another seed gives other random numbers", T, EACH_BACKEND) {
  auto job = call("import random\ndef main():\n    return random.random()\n");
  const auto first = run(T::sandbox(), job);
  job.seed = 1;
  CHECK(graded(first) != graded(run(T::sandbox(), job)));
}

TEST_CASE_TEMPLATE("other limits for the next job are those of the next job", T, EACH_BACKEND) {
  auto job = call("import time\ndef main():\n    time.sleep(50)\n");
  CHECK(run(T::sandbox(), job).outcome.kind == OutcomeKind::kReturned);
  job.limits.virtual_ms = 10'000;
  job.limits.scratch_bytes = 1 << 20;
  CHECK(run(T::sandbox(), job).outcome.kind == OutcomeKind::kVirtualTime);
}

TEST_CASE_TEMPLATE("a sandbox says what Python it runs", T, EACH_BACKEND) {
  CHECK(T::sandbox().tool().python.starts_with("3.11."));
  CHECK(T::sandbox().tool().packages.count("requests") == 1);
}

TEST_CASE_TEMPLATE("packages are warm where a file imports them, and can be imported anyway", T,
                   EACH_BACKEND) {
  const auto warm = run(T::sandbox(), call("import sys\n"
                                           "WARM = 'requests' in sys.modules\n"
                                           "import requests\n"
                                           "def main():\n"
                                           "    return [WARM, requests.__name__]\n"));
  CHECK(warm.value == Json({true, "requests"}));
  const auto cold =
      run(T::sandbox(), call("import sys\n"
                             "def main():\n"
                             "    warm = 'requests' in sys.modules\n"
                             "    return [warm, __import__('req' + 'uests').__name__]\n"));
  CHECK(cold.value == Json({false, "requests"}));
}

}  // namespace
}  // namespace assay::sandbox::testing
