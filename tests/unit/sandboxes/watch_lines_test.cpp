#include <doctest/doctest.h>

#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

namespace {

Json watched(const std::string& source,
             std::vector<std::pair<std::string, std::string>> other_files = {}) {
  Job job{.source = source};
  job.other_files = std::move(other_files);
  job.watch_lines = true;
  return run(job).result.at("lines_run");
}

Json lines_of(const std::string& source,
              std::vector<std::pair<std::string, std::string>> other_files = {}) {
  Json files = watched(source, std::move(other_files));
  for (Json& file : files) file.erase("took");
  return files;
}

/// Of the one file, those that took an exception.
Json took(const std::string& source) { return watched(source).at(0).at("took"); }

Json lines(const std::string& file, std::vector<int> numbers) {
  return {{"file", file}, {"lines", std::move(numbers)}};
}

}  // namespace

TEST_CASE("the lines that ran are told, and of an except block whether it was entered") {
  const std::string source =
      "def check():\n"
      "    try:\n"
      "        int(TEXT)\n"
      "    except KeyError:\n"
      "        return 1\n"
      "    except Exception as e:\n"
      "        x = 2\n"
      "        return x\n"
      "    return 3\n";
  CHECK(lines_of("TEXT = 'no'\n" + source) ==
        Json::array({lines("solution.py", {1, 2, 3, 4, 5, 7, 8, 9})}));
  CHECK(lines_of("TEXT = '7'\n" + source) == Json::array({lines("solution.py", {1, 2, 3, 4, 10})}));
}

TEST_CASE("lines of other files of the candidate's are told by file, those of libraries are not") {
  CHECK(lines_of("import json, other\ndef check():\n    return other.f(json.dumps({}))\n",
                 {{"other.py", "def f(x):\n    return x\n"}, {"unused.py", "x = 1\n"}}) ==
        Json::array({lines("other.py", {1, 2}), lines("solution.py", {1, 2, 3})}));
}

TEST_CASE("lines that run in another thread count, and those of coroutines") {
  CHECK(lines_of("import threading\n"
                 "def work():\n"
                 "    try:\n"
                 "        1 / 0\n"
                 "    except Exception:\n"
                 "        return None\n"
                 "def check():\n"
                 "    t = threading.Thread(target=work)\n"
                 "    t.start(); t.join()\n") ==
        Json::array({lines("solution.py", {1, 2, 3, 4, 5, 6, 7, 8, 9})}));
  CHECK(lines_of(
            "async def inner():\n    return 5\nasync def check():\n    return await inner()\n") ==
        Json::array({lines("solution.py", {1, 2, 3, 4})}));
}

TEST_CASE("watching changes nothing of what the code does, and nobody pays who does not ask") {
  const std::string source =
      "import sys\n"
      "def check():\n"
      "    try: raise KeyError('k')\n"
      "    except KeyError as e: return [sys.gettrace() is None, repr(e)]\n";
  const Run plain = run(source);
  CHECK_FALSE(plain.result.contains("lines_run"));
  Job job{.source = source};
  job.watch_lines = true;
  CHECK(run(job).value() == plain.value());
  const std::string raising = "def f():\n    raise ValueError('x')\ndef check(): f()\n";
  job.source = raising;
  CHECK(run(job).exception() == run(raising).exception());
}

TEST_CASE("what ran until an exception left is told") {
  CHECK(lines_of("def check():\n    x = 1\n    int('x')\n    return 2\n") ==
        Json::array({lines("solution.py", {1, 2, 3})}));
}

TEST_CASE("an account of lines says whether it is whole") {
  struct Row {
    const char* name;
    bool whole;
    const char* source;
  };
  constexpr Row kRows[] = {
      {"plain", true, "def check():\n    return 2\n"},
      {"no trace function", false,
       "import sys\ndef check():\n    sys.settrace(None)\n    return 2\n"},
      {"ours taken away and put back by way of threading", false,
       "import sys, threading\ndef check():\n    sys.settrace(None)\n    x = 2\n"
       "    sys.settrace(threading._trace_hook)\n    return x\n"},
      {"ours taken away and put back as if in a thread", false,
       "import _thread, sys, threading\ndef check():\n    sys.settrace(None)\n    x = 2\n"
       "    threading.gettrace()(None, None, None)\n    done = _thread.allocate_lock()\n"
       "    done.acquire()\n    _thread.start_new_thread(done.release, ())\n"
       "    done.acquire()\n    return x\n"},
      {"within a profile function", false,
       "import sys\ndef check():\n    sys.setprofile(lambda *a: None)\n    len('')\n"
       "    sys.setprofile(None)\n"},
      {"within an audit hook", false,
       "import sys\ndef check():\n    sys.addaudithook(lambda *a: None)\n"},
      {"a thread of threading", true,
       "import threading\ndef check():\n    t = threading.Thread(target=len, args=('',))\n"
       "    t.start(); t.join()\n"},
      {"threads of an executor", true,
       "from concurrent.futures import ThreadPoolExecutor\ndef check():\n"
       "    with ThreadPoolExecutor(3) as pool: return list(pool.map(abs, [-1, 2, -3]))\n"},
      {"a thread that threading knows nothing of", false,
       "import _thread\ndef check():\n    done = _thread.allocate_lock()\n    done.acquire()\n"
       "    _thread.start_new_thread(done.release, ())\n    done.acquire()\n"},
      {"a thread that asks threading for the trace function behind lines of its own", false,
       "import _thread, sys, threading\ndef hidden(done):\n    x = 1\n"
       "    sys.settrace(threading.gettrace())\n    (lambda: 2)()\n    done.release()\n"
       "def check():\n    done = _thread.allocate_lock()\n    done.acquire()\n"
       "    _thread.start_new_thread(hidden, (done,))\n    done.acquire()\n"},
      {"a thread of threading that begins in a way of its own", false,
       "import threading\nclass Own(threading.Thread):\n    def _bootstrap_inner(self):\n"
       "        x = 1\n        super()._bootstrap_inner()\n"
       "def check():\n    t = Own(target=len, args=('',))\n    t.start(); t.join()\n"},
      {"threading told to trace nothing", false,
       "import threading\ndef check():\n    threading.settrace(None)\n"
       "    t = threading.Thread(target=len, args=('',))\n    t.start(); t.join()\n"},
      {"a frame that tells of no lines", false,
       "import sys\ndef check():\n    sys._getframe().f_trace_lines = False\n    return 2\n"},
      {"a frame that tells of no lines while it calls", false,
       "import sys\ndef f(): pass\ndef check():\n    frame = sys._getframe()\n"
       "    frame.f_trace_lines = False; f(); frame.f_trace_lines = True\n    return 2\n"},
      {"a child process", false,
       "import os\ndef check():\n    child = os.fork()\n    if child == 0: os._exit(0)\n"
       "    return os.waitpid(child, 0)[1]\n"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    Job job{.source = row.source};
    job.watch_lines = true;
    const Run done = run(job);
    CAPTURE(done.result.dump());
    CHECK(done.result.at("lines_whole") == Json(row.whole));
  }
}

TEST_CASE("an except block takes an exception, and what it calls or what comes after does not") {
  CHECK(took("def show(e):\n"
             "    return repr(e)\n"
             "def check():\n"
             "    try:\n"
             "        int('x')\n"
             "    except ValueError as e:\n"
             "        y = show(e)\n"
             "    return y\n") == Json({6, 7}));
}

TEST_CASE("a with takes an exception where its manager says so, whoever made it") {
  const std::string head =
      "import contextlib\n"
      "class Guard:\n"
      "    def __enter__(self): return self\n"
      "    def __exit__(self, *exc): return True\n"
      "    async def __aenter__(self): return self\n"
      "    async def __aexit__(self, *exc):\n"
      "        await asyncio.sleep(1)\n"
      "        return True\n"
      "import asyncio\n";
  const auto in = [&](const std::string& with, const std::string& body) {
    return took(head + "async def check():\n    try:\n        " + with + "\n            " + body +
                "\n        x = 1\n    except KeyError:\n        return None\n");
  };
  for (const std::string with :
       {"with contextlib.suppress(Exception):", "with Guard():", "async with Guard():",
        "with contextlib.ExitStack() as stack:\n            stack.enter_context(Guard())"}) {
    CAPTURE(with);
    CHECK(in(with, "int('x')") == Json::array({12}));
    CHECK(in(with, "int('7')").empty());
  }
  // Not taken by the with, but by the handler around it.
  CHECK(in("with contextlib.suppress(ValueError):", "{}['k']") == Json({15, 16}));
  CHECK(in("with contextlib.closing(open('/dev/null')):", "{}['k']") == Json({15, 16}));
}

TEST_CASE("a finally takes an exception that is on its way, and none where there is none") {
  const auto in = [](const std::string& text) {
    return took(
        "def check():\n"
        "    try:\n"
        "        return int('" +
        text +
        "')\n"
        "    finally:\n"
        "        return [\n"
        "            7]\n");
  };
  CHECK(in("7").empty());
  CHECK_FALSE(in("x").empty());
  for (const Json& line : in("x")) CHECK((line == 5 || line == 6));
  // One that a caller handles is not this function's.
  CHECK(took("def inner():\n"
             "    try:\n"
             "        return 1\n"
             "    finally:\n"
             "        return 2\n"
             "def check():\n"
             "    try:\n"
             "        int('x')\n"
             "    except ValueError:\n"
             "        return inner()\n") == Json({9, 10}));
}
