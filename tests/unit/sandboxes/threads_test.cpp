// Candidates with threads: one runs at a time, in virtual time, in an order that is the same every
// time (sandboxes/runner/baton.h).

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/sandboxes/programs.h"

using namespace assay;
using namespace assay::test;

namespace {

/// Behind kLog: what shows an order that varies. The server answers late, with an error, not at
/// all, and then well.
const std::string kCrowd = R"(
import random, uuid, logging, json
URL = 'http://localhost:%PORT%/'
logging.getLogger('urllib3').setLevel('ERROR')  # its warnings name the port
def work(n, ask):
    time.sleep(random.random() * 10)
    logging.warning('%s %s %s', n, threading.current_thread(), uuid.uuid4())
    try: return ask(n)
    except Exception as e: return type(e).__name__
def traces(): return [str(said), id(object()), [t.ident for t in [spawn(log, 1), spawn(log, 2)]], time.time()]
)";

constexpr const char* kCrowds[] = {
    R"(
import requests
def ask(n): return requests.get(URL + str(n), timeout=5).json()['rows']
def check():
    with ThreadPoolExecutor(4) as pool: return [list(pool.map(lambda n: work(n, ask), range(8))), traces()])",
    R"(
import urllib3
pool = urllib3.PoolManager(3, retries=urllib3.Retry(3, backoff_factor=2, status_forcelist=[503]), timeout=5)
def ask(n): return json.loads(pool.request('GET', URL + str(n)).data)['rows']
def check():
    with ThreadPoolExecutor(4) as threads:
        fs = [threads.submit(work, n, ask) for n in range(8)]
        return [[f.result() for f in as_completed(fs)], traces()])",
    R"(
import requests, tenacity
@tenacity.retry(wait=tenacity.wait_random_exponential(max=20), stop=tenacity.stop_after_attempt(3))
def ask(n):
    answer = requests.get(URL + str(n), timeout=5); answer.raise_for_status(); return answer.json()['rows']
def check():
    q, got = queue.Queue(), []
    def serve():
        while (n := q.get()) is not None: got.append([n, work(n, ask)])
    ts = [spawn(serve) for _ in range(3)]
    for n in [*range(8), None, None, None]: q.put(n)
    for t in ts: t.join()
    return [got, traces()])",
    R"(
import httpx
async def ask(c, n):
    try: return (await c.get(URL + str(n), timeout=5)).json()['rows']
    except Exception as e: return type(e).__name__
async def check():
    async with httpx.AsyncClient() as c: got = await asyncio.gather(*[ask(c, n) for n in range(6)])
    sync = lambda n: httpx.get(URL + str(n), timeout=5).json()['rows']
    return [got + await asyncio.gather(*[asyncio.to_thread(work, n, sync) for n in range(6)]), traces()])",
    R"(
import aiohttp, requests
async def ask(s, n):
    try:
        async with s.get(URL + str(n)) as answer: return json.loads(await answer.text())['rows']
    except Exception as e: return type(e).__name__
async def check():
    loop = asyncio.get_running_loop(); pool = ThreadPoolExecutor(3)
    sync = lambda n: requests.get(URL + str(n), timeout=5).json()['rows']
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as s:
        tasks = [asyncio.create_task(ask(s, n)) for n in range(5)]
        tasks += [loop.run_in_executor(pool, work, n, sync) for n in range(5)]
        got = [await f for f in asyncio.as_completed(tasks)]
    return [got, traces()])",
};

/// Processes that compute, one for each core.
class Spinners {
 public:
  Spinners() {
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
      const pid_t pid = fork();
      if (pid == 0) spin();
      REQUIRE(pid > 0);
      pids_.push_back(pid);
    }
  }
  ~Spinners() {
    for (const pid_t pid : pids_) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }
  Spinners(const Spinners&) = delete;
  Spinners& operator=(const Spinners&) = delete;

 private:
  /// A loop without an effect may be taken for one that ends; this one counts for all to see.
  [[noreturn]] static void spin() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (volatile unsigned turns = 0;;) turns = turns + 1;
  }

  std::vector<pid_t> pids_;
};

}  // namespace

TEST_CASE("threads wait in virtual time, and in one order") { check_programs(thread_programs()); }

TEST_CASE("threads that are all blocked are told so, not waited for") {
  for (const char* source : {
           R"(
one, two = threading.Lock(), threading.Lock()
def work(a, b):
    with a:
        time.sleep(1)
        with b: pass
def check():
    for t in [spawn(work, one, two), spawn(work, two, one)]: t.join())",
           R"(
def check():
    t = threading.Thread(target=lambda: queue.Queue().get()); t.start(); t.join())",
           R"(
def check():
    g = threading.Barrier(3); ts = [spawn(g.wait) for _ in range(2)]
    for t in ts: t.join())",
           R"(
def check():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: pool.submit(print).result()).result())"}) {
    CAPTURE(std::string(source));
    const Run r = run(kLog + source);
    CHECK(r.stuck);
  }
}

TEST_CASE("threads that are still there when the function returns do not go on") {
  const Run r = run_logged(R"(
def later(): time.sleep(1); print('later', flush=True)
def loop():
    while True: time.sleep(0.01)
def check():
    spawn(later); threading.Thread(target=loop, daemon=True).start(); spawn(threading.Event().wait)
    return 'gone')");
  CHECK(r.value() == "gone");
  CHECK(r.out == "");
  CHECK(WIFEXITED(r.wait_status));
}

TEST_CASE("a thread may end the process, and an exception ends only itself") {
  const Run left = run(kLog + "def check():\n    spawn(os._exit, 5); time.sleep(1)\n");
  CHECK(left.result.is_null());
  CHECK(WEXITSTATUS(left.wait_status) == 5);
  const Run raised = run_logged(
      "def check():\n    t = spawn(sys.exit, 5); t.join()\n"
      "    t = spawn(int, 'x'); t.join(); return 'here'\n");
  CHECK(raised.value() == "here");
  CHECK(raised.err.find("ValueError") != std::string::npos);
}

TEST_CASE("a thread that starts a child process begins real time, and all threads go on") {
  for (const char* source : {R"(
def child():
    time.sleep(50); p = os.fork()
    if not p: os._exit(7)
    log(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]))
)",
                             R"(
def child():
    import subprocess
    time.sleep(50); log(subprocess.run(['/bin/sh', '-c', 'exit 7']).returncode)
)"}) {
    CAPTURE(std::string(source));
    const Run r = run(kLog + source + R"(
lock, cond, r_w, e = threading.Lock(), threading.Condition(), os.pipe(), threading.Event()
def locked():
    with lock: return 'lock'
def conditioned():
    with cond: cond.wait(); return 'cond'
def read(): return os.read(r_w[0], 4).decode()
def polled(): return len(select.select([e_pair[0]], [], [], 1000)[0])
e_pair = socket.socketpair()
def check():
    lock.acquire(); t = spawn(child); pool = ThreadPoolExecutor(9)
    fs = [pool.submit(f) for f in (locked, conditioned, read, polled, lambda: e.wait(1000),
                                   lambda: e_pair[1].recv(1).decode(), lambda: time.sleep(50.05))]
    t.join(); lock.release(); os.write(r_w[1], b'pipe'); e_pair[1].send(b'x'); e_pair[0].send(b'y'); e.set()
    with cond: cond.notify_all()
    return [said[0][0]] + [f.result() for f in fs])");
    CHECK(r.value() == Json::array({7, "lock", "cond", "pipe", 1, true, "y", nullptr}));
    CHECK(r.real_time == "a child process was started");
    CHECK(r.clock_ns() >= 50 * kSecond);
    CHECK(r.clock_ns() < 1000 * kSecond);  // no wait came to the end of its time
  }
}

TEST_CASE("a write that waits for room when real time begins tells all that it wrote") {
  const Run r = run(kLog + R"(
r, w = os.pipe()
def drain():
    time.sleep(1); p = os.fork()
    if not p: os._exit(0)
    os.waitpid(p, 0); n = 0
    while n < 300_000: n += len(os.read(r, 70_000))
def check():
    t = spawn(drain); sent = os.write(w, b'x' * 300_000); t.join(); return sent)");
  CHECK(r.value() == 300'000);
  CHECK(r.real_time == "a child process was started");
}

TEST_CASE("a thread that never waits gives the baton up after its budget, and that is told") {
  const Run r = run(kLog + R"(
done = False
def work(): time.sleep(1); log('work'); global done; done = True
def check():
    t = spawn(work)
    while not done: pass
    t.join(); return said)");
  CHECK(r.value() == Json::parse(R"([["work",1]])"));
  CHECK(r.order_not_fixed.find("without waiting") != std::string::npos);
  CHECK(r.real_time == "");
  const Run both = run(kLog + R"(
turns = []
def work(me, other):
    while len(turns) < 6:
        if not turns or turns[-1] == other: turns.append(me)
def check():
    for t in [spawn(work, 'a', 'b'), spawn(work, 'b', 'a')]: t.join()
    return turns[:6])");
  CHECK(both.value() == Json::array({"a", "b", "a", "b", "a", "b"}));
  CHECK_FALSE(both.order_not_fixed.empty());
}

TEST_CASE("a thread that computes for long while nobody else could go on changes nothing") {
  const Run r = run_logged(R"(
def check():
    q = queue.Queue(); t = spawn(q.get); end = time.process_time
    n = 0
    for i in range(25_000_000): n += i
    q.put(1); t.join(); return n)");
  CHECK(r.value() == 312499987500000);
}

TEST_CASE("a thread that native code starts takes part, and costs no one but its own case") {
  // C11's thrd_create is not pthread_create, so nobody of ours sees it start.
  const Run r = run(kLog + R"(
import ctypes
c = ctypes.CDLL(None)
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
def native(_):
    begun.append(1); time.sleep(3); log('native'); return 0
begun = []
def check():
    handle = ctypes.c_ulong()
    assert c.thrd_create(ctypes.byref(handle), native, None) == 0
    while not begun: pass
    then = time.monotonic(); time.sleep(10); return [w[0] for w in said] + [round(time.monotonic() - then)])");
  CHECK(r.value() == Json::array({"native", 10}));
  CHECK_FALSE(r.order_not_fixed.empty());
}

TEST_CASE("the same threads give the same record, byte for byte, on busy cores") {
  const Spinners load;
  const int runs = std::getenv("ASSAY_MANY_RUNS") == nullptr ? 4 : 100;
  for (const char* source : kCrowds) {
    CAPTURE(std::string(source));
    std::string first;
    for (int i = 0; i < runs; ++i) {
      RawServer server({http(200, R"({"rows": 1})", 3 * kSecond), http(503, "no"), silence(),
                        http(200, R"({"rows": 2})", kSecond)});
      const Run r = run(kLog + kCrowd + source, &server);
      CHECK(r.value().size() == 2);
      CHECK(r.real_time == "");
      CHECK(r.order_not_fixed == "");
      if (i == 0) first = r.dump();
      CHECK(r.dump() == first);
    }
    CHECK(first.find("Thread") != std::string::npos);
  }
}
