#pragma once

// What this folder's files share about the embedded CPython. Python.h asks to be the first header,
// for the sake of feature macros; g++ sets _GNU_SOURCE before any header, and they agree with that.
//
// Everything here needs the GIL. A Ref owns one reference. No Python exception is left set when a
// function of ours returns, unless its comment says so.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <marshal.h>

#include <string>
#include <string_view>
#include <utility>

namespace assay::sandbox::runner {

class Ref {
 public:
  Ref() = default;
  /// Takes a new reference over, as most of the API gives; null is fine.
  explicit Ref(PyObject* owned) : object_(owned) {}
  /// Shares a borrowed one.
  static Ref share(PyObject* borrowed) {
    Py_XINCREF(borrowed);
    return Ref(borrowed);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);  // last: it may run code of the candidate's
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { Py_XDECREF(object_); }

  explicit operator bool() const { return object_ != nullptr; }
  PyObject* get() const { return object_; }
  [[nodiscard]] PyObject* release() { return std::exchange(object_, nullptr); }

 private:
  PyObject* object_ = nullptr;
};

/// The text of a str or a subclass of it, lone surrogates as U+FFFD; empty for anything else. At
/// most `limit` bytes, cut between characters.
std::string text_of(PyObject* object, std::size_t limit);

/// "solution.Status", "decimal.Decimal", "ValueError": without asking the class, whose metaclass
/// may lie. Bounded.
std::string class_name(PyTypeObject* type);

/// What the class or one of its bases defines under that name, read from their dictionaries alone.
/// Borrowed; null where there is none.
PyObject* look_up(PyTypeObject* type, const char* name);

/// The Python code that is compiled into the runner, by name of its function. Borrowed.
PyObject* own_function(const char* name);

/// Loads a module of ours, under that name; `<assay name>` in tracebacks. Borrowed. Ends the
/// process where it cannot be loaded.
PyObject* load_own(const std::string& name, std::string_view source);

/// Names of modules as they were before the warm-up imported any. Borrowed set of str.
PyObject* modules_before_warm_up();

}  // namespace assay::sandbox::runner
