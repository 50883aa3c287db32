#include <doctest/doctest.h>

#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

TEST_CASE("a sleep of eleven days takes no real time and is one jump of the clock") {
  // In real time it would outlast the patience of these tests with a candidate that says nothing.
  const Run r =
      run("import time\n"
          "def check():\n"
          "    a = time.monotonic(); time.sleep(10 ** 6); return time.monotonic() - a\n");
  CHECK(r.value().get<double>() == doctest::Approx(1e6).epsilon(1e-6));
  REQUIRE(r.jumps.size() == 1);
  CHECK(r.jumps[0] == doctest::Approx(1e15).epsilon(1e-6));
}

TEST_CASE("time starts at the case's now, for every clock that shows the date") {
  const Run r =
      run("import time, datetime\n"
          "def check():\n"
          "    return [datetime.date.today().isoformat(), int(time.time()), "
          "datetime.datetime.utcnow().hour,\n"
          "            time.gmtime().tm_mday, time.monotonic() < 1000, time.process_time() < 1]\n");
  CHECK(r.value() == Json::array({"2026-03-14", kNow / kSecond, 6, 14, true, true}));
}

TEST_CASE("a loop that spins on the clock comes to its end") {
  for (const char* clock : {"monotonic", "time", "perf_counter", "process_time", "thread_time"}) {
    CAPTURE(std::string(clock));
    const Run r = run(std::string("import time\ndef check():\n    end = time.") + clock +
                      "() + 30\n    while time." + clock + "() < end: pass\n    return True\n");
    CHECK(r.value() == true);
    CHECK(r.clock_ns() >= 30 * kSecond);
    CHECK(r.clock_ns() < 31 * kSecond);
  }
}

TEST_CASE("what a process has used is what its clocks of cpu time show") {
  const Run r =
      run("import resource, time\n"
          "def check():\n"
          "    sum(range(10 ** 6)); time.sleep(100)\n"
          "    a = resource.getrusage(resource.RUSAGE_SELF); b = time.process_time()\n"
          "    return [a.ru_utime <= b < a.ru_utime + 0.001, a.ru_stime, a.ru_nvcsw, b < 1]\n");
  CHECK(r.value() == Json::array({true, 0.0, 0, true}));
}

TEST_CASE("a socket's timeout comes after 30 virtual seconds") {
  RawServer server({silence()});
  const Run r =
      run("import urllib.request, time\n"
          "def check():\n"
          "    a = time.monotonic()\n"
          "    try: urllib.request.urlopen('http://127.0.0.1:%PORT%/x', timeout=30)\n"
          "    except TimeoutError as e: return [str(e), round(time.monotonic() - a)]\n",
          &server);
  CHECK(r.value() == Json::array({"timed out", 30}));
  CHECK(server.requests().size() == 1);
}

TEST_CASE("an answer that comes late is waited for, and the time is the server's") {
  RawServer server({http(200, "{\"rows\": 5}", 12 * kSecond)});
  const Run r =
      run("import urllib.request, json\n"
          "def check(): return json.load(urllib.request.urlopen('http://127.0.0.1:%PORT%/x'))\n",
          &server);
  CHECK(r.value() == Json{{"rows", 5}});
  CHECK(r.clock_ns() / kSecond == 12);
}

TEST_CASE("all blocked and nothing to wait for is told, not waited for") {
  for (const char* source :
       {"import threading\ndef check(): threading.Event().wait()\n",
        "import threading\ndef check():\n    l = threading.Lock(); l.acquire(); l.acquire()\n",
        "import signal\ndef check(): signal.pause()\n",
        "import signal\ndef check(): signal.sigwait([signal.SIGUSR1])\n",
        "import asyncio\nasync def check(): await asyncio.Event().wait()\n",
        "import socket\ndef check():\n    a, b = socket.socketpair(); a.recv(1)\n",
        "import os\ndef check():\n    r, w = os.pipe(); os.read(r, 1)\n",
        "import os\ndef check():\n    r, w = os.pipe(); os.readv(r, [bytearray(1)])\n",
        "import socket\ndef check():\n    a, b = socket.socketpair(); a.sendall(b'x' * 10**8)\n",
        "import os\ndef check():\n    r, w = os.pipe()\n    while True: os.write(w, b'x' * 4096)\n",
        "import select\ndef check(): select.select([], [], [])\n",
        "import queue\ndef check(): queue.Queue().get()\n",
        "import socket\ndef check():\n    s = socket.create_server(('127.0.0.1', 0)); "
        "s.accept()\n"}) {
    CAPTURE(std::string(source));
    const Run r = run(source);
    CHECK(r.stuck);
  }
}

TEST_CASE("waits with a timeout end at it") {
  for (const char* wait : {"threading.Event().wait(20)", "l.acquire(timeout=20)", "c.wait(20)",
                           "select.select([], [], [], 20)", "select.poll().poll(20000)",
                           "select.epoll().poll(20)", "signal.sigtimedwait([signal.SIGUSR1], 20)",
                           "a.recv(1)", "q.get(timeout=20)", "time.sleep(20)", "s.accept()"}) {
    CAPTURE(std::string(wait));
    const Run r =
        run(std::string("import threading, time, select, signal, socket, queue\n"
                        "def check():\n"
                        "    l = threading.Lock(); l.acquire()\n"
                        "    c = threading.Condition(); c.acquire()\n"
                        "    a, b = socket.socketpair(); a.settimeout(20); q = queue.Queue()\n"
                        "    s = socket.create_server(('127.0.0.1', 0)); s.settimeout(20)\n"
                        "    t = time.monotonic()\n"
                        "    try: ") +
            wait +
            "\n    except (TimeoutError, queue.Empty): pass\n"
            "    return round(time.monotonic() - t, 2)\n");
    CHECK(r.value() == 20.0);
    CHECK(r.real_time.empty());
  }
}

TEST_CASE("an alarm interrupts a wait, and a loop that looks at the clock") {
  for (const char* busy : {"time.sleep(100)", "urllib.request.urlopen('http://127.0.0.1:%PORT%/')",
                           "[time.time() for _ in range(10**6)]"}) {
    CAPTURE(std::string(busy));
    RawServer server({silence()});
    const Run r = run(
        std::string(
            "import signal, time, urllib.request\n"
            "def ring(*a): raise TimeoutError('rang')\n"
            "def check():\n"
            "    t = time.monotonic(); signal.signal(signal.SIGALRM, ring); signal.alarm(8)\n"
            "    try: ") +
            busy + "\n    except TimeoutError as e: return [str(e), round(time.monotonic() - t)]\n",
        &server);
    CHECK(r.value() == Json::array({"rang", 8}));
  }
}

TEST_CASE("asyncio waits in virtual time, on one thread") {
  const Run r =
      run("import asyncio, time\n"
          "async def nap(n): await asyncio.sleep(n); return n\n"
          "async def check():\n"
          "    t = time.monotonic(); log = [await asyncio.gather(nap(3), nap(1), nap(2))]\n"
          "    try: await asyncio.wait_for(nap(99), 10)\n"
          "    except asyncio.TimeoutError: log.append('timeout')\n"
          "    return log + [round(time.monotonic() - t, 1)]\n");
  CHECK(r.value() == Json::array({{3, 1, 2}, "timeout", 13.0}));
  CHECK(r.real_time.empty());
}

TEST_CASE("a child process begins real time, and says why") {
  for (const char* source :
       {"import subprocess\ndef check(): return subprocess.run(['/bin/true']).returncode\n",
        "import os\ndef check(): return os.system('exit 0')\n",
        "import asyncio\nasync def check():\n"
        "    p = await asyncio.create_subprocess_exec('/bin/true'); return await p.wait()\n",
        "import os\ndef check():\n    p = os.fork()\n    if not p: os._exit(0)\n"
        "    return os.waitpid(p, 0)[1]\n"}) {
    CAPTURE(std::string(source));
    const Run child = run(source);
    CHECK(child.value() == 0);
    CHECK(child.real_time == "a child process was started");
  }
}

TEST_CASE("a child process that returns as well does not speak for the candidate") {
  const Run r =
      run("import os\n"
          "def check():\n"
          "    p = os.fork()\n"
          "    if p: os.waitpid(p, 0)\n"
          "    return 'parent' if p else 'child'\n");
  CHECK(r.value() == "parent");
}

TEST_CASE("random numbers come from the seed, whoever asks") {
  const std::string source =
      "import random, os, uuid, secrets, ctypes\n"
      "def libc_read(path):\n"
      "    c = ctypes.CDLL(None); c.fopen.restype = c.fclose.restype = ctypes.c_void_p\n"
      "    f = ctypes.c_void_p(c.fopen(path, b'rb')); b = ctypes.create_string_buffer(6)\n"
      "    return [c.fread(b, 1, 6, f), b.raw.hex()]\n"
      "def check():\n"
      "    return [random.random(), os.urandom(5).hex(), uuid.uuid4().hex, secrets.token_hex(4),\n"
      "            random.SystemRandom().random(), open('/dev/urandom', 'rb').read(4).hex(),\n"
      "            libc_read(b'/dev/urandom')]\n";
  const Json first = run(Job{.source = source, .seed = 1}).value();
  CHECK(first == run(Job{.source = source, .seed = 1}).value());
  const Json other = run(Job{.source = source, .seed = 2}).value();
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i] != other[i]);
}

TEST_CASE("the same candidate gives the same record, byte for byte") {
  const std::string source =
      "import time, random, urllib.request, logging, uuid\n"
      "def check():\n"
      "    logging.warning('at %f', time.time())\n"
      "    for n in range(5):\n"
      "        try: return urllib.request.urlopen('http://127.0.0.1:%PORT%/', timeout=3).read()\n"
      "        except Exception as e: print(n, e, time.monotonic(), set('abcdef'), uuid.uuid4(), "
      "object())\n"
      "        time.sleep(random.random() * 2 ** n)\n";
  std::string first;
  for (int i = 0; i < 5; ++i) {
    RawServer server({silence(), http(503, "no"), http(200, "yes", 2 * kSecond)});
    const std::string dump = run(source, &server).dump();
    if (i == 0) first = dump;
    CHECK(dump == first);
  }
  CHECK(first.find("503") != std::string::npos);
}
