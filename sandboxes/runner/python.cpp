#include "sandboxes/runner/python.h"

#include <nss.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "assay_runner_core_embedded.h"

#include "harness/base/assert.h"
#include "sandboxes/runner/allocations.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/heap_layout.h"
#include "sandboxes/runner/value_shapes.h"
#include "sandboxes/runner/warm_memory.h"
#include "sandboxes/runner/watch.h"

namespace assay::sandbox::runner {
namespace {

constexpr int kExitEnvironment = 3;

PyObject* g_own_module = nullptr;
PyObject* g_modules_before = nullptr;
const Json* g_description = nullptr;

[[noreturn]] void cannot_start(const std::string& why) {
  std::fprintf(stderr, "assay-runner: %s\n", why.c_str());
  std::_Exit(kExitEnvironment);
}

[[noreturn]] void python_failed(const char* what) {
  std::fprintf(stderr, "assay-runner: Python could not %s:\n", what);
  PyErr_Print();
  std::_Exit(kExitEnvironment);
}

/// A patch release may change structures that the headers spell out, so they must agree exactly.
void check_version() {
  const std::string runtime(Py_GetVersion(), std::string_view(Py_GetVersion()).find(' '));
  if (runtime == PY_VERSION) return;
  cannot_start(
      "libpython is version " + runtime + ", and this was built with the headers of " + PY_VERSION +
      "; build it again, or bring libpython3.11 and libpython3.11-dev to the same version");
}

void check(PyStatus status) {
  if (PyStatus_Exception(status) == 0) return;
  cannot_start(std::string("Python does not start: ") +
               (status.err_msg == nullptr ? "no reason given" : status.err_msg));
}

void start_interpreter(std::uint32_t hash_seed) {
  PyPreConfig before;
  PyPreConfig_InitIsolatedConfig(&before);
  before.utf8_mode = 1;  // the environment is empty, and candidates work in UTF-8
  check(Py_PreInitialize(&before));

  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.site_import = 0;
  config.write_bytecode = 0;
  config.buffered_stdio = 0;  // a candidate's process leaves by _exit
  config.use_hash_seed = 1;
  config.hash_seed = hash_seed;
  config.install_signal_handlers = 1;  // SIGPIPE ignored, as in any Python
  config.pathconfig_warnings = 0;
  config.module_search_paths_set = 1;
  for (const wchar_t* folder : {L"/usr/lib/python3.11", L"/usr/lib/python3.11/lib-dynload",
                                L"/usr/lib/python3/dist-packages"}) {
    check(PyWideStringList_Append(&config.module_search_paths, folder));
  }
  check(PyConfig_SetString(&config, &config.executable, L"/usr/bin/python3"));
  check(PyConfig_SetString(&config, &config.program_name, L"/usr/bin/python3"));
  check(PyConfig_SetString(&config, &config.home, L"/usr"));
  check(Py_InitializeFromConfig(&config));
  PyConfig_Clear(&config);
}

/// The parts of the inspection import one another by name, each after those that it needs.
/// Afterwards the names are free again for a candidate's modules.
PyObject* load_inspection() {
  const std::pair<const char*, std::string_view> parts[] = {
      {"inspection_values", k_inspection_values_py},
      {"inspection_flow", k_inspection_flow_py},
      {"inspection_syntax", k_inspection_syntax_py},
      {"inspection_handlers", k_inspection_handlers_py},
      {"inspection_types", k_inspection_types_py},
      {"inspection", k_inspection_py}};
  PyObject* module = nullptr;
  for (const auto& [name, source] : parts) module = load_own(name, source);
  for (const auto& [name, source] : parts) {
    PyDict_DelItemString(PySys_GetObject("modules"), name);
  }
  return module;
}

/// The names of the packages that an image has, as a list.
Ref packages_of(Image image) {
  Ref names(PyList_New(0));
  if (image == Image::kLean) return names;
  for (const std::string_view name : kPackageModules) {
    const Ref text(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
    PyList_Append(names.get(), text.get());
  }
  return names;
}

Json describe() {
  Json packages = Json::object();
  const Ref found(PyObject_CallNoArgs(own_function("packages")));
  if (!found) python_failed("list its packages");
  PyObject* name = nullptr;
  PyObject* version = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(found.get(), &at, &name, &version) != 0;) {
    packages[text_of(name, 100)] = text_of(version, 100);
  }
  return {{"python", PY_VERSION}, {"packages", packages}};
}

int count_threads() {
  int threads = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    ++threads;
  }
  return threads;
}

/// When all that Python runs for the image has run: what is left would be written to by each case.
void set_to_rest() {
  const Ref gc(PyImport_ImportModule("gc"));
  Ref(PyObject_CallMethod(gc.get(), "collect", nullptr));
  Ref(PyObject_CallMethod(gc.get(), "freeze", nullptr));
  PyErr_Clear();
  // A lookup that takes another's place in there counts the other's name down, wherever that lies.
  PyType_ClearCache();
}

}  // namespace

std::string text_of(PyObject* object, std::size_t limit) {
  if (object == nullptr || PyUnicode_Check(object) == 0) return {};
  Py_ssize_t size = 0;
  if (const char* text = PyUnicode_AsUTF8AndSize(object, &size)) {
    return std::string(cut_utf8({text, static_cast<std::size_t>(size)}, limit));
  }
  PyErr_Clear();
  const Ref bytes(PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass"));
  if (!bytes) {
    PyErr_Clear();
    return {};
  }
  const std::string_view raw(PyBytes_AS_STRING(bytes.get()),
                             static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
  return std::string(cut_utf8(to_valid_utf8(raw), limit));
}

PyObject* look_up(PyTypeObject* type, const char* name) {
  if (type->tp_mro == nullptr) return nullptr;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    PyObject* base = PyTuple_GET_ITEM(type->tp_mro, i);
    if (PyType_Check(base) == 0) continue;
    PyObject* names = reinterpret_cast<PyTypeObject*>(base)->tp_dict;
    if (names == nullptr) continue;
    if (PyObject* found = PyDict_GetItemString(names, name)) return found;
  }
  return nullptr;
}

std::string class_name(PyTypeObject* type) {
  constexpr std::size_t kLimit = 200;
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) {
    std::string_view name(type->tp_name);
    if (name.starts_with("builtins.")) name.remove_prefix(9);
    return std::string(cut_utf8(name, kLimit));
  }
  const Ref qualified(PyType_GetQualName(type));
  const std::string name = text_of(qualified.get(), kLimit);
  const std::string module = text_of(PyDict_GetItemString(type->tp_dict, "__module__"), kLimit);
  PyErr_Clear();
  return module.empty() || module == "builtins" ? name : module + "." + name;
}

PyObject* own_function(const char* name) {
  PyObject* function = PyDict_GetItemString(PyModule_GetDict(g_own_module), name);
  ASSAY_ASSERT(function != nullptr, std::string("the runner's own code lacks ") + name);
  return function;
}

PyObject* load_own(const std::string& name, std::string_view source) {
  const std::string file = "<assay " + name + ">";
  const Ref code(Py_CompileString(std::string(source).c_str(), file.c_str(), Py_file_input));
  if (!code) python_failed("compile the runner's own code");
  PyObject* module = PyImport_ExecCodeModuleEx(name.c_str(), code.get(), file.c_str());
  if (module == nullptr) python_failed("load the runner's own code");
  return module;
}

PyObject* modules_before_warm_up() { return g_modules_before; }

void warm_python(Warmth warmth) {
  // Never destroyed: what it placed is in use as long as the process.
  warm_python(warmth, *new HeapLayout);
}

void warm_python(Warmth warmth, Placement& placement) {
  check_version();
  // Names come from /etc/hosts alone, whatever this host's nsswitch.conf says: a box has no name
  // server, and glibc would keep what it read here.
  __nss_configure_lookup("hosts", "files");
  reserve_warm_memory();
  place_with(placement);
  start_interpreter(warmth.hash_seed);
  g_modules_before = PySet_New(PySys_GetObject("modules"));
  g_own_module = load_own("assay_warm_up", k_warm_up_py);
  PyDict_DelItemString(PySys_GetObject("modules"), "assay_warm_up");
  PyObject* inspect = PyDict_GetItemString(PyModule_GetDict(load_inspection()), "inspect");
  PyDict_SetItemString(PyModule_GetDict(g_own_module), "inspect_files", inspect);
  const Ref packages = packages_of(warmth.image);
  if (!Ref(PyObject_CallOneArg(own_function("warm"), packages.get()))) python_failed("warm up");
  prepare_value_shapes();
  install_watch();
  const int threads = count_threads();
  ASSAY_ASSERT(threads == 1, "the warm-up left " + std::to_string(threads) +
                                 " threads, and a fork keeps only one");
  g_description = new Json(describe());
  set_to_rest();
  stop_placing();
  settle_warm_memory();
}

const Json& describe_python() { return *g_description; }

}  // namespace assay::sandbox::runner
