#include <doctest/doctest.h>

#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

namespace {

Json lines_of(const std::string& source,
              std::vector<std::pair<std::string, std::string>> other_files = {}) {
  Job job{.source = source};
  job.other_files = std::move(other_files);
  job.watch_lines = true;
  return run(job).result.at("lines_run");
}

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
