// What the warm image spares a case, and that a case does not see that it was warm.

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;

Job call_with(const std::string& source, const std::string& other) {
  Job job = call(source);
  job.files.push_back({"helper.py", other, ""});
  return job;
}

TEST_CASE_TEMPLATE("a module beside the entry is imported as it was handed in", T, EACH_BACKEND) {
  const Job job =
      call_with("import helper\ndef main():\n    return helper.twice(4), helper.__file__\n",
                "def twice(x):\n    return 2 * x\n");
  for (int i = 0; i < 2; ++i) {  // compiled anew, and known
    const auto seen = run(T::sandbox(), job);
    REQUIRE(seen.value.contains("items"));
    CHECK(seen.value["items"][0] == 8);
    CHECK(seen.value["items"][1].template get<std::string>().ends_with("/helper.py"));
    bool ran = false;
    for (const auto& function : seen.functions_run)
      ran |= function.file == "helper.py" && function.function == "twice";
    CHECK(ran);
  }
}

TEST_CASE_TEMPLATE("a module that has changed since is what it is by then", T, EACH_BACKEND) {
  const Job job = call_with(R"(
import pathlib
def main():
    path = pathlib.Path(__file__).with_name("helper.py")
    text = path.read_text()
    path.unlink()
    path.write_text(text.replace("first", "second"))
    import helper
    return helper.WORD
)",
                            "WORD = 'first'\n");
  for (int i = 0; i < 2; ++i) {
    const auto seen = run(T::sandbox(), job);
    CAPTURE(graded(seen));
    CHECK(seen.value == "second");
  }
}

TEST_CASE_TEMPLATE("a module that does not compile says so where it is imported", T, EACH_BACKEND) {
  const Job job = call_with("def main():\n    import helper\n", "x = = 1\n");
  for (int i = 0; i < 2; ++i) {
    const auto seen = run(T::sandbox(), job);
    REQUIRE(seen.outcome.kind == OutcomeKind::kRaised);
    CHECK(seen.outcome.exception->types.front() == "SyntaxError");
  }
}

TEST_CASE_TEMPLATE("a module that compiles with a warning warns in each case", T, EACH_BACKEND) {
  const Job job = call_with("def main():\n    import helper\n", "assert (1, 'is always true')\n");
  for (int i = 0; i < 2; ++i)
    CHECK(run(T::sandbox(), job).err.text.find("SyntaxWarning") != std::string::npos);
}

TEST_CASE_TEMPLATE("a module that fails has no frame of importlib's in its traceback", T,
                   EACH_BACKEND) {
  Job job = call_with(R"(
import traceback
import other
def main():
    try:
        import helper
    except SyntaxError:
        return traceback.format_exc()
)",
                      "x = = 1\n");
  job.files.push_back({"other.py", "x = 1\n", ""});
  const auto seen = run(T::sandbox(), job);
  CAPTURE(graded(seen));
  REQUIRE(seen.value.is_string());
  const auto text = seen.value.template get<std::string>();
  CHECK(text.find("import helper") != std::string::npos);
  CHECK(text.find("importlib") == std::string::npos);
  CHECK(text.find("<assay") == std::string::npos);
}

TEST_CASE_TEMPLATE("importlib compiles as it is asked to, and looks as ever", T, EACH_BACKEND) {
  const Job job = call_with(R"(
import inspect
from importlib.machinery import SourceFileLoader
import helper
def main():
    loader = SourceFileLoader("helper", helper.__file__)
    code = loader.source_to_code(loader.get_data(helper.__file__), helper.__file__, _optimize=2)
    names = {}
    exec(code, names)
    function = SourceFileLoader.source_to_code
    return helper.__doc__, names.get("__doc__"), str(inspect.signature(function)), function.__qualname__
)",
                            "'words'\n");
  const auto seen = run(T::sandbox(), job);
  CAPTURE(graded(seen));
  REQUIRE(seen.value.contains("items"));
  CHECK(seen.value["items"][0] == "words");
  CHECK(seen.value["items"][1].is_null());
  CHECK(seen.value["items"][2] == "(self, data, path, *, _optimize=-1)");
  CHECK(seen.value["items"][3] == "SourceLoader.source_to_code");
}

TEST_CASE_TEMPLATE("a module that nothing imports does not run, whatever its name is", T,
                   EACH_BACKEND) {
  Job job = call("def main():\n    return 1\n");
  for (const char* name : {"importlib.py", "logging.py", "marshal.py", "time.py", "warnings.py"})
    job.files.push_back({name, "print('it ran', flush=True)\nraise SystemExit(7)\n", ""});
  const auto seen = run(T::sandbox(), job);
  CAPTURE(graded(seen));
  CHECK(seen.value == 1);
  CHECK(seen.out.text.empty());
}

/// By CPython's audit events; see "Audit events table" of its documentation.
TEST_CASE("a module that has been compiled is not compiled in the case, a very large one is") {
  Job job = call_with(R"(
import sys
compiled = []
def note(event, arguments):
    if event == "compile":
        compiled.append(arguments[1].rpartition("/")[2])
sys.addaudithook(note)
import helper, large
def main():
    return compiled
)",
                      "x = 1\n");
  job.files.push_back({"large.py", std::string(1 << 20, '#') + "\n", ""});
  const auto seen = run(BoxBackend::sandbox(), job);
  CAPTURE(graded(seen));
  CHECK(seen.value == Json::array({"large.py"}));
}

/// CPython draws a new seed in a child process, so that two do not draw the same numbers.
TEST_CASE_TEMPLATE("what modules do in a child process is done in a candidate's", T, EACH_BACKEND) {
  const auto seen =
      run(T::sandbox(), call("import os, random, threading\n"
                             "def main():\n"
                             "    random.seed(1)\n"
                             "    ours, theirs = os.pipe()\n"
                             "    child = os.fork()\n"
                             "    if child == 0:\n"
                             "        os.write(theirs, repr(random.random()).encode())\n"
                             "        os._exit(0)\n"
                             "    os.waitpid(child, 0)\n"
                             "    return os.read(ours, 100).decode(), repr(random.random())\n"));
  REQUIRE(seen.value.contains("items"));
  CHECK(seen.value["items"][0] != seen.value["items"][1]);
  CHECK(seen.value["items"][1] == "0.13436424411240122");  // random.seed(1), in any Python
}

/// A copy of the runner whose heap has no layout.
std::string runner_without_layout(const std::filesystem::path& folder) {
  std::ifstream file(options().runner, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  // The head of a layout is its magic and a count; the code that looks for it has the magic too.
  std::size_t found = 0;
  for (std::size_t at = bytes.find("AHL2"); at != std::string::npos;
       at = bytes.find("AHL2", at + 1)) {
    std::uint32_t count = 0;
    std::memcpy(&count, bytes.data() + at + 4, sizeof count);
    if (count == 0 || count > 100'000) continue;
    bytes[at] = 'X';
    ++found;
  }
  CHECK(found == 1);
  const std::string path = folder / "assay-runner";
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), 0755);
  return path;
}

/// What a case takes of new pages and of copies, in pages. By the system call itself: the function
/// gives no such number, which differs from run to run.
std::int64_t pages_of(Sandbox& sandbox) {
  const auto seen = run(sandbox, call(R"(
import ctypes, dataclasses, datetime, json, urllib.error, urllib.request
GETRUSAGE, MINFLT = 98, 8

@dataclasses.dataclass(frozen=True)
class Day:
    name: str

def main():
    Day(json.loads('{"a": "b"}')["a"])
    datetime.date.fromisoformat("2026-03-14")
    try:
        urllib.request.urlopen("http://localhost:1", timeout=1)
    except urllib.error.URLError as error:
        str(error)
    usage = (ctypes.c_long * 18)()
    ctypes.CDLL(None).syscall(GETRUSAGE, 0, usage)
    return usage[MINFLT]
)"));
  CAPTURE(graded(seen));
  REQUIRE(seen.value.is_number());
  return seen.value.get<std::int64_t>();
}

TEST_CASE("a case writes to fewer pages of an image whose objects are laid for it") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("assay-layout-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  auto without = options();
  without.runner = runner_without_layout(folder);
  auto plain = open_box_sandbox(without);
  REQUIRE(plain.ok());
  const std::int64_t laid = pages_of(BoxBackend::sandbox());
  const std::int64_t strewn = pages_of(**plain);
  CAPTURE(laid);
  CAPTURE(strewn);
  CHECK(laid > 0);
  CHECK(laid * 10 < strewn * 8);
  plain->reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace assay::sandbox::testing
