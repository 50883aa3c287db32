#include "sandboxes/runner/exception_encoder.h"

#include <algorithm>
#include <climits>
#include <set>
#include <vector>

#include "sandboxes/runner/python.h"
#include "sandboxes/runner/watch.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxMessage = 2'000;
constexpr std::size_t kMaxTypes = 32;
constexpr std::size_t kMaxCauses = 8;
constexpr std::size_t kMaxFrames = 100;  // the outer half and the inner half of a deep recursion

Json types_of(PyTypeObject* type) {
  Json types = Json::array();
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro) && types.size() < kMaxTypes; ++i) {
    PyObject* base = PyTuple_GET_ITEM(type->tp_mro, i);
    if (PyType_Check(base) == 0 || base == reinterpret_cast<PyObject*>(&PyBaseObject_Type))
      continue;
    types.push_back(class_name(reinterpret_cast<PyTypeObject*>(base)));
  }
  return types;
}

/// str(e), which may run the candidate's code.
std::string message_of(PyObject* exception) {
  const Ref text(PyObject_Str(exception));
  PyErr_Clear();
  return text_of(text.get(), kMaxMessage);
}

Json causes_of(PyObject* exception) {
  Json types = Json::array();
  std::set<PyObject*> seen{exception};
  Ref current = Ref::share(exception);
  while (types.size() < kMaxCauses) {
    Ref cause(PyException_GetCause(current.get()));
    const auto* fields = reinterpret_cast<PyBaseExceptionObject*>(current.get());
    if (!cause && fields->suppress_context == 0) cause = Ref(PyException_GetContext(current.get()));
    if (!cause || !seen.insert(cause.get()).second) break;
    types.push_back(class_name(Py_TYPE(cause.get())));
    current = std::move(cause);
  }
  return types;
}

struct Stop {
  PyCodeObject* code;  // borrowed of the traceback
  int line;
  int instruction;  // index in bytes
};

std::vector<Stop> stops_of(PyObject* exception) {
  std::vector<Stop> stops;
  Ref traceback(PyException_GetTraceback(exception));
  for (auto* at = reinterpret_cast<PyTracebackObject*>(traceback.get()); at != nullptr;
       at = at->tb_next) {
    // The frame keeps its code alive, and the exception its traceback.
    PyCodeObject* code = PyFrame_GetCode(at->tb_frame);
    const int line = at->tb_lineno >= 0 ? at->tb_lineno : PyCode_Addr2Line(code, at->tb_lasti);
    stops.push_back({code, line, at->tb_lasti});
    Py_DECREF(code);
  }
  return stops;
}

std::string path_of(const Stop& stop) {
  return candidate_path(text_of(stop.code->co_filename, 4096));
}

/// Whether the last frame of all is the candidate's and stands on a `raise` that names an
/// exception. An exception of a library that is raised again keeps the library's frames behind that
/// one.
bool is_own_raise(const std::vector<Stop>& stops) {
  constexpr unsigned char kRaiseVarargs = 130;  // of CPython 3.11's opcode.h
  if (stops.empty() || path_of(stops.back()).empty()) return false;
  const Ref bytes(PyCode_GetCode(stops.back().code));
  PyErr_Clear();
  const int at = stops.back().instruction;
  if (!bytes || at < 0 || at + 1 >= PyBytes_GET_SIZE(bytes.get())) return false;
  const auto* code = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(bytes.get()));
  return code[at] == kRaiseVarargs && code[at + 1] > 0;
}

Json traceback_of(const std::vector<Stop>& stops) {
  std::vector<Json> frames;
  for (const Stop& stop : stops) {
    const std::string path = path_of(stop);
    if (path.empty()) continue;
    frames.push_back({{"file", path},
                      {"line", std::max(stop.line, 0)},
                      {"function", text_of(stop.code->co_qualname, 200)}});
  }
  if (frames.size() > kMaxFrames) {
    frames.erase(frames.begin() + kMaxFrames / 2, frames.end() - kMaxFrames / 2);
  }
  return frames;
}

/// A SyntaxError in the candidate's file has no frame there; its place says where it is.
void add_place_of_syntax_error(PyObject* exception, Json& traceback) {
  if (PyObject_TypeCheck(exception, reinterpret_cast<PyTypeObject*>(PyExc_SyntaxError)) == 0)
    return;
  const auto* fields = reinterpret_cast<PySyntaxErrorObject*>(exception);
  const std::string path = candidate_path(text_of(fields->filename, 4096));
  if (path.empty() || fields->lineno == nullptr || PyLong_CheckExact(fields->lineno) == 0) return;
  int overflow = 0;
  const long line = PyLong_AsLongAndOverflow(fields->lineno, &overflow);  // anyone may set it
  if (overflow != 0 || line < 0 || line > INT_MAX) return;
  traceback.push_back({{"file", path}, {"line", line}, {"function", "<module>"}});
}

}  // namespace

Json encode_exception(PyObject* exception, bool during_import) {
  const std::vector<Stop> stops = stops_of(exception);
  Json traceback = traceback_of(stops);
  add_place_of_syntax_error(exception, traceback);
  const bool own_raise = is_own_raise(stops);
  return {{"types", types_of(Py_TYPE(exception))}, {"message", message_of(exception)},
          {"traceback", std::move(traceback)},     {"own_raise", own_raise},
          {"during_import", during_import},        {"cause_types", causes_of(exception)}};
}

Json made_up_exception(const std::string& type, const std::string& message, bool during_import) {
  return {{"types", {type}},
          {"message", std::string(cut_utf8(message, kMaxMessage))},
          {"traceback", Json::array()},
          {"own_raise", false},
          {"during_import", during_import},
          {"cause_types", Json::array()}};
}

int exit_code_of(PyObject* system_exit) {
  PyObject* code = reinterpret_cast<PySystemExitObject*>(system_exit)->code;
  if (code == nullptr || code == Py_None) return 0;
  if (PyLong_Check(code) == 0) return 1;
  int overflow = 0;
  const long number = PyLong_AsLongAndOverflow(code, &overflow);
  return overflow != 0 ? 1 : static_cast<int>(number & 0xFF);
}

}  // namespace assay::sandbox::runner
