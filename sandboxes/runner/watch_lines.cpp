#include "sandboxes/runner/watch_lines.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sandboxes/runner/python.h"
#include "sandboxes/runner/thread_watch.h"
#include "sandboxes/runner/virtual_time.h"
#include "sandboxes/runner/watch.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxCodes = 20'000;
constexpr std::size_t kMaxLines = 5'000;
constexpr std::size_t kMaxPath = 4'096;

/// Of one file.
struct Lines {
  std::set<int> run;
  std::set<int> took;  ///< those at which an exception was taken
};

struct Watched {
  Ref code;                ///< kept, so that its address stands for nothing else
  Lines* lines = nullptr;  ///< null for code that is not the candidate's
};

// Never destroyed: threads of the candidate's may run until the process ends.
std::unordered_map<PyObject*, Watched>* g_codes = nullptr;
std::map<std::string, Lines>* g_files = nullptr;
PyObject* g_exit = nullptr;  // the names, interned, as code objects have them
PyObject* g_aexit = nullptr;
// Code of threading.Thread._bootstrap and of _bootstrap_inner, which asks for a trace function.
PyObject* g_bootstrap = nullptr;
PyObject* g_bootstrap_inner = nullptr;

/// Whether something got out of sight; see the header. Written under the GIL.
struct Sight {
  bool lost = false;
  bool own_change = false;  ///< the trace function is being changed by us
  int trace_changes = 0;    ///< by others
  int threads_watched = 0;  ///< in each of them threading changes it once
  int threads_before = 0;
} g_sight;

/// Our trace function was put in its place in this thread: nobody else has to change it any more.
thread_local bool t_watched = false;

Lines* lines_of(PyFrameObject* frame) {
  Ref code(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  const auto known = g_codes->find(code.get());
  if (known != g_codes->end()) return known->second.lines;
  if (g_codes->size() >= kMaxCodes) {
    g_sight.lost = true;
    return nullptr;
  }
  const auto* object = reinterpret_cast<PyCodeObject*>(code.get());
  const std::string path = candidate_path(text_of(object->co_filename, kMaxPath));
  Lines* lines = path.empty() ? nullptr : &(*g_files)[path];
  PyObject* key = code.get();
  g_codes->emplace(key, Watched{std::move(code), lines});
  return lines;
}

void add(std::set<int>& lines, PyFrameObject* frame) {
  if (lines.size() < kMaxLines)
    lines.insert(PyFrame_GetLineNumber(frame));
  else
    g_sight.lost = true;
}

/// Whether the exception that is being handled is one that had come to this frame: its traceback
/// begins there. Otherwise it is that of a caller.
bool handles_one(PyFrameObject* frame) {
  const Ref exception(PyErr_GetHandledException());
  if (!exception) return false;
  const Ref traceback(PyException_GetTraceback(exception.get()));
  return traceback && reinterpret_cast<PyTracebackObject*>(traceback.get())->tb_frame == frame;
}

/// Whether the frame is that of an __exit__. Other than True nothing counts as its saying that it
/// took the exception: what is true is a question to code of the candidate's, and a coroutine
/// returns its way through the futures that it waits for.
bool is_exit(PyFrameObject* frame) {
  const Ref code(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  const PyObject* name = reinterpret_cast<PyCodeObject*>(code.get())->co_name;
  return name == g_exit || name == g_aexit;
}

void on_line(PyFrameObject* frame) {
  Lines* lines = lines_of(frame);
  if (lines == nullptr) return;
  add(lines->run, frame);
  if (handles_one(frame)) add(lines->took, frame);
}

void on_true(PyFrameObject* frame) {
  if (!is_exit(frame)) return;
  const Ref back(reinterpret_cast<PyObject*>(PyFrame_GetBack(frame)));
  auto* caller = reinterpret_cast<PyFrameObject*>(back.get());
  Lines* lines = caller != nullptr ? lines_of(caller) : nullptr;
  if (lines != nullptr && handles_one(caller)) add(lines->took, caller);
}

/// Frames tell of their lines as long as their attribute f_trace_lines says so, which anybody may
/// set. A frame whose lines are off still tells of its end, and of the calls that it makes.
void look_for_silence(PyFrameObject* frame) {
  if (frame == nullptr || lines_of(frame) == nullptr) return;
  const Ref tells(PyObject_GetAttrString(reinterpret_cast<PyObject*>(frame), "f_trace_lines"));
  g_sight.lost |= tells.get() != Py_True;
  PyErr_Clear();
}

int on_event(PyObject*, PyFrameObject* frame, int what, PyObject* value) noexcept {
  if (what == PyTrace_LINE) on_line(frame);
  if (what == PyTrace_RETURN && value == Py_True) on_true(frame);
  if (what == PyTrace_RETURN) look_for_silence(frame);
  if (what == PyTrace_CALL) {
    const Ref caller(reinterpret_cast<PyObject*>(PyFrame_GetBack(frame)));
    look_for_silence(reinterpret_cast<PyFrameObject*>(caller.get()));
  }
  return 0;
}

void set_trace(Py_tracefunc function) {
  g_sight.own_change = true;
  PyEval_SetTrace(function, nullptr);
  g_sight.own_change = false;
  t_watched = true;
}

/// Whether this thread began as threading begins one, which is by its two outermost frames. A
/// function of the candidate's own could run lines before it asks threading for the trace function.
bool began_by_threading() {
  Ref inner;
  Ref outermost = Ref::share(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
  const auto back_of = [](const Ref& frame) {
    return Ref(reinterpret_cast<PyObject*>(
        PyFrame_GetBack(reinterpret_cast<PyFrameObject*>(frame.get()))));
  };
  const auto runs = [](const Ref& frame, PyObject* code) {
    return frame && Ref(reinterpret_cast<PyObject*>(
                            PyFrame_GetCode(reinterpret_cast<PyFrameObject*>(frame.get()))))
                            .get() == code;
  };
  while (outermost) {
    Ref back = back_of(outermost);
    if (!back) break;
    inner = std::move(outermost);
    outermost = std::move(back);
  }
  return runs(outermost, g_bootstrap) && runs(inner, g_bootstrap_inner);
}

/// What threading calls in a new thread: puts the trace function in its place there as well.
PyObject* on_new_thread(PyObject*, PyObject*) {
  g_sight.lost |= t_watched || !began_by_threading();
  ++g_sight.threads_watched;
  set_trace(on_event);
  return Py_NewRef(Py_None);
}

int on_audit(const char* name, PyObject*, void*) noexcept {
  const std::string_view event = name;
  if (event == "sys.settrace" && !g_sight.own_change) {
    g_sight.lost |= t_watched;
    ++g_sight.trace_changes;
  }
  if (event == "sys.setprofile" || event == "sys.addaudithook") g_sight.lost = true;
  return 0;
}

PyMethodDef g_on_new_thread{"watch_lines", on_new_thread, METH_VARARGS, nullptr};

/// Of a method of threading.Thread; kept for good.
PyObject* code_of_thread(const Ref& threading, const char* method) {
  const Ref type(PyObject_GetAttrString(threading.get(), "Thread"));
  const Ref function(type ? PyObject_GetAttrString(type.get(), method) : nullptr);
  return function ? PyObject_GetAttrString(function.get(), "__code__") : nullptr;
}

void watch_new_threads() {
  const Ref threading(PyImport_ImportModule("threading"));
  const Ref hook(PyCFunction_New(&g_on_new_thread, nullptr));
  if (threading && hook) {
    Ref(PyObject_CallMethod(threading.get(), "settrace", "O", hook.get()));
    g_bootstrap = code_of_thread(threading, "_bootstrap");
    g_bootstrap_inner = code_of_thread(threading, "_bootstrap_inner");
  }
  PyErr_Clear();
}

}  // namespace

void watch_lines() {
  g_codes = new std::unordered_map<PyObject*, Watched>;
  g_files = new std::map<std::string, Lines>;
  g_exit = PyUnicode_InternFromString("__exit__");
  g_aexit = PyUnicode_InternFromString("__aexit__");
  watch_new_threads();
  ASSAY_ASSERT(PySys_AddAuditHook(on_audit, nullptr) == 0, "Python takes no audit hook");
  g_sight = {.threads_before = threads_started()};
  set_trace(on_event);
}

LinesSeen lines_run() {
  LinesSeen seen;
  if (g_files == nullptr) return seen;
  const Sight sight = g_sight;
  set_trace(nullptr);
  for (const auto& [file, lines] : *g_files)
    seen.files.push_back({{"file", file}, {"lines", lines.run}, {"took", lines.took}});
  // A process that was started may have run any line, and has no part in this account.
  seen.whole = !sight.lost && sight.trace_changes == sight.threads_watched &&
               threads_started() - sight.threads_before == sight.threads_watched &&
               virtual_time::is_by_itself();
  return seen;
}

}  // namespace assay::sandbox::runner
