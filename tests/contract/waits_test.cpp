// What is told of a program's waits: how long it slept, for what it waited, and how that ended.

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "sandboxes/waits.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using namespace std::chrono_literals;

const std::string kPrologue = R"(
import asyncio, os, select, signal, socket, struct, threading, time, urllib.request
def ask(timeout=None):
    try: return urllib.request.urlopen(os.environ['WAREHOUSE_URL'], timeout=timeout).status
    except OSError: return 0
)";

Job program(const std::string& source) { return call(kPrologue + source); }

std::string in_seconds(Duration time) {
  std::string text = std::to_string(std::chrono::round<std::chrono::milliseconds>(time) / 1.0s);
  text.erase(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

/// "sleep 0+3 of 10 signal, 2: lock 0+5 done": from when, for how long of how long at most.
std::string words_of(const std::vector<model::Wait>& waits) {
  std::string text;
  for (const model::Wait& wait : waits) {
    if (!text.empty()) text += ", ";
    if (wait.thread != 1) text += std::to_string(wait.thread) + ": ";
    text += std::string(to_string(wait.what)) + " " + in_seconds(wait.at) + "+" +
            in_seconds(wait.ended_at - wait.at);
    if (wait.deadline && *wait.deadline != wait.ended_at)
      text += " of " + in_seconds(*wait.deadline - wait.at);
    text += " " + std::string(to_string(wait.end));
  }
  return text;
}

struct Program {
  const char* name;
  const char* source;
  const char* waits;
};

/// The warehouse answers after 2 seconds.
constexpr Program kPrograms[] = {
    {"sleeps, each as long as it was", R"(
def main():
    for pause in (1, 2, 4): time.sleep(pause))",
     "sleep 0+1 deadline, sleep 1+2 deadline, sleep 3+4 deadline"},
    {"a sleep by select or poll without a descriptor is one", R"(
def main():
    select.select([], [], [], 1); select.poll().poll(2000))",
     "sleep 0+1 deadline, sleep 1+2 deadline"},
    {"an answer that comes late", "def main(): ask(5)", "read 0+2 of 5 done"},
    {"an answer that comes too late", "def main(): ask(1)", "read 0+1 deadline"},
    {"an answer that is waited for by select alone", R"(
def main():
    host, port = os.environ['WAREHOUSE_URL'].removeprefix('http://').split(':')
    s = socket.create_connection((host, int(port))); s.sendall(b'GET / HTTP/1.0\r\n\r\n'); select.select([s], [], [], 9))",
     "read 0+2 of 9 done"},
    {"a sleep that a signal breaks off", R"(
class Enough(Exception): pass
def enough(*_): raise Enough
def main():
    signal.signal(signal.SIGALRM, enough); signal.alarm(3)
    try: time.sleep(10)
    except Enough: pass)",
     "sleep 0+3 of 10 signal"},
    {"threads, each by itself, in the order in which they were started", R"(
def main():
    threads = [threading.Thread(target=time.sleep, args=(pause,)) for pause in (3, 2)]
    for each in threads: each.start()
    for each in threads: each.join())",
     "2: sleep 0+3 deadline, 3: sleep 0+2 deadline, lock 0+3 done"},
    {"a lock that is not let go in time", "def main(): threading.Event().wait(2)",
     "lock 0+2 deadline"},
    {"an event loop, whose sleeps and timeouts are one to us",
     "def main(): asyncio.run(asyncio.sleep(2))", "events 0+2 deadline"},
    {"a wait for a signal", R"(
def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.sigtimedwait([signal.SIGUSR1], 2))",
     "signal 0+2 deadline"},
    {"a sleep behind which nothing comes", "def main():\n    time.sleep(1); os._exit(0)",
     "sleep 0+1 deadline"},
    {"no wait that took no time", R"(
def main():
    time.sleep(0); lock = threading.Lock()
    with lock: pass
    for _ in range(5000): time.time()
    threading.Thread(target=print).start())",
     ""},
};

model::Observation run_slowly(Sandbox& sandbox, const Job& job) {
  RecordingPeer peer;
  peer.delay = 2s;
  return sandbox.run(job, peer);
}

TEST_CASE_TEMPLATE("what a program waited for is told", T, EACH_BACKEND) {
  for (const Program& each : kPrograms) {
    CAPTURE(std::string(each.name));
    const auto seen = run_slowly(T::sandbox(), program(each.source));
    CAPTURE(dump_json(Json(seen.outcome)));
    CHECK(words_of(seen.waits) == each.waits);
    CHECK(seen.notes.empty());
    CHECK(graded(run_slowly(T::sandbox(), program(each.source))) == graded(seen));
  }
}

TEST_CASE_TEMPLATE("a sleep that its case does not outlast is told as far as it came", T,
                   EACH_BACKEND) {
  Job job = program("def main(): time.sleep(10 ** 6)");
  job.limits.virtual_ms = 60'000;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(words_of(seen.waits) == "sleep 0+60 of 1000000 cut");
}

TEST_CASE_TEMPLATE("a wait that nothing would have ended is told, although it took no time", T,
                   EACH_BACKEND) {
  RecordingPeer peer;
  peer.answers = false;
  const auto seen = T::sandbox().run(program("def main():\n    time.sleep(1); ask()"), peer);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(words_of(seen.waits) == "sleep 0+1 deadline, read 1+0 cut");
}

TEST_CASE_TEMPLATE("waits are told up to a limit, and what is cut is noted", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), program(R"(
def main():
    for _ in range(501): time.sleep(0.01)
)"));
  CHECK(seen.waits.size() == kMaxWaits);
  REQUIRE(seen.notes.size() == 1);
  CHECK(seen.notes[0] == "waits_cut: there were more waits than the 500 that are kept");
}

TEST_CASE_TEMPLATE("many threads that wait at once are all told", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), program(R"(
def main():
    go = threading.Event()
    threads = [threading.Thread(target=go.wait) for _ in range(40)]
    for each in threads: each.start()
    time.sleep(5); go.set()
    for each in threads: each.join()
)"));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  REQUIRE(seen.waits.size() == 41);
  for (const model::Wait& wait : seen.waits) CHECK(wait.ended_at - wait.at >= 4999ms);
}

TEST_CASE_TEMPLATE("in real time no waits are told", T, EACH_BACKEND) {
  Job job = program("def main(): time.sleep(10)");
  job.real_time = 1000;
  CHECK(run(T::sandbox(), job).waits.empty());
}

TEST_CASE_TEMPLATE("a wait that lasts while real time begins is told up to there", T,
                   EACH_BACKEND) {
  const auto seen = run(T::sandbox(), program(R"(
def main():
    threading.Thread(target=time.sleep, args=(5.01,)).start(); time.sleep(5)
    child = os.fork()
    if child == 0: os._exit(0)
    os.waitpid(child, 0)
)"));
  CHECK(words_of(seen.waits) == "2: sleep 0+5 of 5.01 cut, sleep 0+5 deadline");
}

/// Sends words of its own over the channel, which native code can do anyway.
std::string forging(const std::string& bytes) {
  return "def entry(which, thread, value, at, deadline):\n"
         "    return struct.pack('<BIBqq', which, thread, value, at, deadline)\n"
         "NOW = 1773468000 * 10 ** 9\n"
         "def main():\n    os.write(3, b'w' + " +
         bytes + ")\n    time.sleep(1); return True\n";
}

TEST_CASE_TEMPLATE("forged waits that make no sense are passed over", T, EACH_BACKEND) {
  for (const char* entry :
       {"entry(9, 1, 0, NOW, NOW)", "entry(1, 7, 99, NOW, NOW)", "entry(2, 7, 0, NOW, NOW)",
        "entry(1, 0, 0, NOW, NOW)", "entry(1, 2**32 - 1, 0, NOW, NOW)", "entry(1, 7, 0, -NOW, NOW)",
        "entry(1, 7, 0, 2**63 - 1, NOW)", "entry(1, 7, 0, NOW, -2**63)",
        "entry(1, 7, 0, NOW, NOW) + entry(2, 7, 99, NOW, NOW)"}) {
    CAPTURE(std::string(entry));
    const auto seen = run(T::sandbox(), program(forging(entry)));
    CHECK(seen.value == true);
    CHECK(words_of(seen.waits).starts_with("sleep 0+1 deadline"));
  }
}

TEST_CASE_TEMPLATE("waits without an end are no words of ours", T, EACH_BACKEND) {
  const auto seen = run(T::sandbox(), program(forging("entry(1, 7, 0, NOW, NOW)[:-1]")));
  CHECK(seen.outcome.kind == OutcomeKind::kPolicy);
}

}  // namespace
}  // namespace assay::sandbox::testing
