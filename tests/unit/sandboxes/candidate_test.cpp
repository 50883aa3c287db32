#include <doctest/doctest.h>
#include <sys/wait.h>

#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

namespace {

Json frame(const std::string& file, int line, const std::string& function) {
  return {{"file", file}, {"line", line}, {"function", function}};
}

}  // namespace

TEST_CASE("the runner tells its Python and its packages") {
  CHECK(hello().at("python").get<std::string>().starts_with("3.11."));
  CHECK(hello().at("packages").contains("requests"));
}

TEST_CASE("the function gets its arguments, and an async one is awaited") {
  const Job job{.source = "def check(a, b, *, c=3): return [a, b, c]\n",
                .arguments = {"2026-03-13", {{"k", {1, 2.5, nullptr, true}}}}};
  CHECK(run(job).value() == Json::parse(R"(["2026-03-13", {"k": [1, 2.5, null, true]}, 3])"));
  CHECK(run(Job{.source = "async def check(a): return a\n", .arguments = {1000}}).value() == 1000);
  CHECK(run("async def inner(): return 5\ndef check(): return inner()\n").value() == 5);
  CHECK(run("class C:\n    def __call__(self): return 6\ncheck = C()\n").value() == 6);
}

TEST_CASE("the environment is the job's and no other") {
  const Job job{.source = "import os, subprocess\ndef check(): return dict(os.environ)\n",
                .environment = {{"WAREHOUSE_URL", "http://warehouse:8080"}, {"TZ", "UTC"}}};
  CHECK(run(job).value() == job.environment);
}

TEST_CASE("files lie beside the candidate's, in folders too, and come before the library's") {
  Job job{.source =
              "import os, warehouse, statistics\nfrom lib import deep\n"
              "def check(): return [warehouse.X, statistics.MINE, deep.Y, sorted(os.listdir()),\n"
              "                     open('data.txt').read()]\n"};
  job.other_files = {{"warehouse.py", "X = 1\n"},
                     {"statistics.py", "MINE = 2\n"},
                     {"lib/deep.py", "Y = 3\n"},
                     {"data.txt", "text"}};
  CHECK(
      run(job).value() ==
      Json::parse(
          R"([1, 2, 3, ["data.txt", "lib", "solution.py", "statistics.py", "warehouse.py"], "text"])"));
}

TEST_CASE("stdout and stderr come out, unflushed and in order") {
  const Run r =
      run("import sys, os\n"
          "def check():\n"
          "    sys.stdout.write('a'); os.write(1, b'b'); print('c', end='')\n"
          "    sys.stderr.write('e'); sys.stdout.write('d')\n");
  CHECK(r.out == "abcd");
  CHECK(r.err == "e");
  CHECK(r.value() == nullptr);
}

TEST_CASE(
    "an exception of a library tells types, message, the candidate's lines, and is not its own "
    "raise") {
  const Run r =
      run("import json\n"
          "def load(text):\n"
          "    return json.loads(text)\n"
          "def check():\n"
          "    return load('{')\n");
  const Json& e = r.exception();
  CHECK(e.at("types") ==
        Json::array({"json.decoder.JSONDecodeError", "ValueError", "Exception", "BaseException"}));
  CHECK(e.at("message").get<std::string>().starts_with("Expecting property name"));
  CHECK(e.at("traceback") ==
        Json::array({frame("solution.py", 5, "check"), frame("solution.py", 3, "load")}));
  CHECK(e.at("own_raise") == false);
  CHECK(e.at("during_import") == false);
}

TEST_CASE("whose frame raised is told apart") {
  const auto own_raise = [](const std::string& body) {
    return run("import json\nclass Own(Exception): pass\ndef check():\n" + body)
        .exception()
        .at("own_raise")
        .get<bool>();
  };
  CHECK(own_raise("    raise Own('x')\n"));
  CHECK(own_raise("    raise ValueError\n"));
  CHECK(
      own_raise("    try: json.loads('{')\n    except ValueError as e: raise Own('bad') from e\n"));
  CHECK(own_raise("    assert False, 'no'\n"));
  CHECK(own_raise("    e = Own('kept')\n    raise e from None\n"));
  CHECK_FALSE(own_raise("    int('x')\n"));
  CHECK_FALSE(own_raise("    {}['x']\n"));
  CHECK_FALSE(own_raise("    try: json.loads('{')\n    except ValueError: raise\n"));
  CHECK_FALSE(own_raise("    try: int('x')\n    except ValueError: raise\n"));
  CHECK_FALSE(own_raise("    try: json.loads('{')\n    except ValueError as e: raise e\n"));
  CHECK_FALSE(own_raise("    try: json.loads('{')\n    finally: print('x')\n"));
}

TEST_CASE("causes are told nearest first, whether named or not") {
  const Json e = run("def check():\n"
                     "    try:\n"
                     "        try: 1 / 0\n"
                     "        except ZeroDivisionError: {}['k']\n"
                     "    except KeyError as k: raise RuntimeError('r') from k\n")
                     .exception();
  CHECK(e.at("cause_types") == Json::array({"KeyError", "ZeroDivisionError"}));
  CHECK(run("def check():\n    try: 1 / 0\n    except ZeroDivisionError: raise ValueError from "
            "None\n")
            .exception()
            .at("cause_types")
            .empty());
}

TEST_CASE("exceptions that misbehave are told as far as they go") {
  const std::string classes =
      "class A(Exception):\n    def __str__(self): raise KeyError\n"
      "class B(BaseException):\n    def __str__(self): return 'x' * 10**6\n"
      "class C(ExceptionGroup): pass\n";
  CHECK(run(classes + "def check(): raise A\n").exception().at("message") == "");
  CHECK(
      run(classes + "def check(): raise B\n").exception().at("message").get<std::string>().size() ==
      2000);
  CHECK(run(classes + "def check(): raise C('g', [ValueError()])\n").exception().at("types")[0] ==
        "solution.C");
  const Json deep = run("def check(): return check()\n").exception();
  CHECK(deep.at("types")[0] == "RecursionError");
  CHECK(deep.at("traceback").size() == 100);
  CHECK(run("def check(): raise KeyboardInterrupt\n").exception().at("types")[0] ==
        "KeyboardInterrupt");
}

TEST_CASE("what goes wrong while importing says so, and there is no phase") {
  const Run raised = run("import json\nx = json.loads('{')\ndef check(): pass\n");
  CHECK(raised.exception().at("during_import") == true);
  CHECK(raised.exception().at("traceback") == Json::array({frame("solution.py", 2, "<module>")}));
  CHECK(raised.phase_ns == -1);
  const Json syntax = run("def check(:\n    pass\n").exception();
  CHECK(syntax.at("types")[0] == "SyntaxError");
  CHECK(syntax.at("traceback") == Json::array({frame("solution.py", 1, "<module>")}));
  CHECK(run("import nothing_of_that_name\n").exception().at("types")[0] == "ModuleNotFoundError");
  CHECK(run("import time\ntime.sleep(3)\ndef check(): pass\n").phase_ns / kSecond == 3);
}

TEST_CASE("a SyntaxError with a made-up place does not spoil the result") {
  for (const char* line : {"-5", "2**70", "None", "'x'"}) {
    CAPTURE(std::string(line));
    const Run r = run(
        std::string("def check():\n    e = SyntaxError('x'); e.filename = __file__; e.lineno = ") +
        line + "\n    raise e\n");
    CHECK(r.exception().at("traceback") == Json::array({frame("solution.py", 3, "check")}));
  }
}

TEST_CASE("what a candidate does to sys does not keep its result from being told") {
  for (const char* harm :
       {"sys.modules = None", "sys.modules.clear()", "del sys.modules, sys.path, sys.stdout",
        "sys.stdout = sys.stderr = None", "sys.setprofile(None); sys.settrace(None)",
        "sys.setrecursionlimit(30)", "import builtins; builtins.__dict__.clear()",
        "import gc; gc.disable(); [o for o in gc.get_objects()]"}) {
    CAPTURE(std::string(harm));
    CHECK(run(std::string("import sys\ndef check():\n    ") + harm +
              "\n    return {'status': 'ok'}\n")
              .value() == Json{{"status", "ok"}});
    CHECK(run(std::string("import sys\n") + harm + "\ndef check(): return {'status': 'ok'}\n")
              .value() == Json{{"status", "ok"}});
  }
}

TEST_CASE("sys.exit is an exit with its code, in the function and while importing") {
  for (const auto& [call, code] :
       std::vector<std::pair<std::string, int>>{{"sys.exit()", 0},
                                                {"sys.exit(3)", 3},
                                                {"sys.exit('text')", 1},
                                                {"exit(4)", 4},
                                                {"raise SystemExit(10**30)", 1}}) {
    CAPTURE(call);
    for (const std::string& source :
         {"import sys\ndef check(): " + call + "\n", "import sys\n" + call + "\n"}) {
      const Run r = run(source);
      CHECK(r.result.at("kind") == "exited");
      CHECK(r.result.at("exit_code") == code);
    }
  }
}

TEST_CASE("a process that ends without a word gives no result") {
  const Run exited = run("import os\ndef check(): os._exit(5)\n");
  CHECK(exited.result.is_null());
  CHECK(WEXITSTATUS(exited.wait_status) == 5);
  const Run crashed = run("import ctypes\ndef check(): ctypes.string_at(0)\n");
  CHECK(crashed.result.is_null());
  CHECK(WIFSIGNALED(crashed.wait_status));
}

TEST_CASE("an entry point that is missing, or does not fit, is told as such") {
  CHECK(run("def other(): pass\n").exception().at("types") ==
        Json::array({"assay.EntryPointMissing"}));
  CHECK(run("check = 5\n").exception().at("types") == Json::array({"assay.EntryPointMissing"}));
  const Json e = run(Job{.source = "def check(a, b): pass\n", .arguments = {1}}).exception();
  CHECK(e.at("types") == Json::array({"assay.EntryPointSignature"}));
  CHECK(e.at("message") ==
        "check in solution.py does not take the arguments of the exercise: "
        "missing a required argument: 'b'; its parameters are (a, b)");
  // A TypeError from within is the candidate's own.
  CHECK(run("def check(): return len(5)\n").exception().at("types")[0] == "TypeError");
}

TEST_CASE("functions that ran are told, others are not") {
  Job job{.source =
              "import helper\n"
              "def used(): return [x for x in 'ab']\n"
              "def unused(): pass\n"
              "class C:\n"
              "    def method(self):\n"
              "        def nested(): return 1\n"
              "        def not_nested(): return 2\n"
              "        return nested()\n"
              "async def later(): return (lambda: 3)()\n"
              "async def check():\n"
              "    for _ in range(50): used()\n"
              "    helper.help(); C().method(); return await later()\n"};
  job.other_files = {{"helper.py", "def help(): pass\ndef idle(): pass\n"}};
  CHECK(run(job).result.at("functions_run") ==
        Json::array({frame("helper.py", 1, "help"), frame("solution.py", 2, "used"),
                     frame("solution.py", 5, "C.method"),
                     frame("solution.py", 6, "C.method.<locals>.nested"),
                     frame("solution.py", 9, "later"),
                     frame("solution.py", 9, "later.<locals>.<lambda>"),
                     frame("solution.py", 10, "check")}));
}

TEST_CASE("an inspection gives what the source is, and runs none of it") {
  const Run r =
      run(Job{.source = "import os\nos._exit(3)\ndef check(a): return a\n", .kind = "inspect"});
  CHECK(r.value().at("files")[0].at("path") == "solution.py");
  CHECK(r.value().contains("functions"));
}
