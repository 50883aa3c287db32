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

TEST_CASE("what ran until an exception left, or until the code traced itself, is told") {
  CHECK(lines_of("def check():\n    x = 1\n    int('x')\n    return 2\n") ==
        Json::array({lines("solution.py", {1, 2, 3})}));
  CHECK(lines_of("import sys\ndef check():\n    sys.settrace(None)\n    return 2\n") ==
        Json::array({lines("solution.py", {1, 2, 3})}));
}
