#include "sandboxes/runner/watch_lines.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "sandboxes/runner/python.h"
#include "sandboxes/runner/watch.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxCodes = 20'000;
constexpr std::size_t kMaxLines = 5'000;
constexpr std::size_t kMaxPath = 4'096;

/// Lines of one file; null for code that is not the candidate's.
using Lines = std::set<int>;

struct Watched {
  Ref code;  ///< kept, so that its address stands for nothing else
  Lines* lines = nullptr;
};

// Never destroyed: threads of the candidate's may run until the process ends.
std::unordered_map<PyObject*, Watched>* g_codes = nullptr;
std::map<std::string, Lines>* g_files = nullptr;

Lines* lines_of(PyFrameObject* frame) {
  Ref code(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  const auto known = g_codes->find(code.get());
  if (known != g_codes->end()) return known->second.lines;
  if (g_codes->size() >= kMaxCodes) return nullptr;
  const auto* object = reinterpret_cast<PyCodeObject*>(code.get());
  const std::string path = candidate_path(text_of(object->co_filename, kMaxPath));
  Lines* lines = path.empty() ? nullptr : &(*g_files)[path];
  PyObject* key = code.get();
  g_codes->emplace(key, Watched{std::move(code), lines});
  return lines;
}

int on_event(PyObject*, PyFrameObject* frame, int what, PyObject*) noexcept {
  if (what != PyTrace_LINE) return 0;
  Lines* lines = lines_of(frame);
  if (lines != nullptr && lines->size() < kMaxLines) lines->insert(PyFrame_GetLineNumber(frame));
  return 0;
}

/// What threading calls in a new thread: puts the trace function in its place there as well.
PyObject* on_new_thread(PyObject*, PyObject*) {
  PyEval_SetTrace(on_event, nullptr);
  return Py_NewRef(Py_None);
}

PyMethodDef g_on_new_thread{"watch_lines", on_new_thread, METH_VARARGS, nullptr};

void watch_new_threads() {
  const Ref threading(PyImport_ImportModule("threading"));
  const Ref hook(PyCFunction_New(&g_on_new_thread, nullptr));
  if (threading && hook) {
    Ref(PyObject_CallMethod(threading.get(), "settrace", "O", hook.get()));
  }
  PyErr_Clear();
}

}  // namespace

void watch_lines() {
  g_codes = new std::unordered_map<PyObject*, Watched>;
  g_files = new std::map<std::string, Lines>;
  watch_new_threads();
  PyEval_SetTrace(on_event, nullptr);
}

Json lines_run() {
  Json files = Json::array();
  if (g_files == nullptr) return files;
  PyEval_SetTrace(nullptr, nullptr);
  for (const auto& [file, lines] : *g_files) files.push_back({{"file", file}, {"lines", lines}});
  return files;
}

}  // namespace assay::sandbox::runner
