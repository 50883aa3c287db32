#include "sandboxes/runner/watch.h"

#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "sandboxes/runner/network_watch.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxModules = 256;
constexpr std::size_t kMaxFunctions = 1'000;
constexpr std::size_t kMaxCallers = 200;
constexpr std::size_t kMaxName = 200;

using Function = std::tuple<std::string, int, std::string>;  // file, line, qualified name

std::string g_root;                     // with a slash at the end; empty: watch nothing
std::vector<Ref>* g_modules = nullptr;  // code of the candidate's files; never destroyed
std::set<Function>* g_callers = nullptr;
short g_never_entered = 0;  // co_warmup of code that has not run

PyCodeObject* as_code(PyObject* object) { return reinterpret_cast<PyCodeObject*>(object); }

bool is_comprehension(PyCodeObject* code) {
  const std::string name = text_of(code->co_name, kMaxName);
  return name == "<listcomp>" || name == "<dictcomp>" || name == "<setcomp>" || name == "<genexpr>";
}

Function describe(PyCodeObject* code, std::string path) {
  return {std::move(path), code->co_firstlineno, text_of(code->co_qualname, kMaxName)};
}

Json to_frames(const std::set<Function>& functions) {
  Json frames = Json::array();
  for (const auto& [file, line, function] : functions) {
    frames.push_back({{"file", file}, {"line", line}, {"function", function}});
  }
  return frames;
}

int on_audit(const char* event, PyObject* arguments, void*) noexcept {
  if (g_root.empty() || std::string_view(event) != "exec") return 0;
  if (PyTuple_GET_SIZE(arguments) < 1 || g_modules->size() >= kMaxModules) return 0;
  PyObject* code = PyTuple_GET_ITEM(arguments, 0);
  if (PyCode_Check(code) && !candidate_path(text_of(as_code(code)->co_filename, 4096)).empty()) {
    g_modules->push_back(Ref::share(code));
  }
  return 0;
}

/// A library's task of an event loop belongs to whoever awaits it, not to who started the loop.
bool is_event_loop(const std::string& file) { return file.ends_with("/asyncio/base_events.py"); }

void on_network() noexcept {
  if (g_root.empty() || Py_IsInitialized() == 0) return;
  const PyGILState_STATE gil = PyGILState_Ensure();
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  Ref frame = Ref::share(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
  while (frame) {
    auto* current = reinterpret_cast<PyFrameObject*>(frame.get());
    const Ref code(reinterpret_cast<PyObject*>(PyFrame_GetCode(current)));
    const std::string file = text_of(as_code(code.get())->co_filename, 4096);
    if (is_event_loop(file)) break;
    std::string path = candidate_path(file);
    if (!path.empty() && !is_comprehension(as_code(code.get()))) {
      if (g_callers->size() < kMaxCallers) {
        g_callers->insert(describe(as_code(code.get()), std::move(path)));
      }
      break;
    }
    frame = Ref(reinterpret_cast<PyObject*>(PyFrame_GetBack(current)));
  }
  frame = Ref();
  PyErr_Restore(type, value, traceback);
  PyGILState_Release(gil);
}

/// Adds the functions among `code` and the code within it that were entered at least once.
void collect(PyObject* root, std::set<Function>& functions) {
  std::vector<PyObject*> open{root};
  while (!open.empty() && functions.size() < kMaxFunctions) {
    PyCodeObject* code = as_code(open.back());
    open.pop_back();
    const std::string path = candidate_path(text_of(code->co_filename, 4096));
    const bool is_function = (code->co_flags & CO_OPTIMIZED) != 0 && !is_comprehension(code);
    if (is_function && !path.empty() && code->co_warmup != g_never_entered) {
      functions.insert(describe(code, path));
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
      PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
      if (PyCode_Check(constant)) open.push_back(constant);
    }
  }
}

}  // namespace

void install_watch() {
  g_modules = new std::vector<Ref>;
  g_callers = new std::set<Function>;
  const Ref code(Py_CompileString("pass", "<assay>", Py_file_input));
  ASSAY_ASSERT(bool(code), "Python does not compile 'pass'");
  g_never_entered = as_code(code.get())->co_warmup;
  ASSAY_ASSERT(g_never_entered != 0, "this Python does not count the entries of code");
  ASSAY_ASSERT(PySys_AddAuditHook(on_audit, nullptr) == 0, "Python takes no audit hook");
}

void watch_files(const std::string& folder) {
  g_root = folder + "/";
  watch_network(on_network);
}

void watch_code(PyObject* code) { g_modules->push_back(Ref::share(code)); }

std::string candidate_path(const std::string& file) {
  if (g_root.empty() || !file.starts_with(g_root)) return {};
  return file.substr(g_root.size());
}

Json functions_run() {
  std::set<Function> functions;
  for (const Ref& module : *g_modules) collect(module.get(), functions);
  return to_frames(functions);
}

Json network_callers() { return to_frames(*g_callers); }

}  // namespace assay::sandbox::runner
