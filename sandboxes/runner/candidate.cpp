#include "sandboxes/runner/candidate.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/assert.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/codec.h"
#include "sandboxes/runner/addresses.h"
#include "sandboxes/runner/baton.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/exception_encoder.h"
#include "sandboxes/runner/job_values.h"
#include "sandboxes/runner/orders.h"
#include "sandboxes/runner/python.h"
#include "sandboxes/runner/random_source.h"
#include "sandboxes/runner/submission.h"
#include "sandboxes/runner/thread_starts.h"
#include "sandboxes/runner/value_encoder.h"
#include "sandboxes/runner/virtual_time.h"
#include "sandboxes/runner/watch.h"
#include "sandboxes/runner/watch_lines.h"

namespace assay::sandbox::runner {
namespace {

using protocol::MessageType;

std::string working_folder() {
  std::array<char, PATH_MAX> path;
  ASSAY_ASSERT(getcwd(path.data(), path.size()) != nullptr, "the working folder has no path");
  return path.data();
}

// --- Before the candidate's code

void make_folders_of(const std::string& path) {
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string folder = path.substr(0, at);
    ASSAY_ASSERT(mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST,
                 "cannot make " + folder + ": " + std::strerror(errno));
  }
}

void write_file(const std::string& path, std::string_view bytes) {
  make_folders_of(path);
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    ASSAY_ASSERT(written > 0, "cannot write " + path + ": " + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Not sys.modules: a candidate can put anything there.
PyObject* modules() { return PyImport_GetModuleDict(); }

/// Names of `module` and of the modules within it, among those that are imported. Names are looked
/// at without taking references: writing a count into each would copy the pages that all of them
/// lie on.
std::vector<std::string> imported_under(const std::string& module) {
  std::vector<std::string> found;
  PyObject* name = nullptr;
  PyObject* value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(modules(), &at, &name, &value) != 0;) {
    std::string text = text_of(name, 1'000);
    if (text == module || text.starts_with(module + ".")) found.push_back(std::move(text));
  }
  return found;
}

/// Modules of the standard library that the warm-up has imported, and a submission brings its own
/// of, have to be looked up anew: a fresh Python would take the submission's.
void forget_shadowed(const Json& files) {
  for (const Json& file : files) {
    std::string name = file.at("path").get<std::string>();
    name = name.substr(0, name.find('/'));
    if (name.ends_with(".py")) name.resize(name.size() - 3);
    if (PyDict_GetItemString(modules(), name.c_str()) == nullptr) continue;
    const Ref key(PyUnicode_FromString(name.c_str()));
    if (PySet_Contains(modules_before_warm_up(), key.get()) != 0) continue;
    for (const std::string& module : imported_under(name)) {
      PyDict_DelItemString(modules(), module.c_str());
    }
  }
  PyErr_Clear();
}

void set_environment(const Json& environment) {
  const Ref wanted = to_python(environment);
  Ref(PyObject_CallOneArg(own_function("set_environment"), wanted.get()));
  ASSAY_ASSERT(PyErr_Occurred() == nullptr, "os.environ cannot be set");
}

void seed(std::uint64_t seed) {
  seed_random(seed);
  const Ref random(PyImport_ImportModule("random"));
  Ref(PyObject_CallMethod(random.get(), "seed", "K", static_cast<unsigned long long>(seed)));
  ASSAY_ASSERT(PyErr_Occurred() == nullptr, "random cannot be seeded");
}

void vary(std::uint64_t seed, Variation variation) {
  if (variation == 0) return;
  orders::vary(seed, variation);
  hold_thread_starts_back();
}

/// sys.path begins with the folder of the entry's file, sys.argv with its name.
void set_path(const std::string& folder, const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string first =
      slash == std::string::npos ? folder : folder + "/" + file.substr(0, slash);
  PyObject* path = PySys_GetObject("path");
  const Ref text(PyUnicode_FromString(first.c_str()));
  PyList_Insert(path, 0, text.get());
  const Ref arguments = to_python(Json::array({file}));
  PySys_SetObject("argv", arguments.get());
  PyErr_Clear();
}

// --- The candidate's code

/// The exception that is set, as an object; it is set no more.
Ref take_exception() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr && value != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return Ref(value);
}

Json failed(bool during_import) {
  const Ref exception = take_exception();
  ASSAY_ASSERT(bool(exception), "a call failed without an exception");
  if (PyObject_TypeCheck(exception.get(), reinterpret_cast<PyTypeObject*>(PyExc_SystemExit))) {
    return {{"kind", "exited"}, {"exit_code", exit_code_of(exception.get())}};
  }
  return {{"kind", "raised"}, {"exception", encode_exception(exception.get(), during_import)}};
}

Json no_entry_point(const char* type, const std::string& message) {
  return {{"kind", "raised"}, {"exception", made_up_exception(type, message, false)}};
}

/// What a job of kind "compile" gave for this file, which lies at `path`; nothing where it gave
/// none, or not for this Python.
Ref code_of(const Json& job, const std::string& file, const std::string& path) {
  const auto codes = job.find("codes");
  if (codes == job.end() || !codes->contains(file)) return {};
  const std::string bytes = bytes_of(codes->at(file));
  Ref code(PyMarshal_ReadObjectFromString(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
  PyErr_Clear();
  if (!code || PyCode_Check(code.get()) == 0) return {};
  // Compiled in another box, whose working folder may have been another (the plain backend's).
  auto* as_code = reinterpret_cast<PyCodeObject*>(code.get());
  if (text_of(as_code->co_filename, PATH_MAX) == path) return code;
  return {};
}

/// What the other files compile to, for when they are imported: by path, what was handed in and its
/// code, in marshal's form.
void know_codes(const Json& job, const std::string& folder) {
  const auto codes = job.find("codes");
  if (codes == job.end()) return;
  Ref known(PyDict_New());
  for (const Json& file : job.at("files")) {
    const auto name = file.at("path").get<std::string>();
    if (name == job.at("file") || !codes->contains(name)) continue;
    const std::string source = bytes_of(file.at("bytes")), code = bytes_of(codes->at(name));
    const Ref pair(Py_BuildValue("(y#y#)", source.data(), static_cast<Py_ssize_t>(source.size()),
                                 code.data(), static_cast<Py_ssize_t>(code.size())));
    PyDict_SetItemString(known.get(), (folder + "/" + name).c_str(), pair.get());
  }
  if (PyDict_GET_SIZE(known.get()) > 0)
    Ref(PyObject_CallOneArg(own_function("know_codes"), known.get()));
  PyErr_Clear();
}

Ref compile(const std::string& path, const std::string& source) {
  return Ref(PyObject_CallFunction(PyDict_GetItemString(PyEval_GetBuiltins(), "compile"), "y#ss",
                                   source.data(), static_cast<Py_ssize_t>(source.size()),
                                   path.c_str(), "exec"));
}

/// As `import`, from that file whatever its name shadows. Without the machinery of importlib, which
/// looks for what is known here, and so costs a fifth; __spec__ is None, as in a script.
Ref import_file(const std::string& name, const std::string& path, const Ref& code) {
  Ref module(PyModule_New(name.c_str()));
  PyObject* names = PyModule_GetDict(module.get());
  PyModule_AddStringConstant(module.get(), "__file__", path.c_str());
  PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins());
  PyDict_SetItemString(modules(), name.c_str(), module.get());
  watch_code(code.get());
  const Ref done(PyEval_EvalCode(code.get(), names, names));
  if (!done) return {};
  // A module may put another object in its own place.
  PyObject* imported = PyDict_GetItemString(modules(), name.c_str());
  return imported != nullptr ? Ref::share(imported) : std::move(module);
}

/// Whether a plain function takes that many positional arguments, where its code alone tells so: no
/// *args, and nothing hung onto it, such as the function that a decorator wraps.
bool surely_takes(PyObject* object, Py_ssize_t count) {
  if (PyFunction_Check(object) == 0) return false;
  const auto* function = reinterpret_cast<PyFunctionObject*>(object);
  const auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
  if (function->func_dict != nullptr && PyDict_GET_SIZE(function->func_dict) > 0) return false;
  if ((code->co_flags & CO_VARARGS) != 0 || code->co_kwonlyargcount > 0) return false;
  const Py_ssize_t defaults =
      function->func_defaults == nullptr ? 0 : PyTuple_GET_SIZE(function->func_defaults);
  return count <= code->co_argcount && count >= code->co_argcount - defaults;
}

/// Why the function does not take that many positional arguments, in words; empty where it does.
std::string signature_problem(PyObject* function, Py_ssize_t count) {
  if (surely_takes(function, count)) return {};
  const Ref problem(
      PyObject_CallFunction(own_function("signature_problem"), "On", function, count));
  PyErr_Clear();
  return text_of(problem.get(), 500);
}

/// Plain, or awaited to its end.
Ref call(PyObject* function, PyObject* arguments) {
  const Ref tuple(PyList_AsTuple(arguments));
  Ref value(PyObject_CallObject(function, tuple.get()));
  if (!value || PyCoro_CheckExact(value.get()) == 0) return value;
  return Ref(PyObject_CallOneArg(own_function("run_awaitable"), value.get()));
}

/// Threads have stacks of the size that they have in lockstep, where it counts as memory.
void run_in_real_time(int speed) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, baton::kStackBytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  virtual_time::begin_asked_real_time(speed);
  baton::dissolve();
}

/// The process that the job was given to.
long g_process = 0;

/// A child process that comes back from the candidate's code has nothing to say.
void leave_if_forked() {
  if (syscall(SYS_getpid) != g_process) leave(0);
}

void report_phase(int channel) {
  std::string clock;
  append_i64(clock, virtual_time::now_ns());
  const auto alone = virtual_time::alone_with_worker();
  send_message(channel, MessageType::kPhase, clock);
  if (virtual_time::mode() == virtual_time::Mode::kLockstep || virtual_time::is_asked_real_time())
    wait_for_grant(channel);
}

Json returned(PyObject* value, const Json& job) {
  const auto limit = job.at("limits").at("value_bytes").get<std::size_t>();
  return {{"kind", "returned"}, {"value", encode_value(value, limit)}};
}

std::optional<std::string> source_of(const Json& job, const std::string& path) {
  for (const Json& file : job.at("files")) {
    if (file.at("path") == path) return bytes_of(file.at("bytes"));
  }
  return std::nullopt;
}

std::string module_name(const std::string& file) {
  std::string name = file.substr(file.rfind('/') + 1);
  if (name.ends_with(".py")) name.resize(name.size() - 3);
  return name;
}

Json call_entry_point(int channel, const Json& job, const std::string& folder) {
  const auto file = job.at("file").get<std::string>();
  const auto name = job.at("function").get<std::string>();
  const auto source = source_of(job, file);
  if (!source) {
    return no_entry_point("assay.EntryPointMissing", "no file " + file + " was handed in");
  }
  const std::string path = folder + "/" + file;
  Ref code = code_of(job, file, path);
  if (!code) code = compile(path, *source);
  if (!code) return failed(true);
  const Ref module = import_file(module_name(file), path, code);
  leave_if_forked();
  if (!module) return failed(true);
  report_phase(channel);

  const Ref function(PyObject_GetAttrString(module.get(), name.c_str()));
  PyErr_Clear();
  if (!function) {
    return no_entry_point("assay.EntryPointMissing", file + " defines no function " + name);
  }
  if (PyCallable_Check(function.get()) == 0) {
    return no_entry_point("assay.EntryPointMissing", name + " in " + file +
                                                         " cannot be called: it is of type " +
                                                         class_name(Py_TYPE(function.get())));
  }
  const Ref arguments = to_python(job.at("arguments"));
  const std::string problem = signature_problem(function.get(), PyList_GET_SIZE(arguments.get()));
  if (!problem.empty()) {
    return no_entry_point(
        "assay.EntryPointSignature",
        name + " in " + file + " does not take the arguments of the exercise: " + problem);
  }
  const Ref value = call(function.get(), arguments.get());
  return value ? returned(value.get(), job) : failed(false);
}

Json inspect_files(const Json& job) {
  Ref files(PyDict_New());
  for (const Json& file : job.at("files")) {
    const std::string source = to_valid_utf8(bytes_of(file.at("bytes")));
    PyDict_SetItem(files.get(), to_python(file.at("path")).get(), to_python(source).get());
  }
  const Ref value(PyObject_CallOneArg(own_function("inspect_files"), files.get()));
  return value ? returned(value.get(), job) : failed(false);
}

/// By path, as a dict. A file whose code would make it too large a value is left out.
Json compile_files(const Json& job) {
  const std::string folder = working_folder();
  Ref codes(PyDict_New());
  auto room = job.at("limits").at("value_bytes").get<Py_ssize_t>() / 2;  // in base64, and more
  for (const Json& file : job.at("files")) {
    const auto name = file.at("path").get<std::string>();
    const std::string source = bytes_of(file.at("bytes"));
    const Ref code(PyObject_CallFunction(own_function("compile_file"), "sy#",
                                         (folder + "/" + name).c_str(), source.data(),
                                         static_cast<Py_ssize_t>(source.size())));
    PyErr_Clear();
    if (!code || PyBytes_Check(code.get()) == 0 || PyBytes_GET_SIZE(code.get()) > room) continue;
    room -= PyBytes_GET_SIZE(code.get());
    PyDict_SetItemString(codes.get(), name.c_str(), code.get());
  }
  return returned(codes.get(), job);
}

Json unpack(const Json& job) {
  const Ref value = take_apart(job);
  return value ? returned(value.get(), job) : failed(false);
}

void flush(const char* name) {
  PyObject* stream = PySys_GetObject(name);
  if (stream != nullptr) Ref(PyObject_CallMethod(stream, "flush", nullptr));
  PyErr_Clear();
}

Json prepare_and_call(int channel, const Json& job) {
  const std::string folder = working_folder();
  for (const Json& file : job.at("files")) {
    write_file(file.at("path").get<std::string>(), bytes_of(file.at("bytes")));
  }
  forget_shadowed(job.at("files"));
  set_environment(job.at("environment"));
  set_path(folder, job.at("file").get<std::string>());
  Ref(PyObject_CallNoArgs(own_function("refresh_start_times")));
  PyErr_Clear();
  move_objects();
  watch_files(folder);
  know_codes(job, folder);
  const bool lines = job.value("watch_lines", false);
  if (lines) watch_lines();
  Json result = call_entry_point(channel, job, folder);
  flush("stdout");
  flush("stderr");
  result["functions_run"] = functions_run();
  result["network_callers"] = network_callers();
  if (lines) {
    LinesSeen seen = lines_run();
    result["lines_run"] = std::move(seen.files);
    result["lines_whole"] = seen.whole;
  }
  return result;
}

Json do_job(int channel, const Json& job) {
  if (job.at("kind") == "inspect") return inspect_files(job);
  if (job.at("kind") == "compile") return compile_files(job);
  if (job.at("kind") == "unpack") return unpack(job);
  return prepare_and_call(channel, job);
}

}  // namespace

void run_candidate(int channel) {
  PyOS_AfterFork_Child();
  Ref(PyObject_CallNoArgs(own_function("register_fork_handlers")));
  g_process = syscall(SYS_getpid);
  std::string now;
  append_i64(now, monotonic_ns());
  send_message(channel, MessageType::kReady, now);
  auto decoded = codec::decode(receive_pieces(channel, MessageType::kJob));
  ASSAY_ASSERT(decoded.ok(), "the job cannot be read: " + decoded.error().message);
  const Json job = std::move(decoded).value();

  const auto job_seed = static_cast<std::uint64_t>(job.at("seed").get<std::int64_t>());
  seed(job_seed);
  vary(job_seed, job.value("variation", Variation{0}));
  baton::start(channel);
  virtual_time::start(channel, job.at("now_ns").get<std::int64_t>());
  if (const int speed = job.value("real_time", 0); speed > 0) run_in_real_time(speed);
  Json result = do_job(channel, job);
  leave_if_forked();
  if (baton::lockstep()) baton::tell_waits();
  result["clock_ns"] = virtual_time::now_ns();
  send_pieces(channel, MessageType::kResult, codec::encode(result));
  leave(0);
}

}  // namespace assay::sandbox::runner
