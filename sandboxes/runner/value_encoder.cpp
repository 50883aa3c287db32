#include "sandboxes/runner/value_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/base64.h"
#include "harness/model/value.h"
#include "sandboxes/runner/value_shapes.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxRepr = 500;
constexpr std::size_t kMaxIntBits = 14'000;  // some 4,200 digits, near what Python itself prints
constexpr std::size_t kTagCost = 64;         // of the names around a tagged value
constexpr std::size_t kItemCost = 5;

Json cut(PyTypeObject* type, std::string because) {
  return {{"$type", "cut"}, {"class", class_name(type)}, {"because", std::move(because)}};
}

Json cut_by_exception(PyTypeObject* type) {
  PyObject *error, *value, *traceback;
  PyErr_Fetch(&error, &value, &traceback);
  std::string name = "an exception";
  if (error != nullptr && PyType_Check(error)) {
    name = class_name(reinterpret_cast<PyTypeObject*>(error));
  }
  Py_XDECREF(error);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  return cut(type, "raised " + name);
}

Json encode_text(PyObject* text) {
  if (PyUnicode_AsUTF8AndSize(text, nullptr) != nullptr) return text_of(text, SIZE_MAX);
  PyErr_Clear();
  return {{"$type", "str"}, {"text", text_of(text, SIZE_MAX)}, {"lossy", true}};
}

Json encode_int(PyObject* number) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
  if (overflow == 0 && small != INT64_MIN) return std::int64_t{small};
  if (_PyLong_NumBits(number) > kMaxIntBits) return cut(Py_TYPE(number), "size");
  // The plain int's own way of writing: a subclass may have another.
  const Ref text(PyLong_Type.tp_repr(number));
  PyErr_Clear();
  return {{"$type", "int"}, {"text", text_of(text.get(), kMaxIntBits)}};
}

Json encode_float(double number) {
  if (std::isfinite(number)) return number;
  const char* text = std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  return {{"$type", "float"}, {"text", text}};
}

Json encode_bytes(const char* data, Py_ssize_t size) {
  return {{"$type", "bytes"}, {"base64", base64_encode({data, static_cast<std::size_t>(size)})}};
}

Json encode_object(PyObject* object) {
  const Ref repr(PyObject_Repr(object));
  PyErr_Clear();
  return {{"$type", "object"},
          {"class", class_name(Py_TYPE(object))},
          {"repr", text_of(repr.get(), kMaxRepr)}};
}

/// What a value without children costs, roughly as encoded; known before it is encoded.
std::size_t cost_of_leaf(PyObject* o) {
  if (PyUnicode_Check(o)) {
    const std::size_t widest = PyUnicode_IS_ASCII(o)    ? 1
                               : PyUnicode_KIND(o) == 1 ? 2
                               : PyUnicode_KIND(o) == 2 ? 3
                                                        : 4;
    return static_cast<std::size_t>(PyUnicode_GET_LENGTH(o)) * widest + kItemCost;
  }
  if (PyBytes_Check(o)) return static_cast<std::size_t>(PyBytes_GET_SIZE(o)) * 4 / 3 + kTagCost;
  if (PyByteArray_Check(o)) {
    return static_cast<std::size_t>(PyByteArray_GET_SIZE(o)) * 4 / 3 + kTagCost;
  }
  if (PyLong_Check(o)) return 9;
  if (PyFloat_Check(o)) return 9;
  return 1;
}

std::optional<Json> encode_leaf(PyObject* o) {
  if (o == Py_None) return nullptr;
  if (o == Py_True) return true;
  if (o == Py_False) return false;
  if (PyUnicode_CheckExact(o)) return encode_text(o);
  if (PyLong_CheckExact(o)) return encode_int(o);
  if (PyFloat_CheckExact(o)) return encode_float(PyFloat_AS_DOUBLE(o));
  if (PyBytes_Check(o) && !is_enum(o))
    return encode_bytes(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o));
  if (PyByteArray_Check(o)) return encode_bytes(PyByteArray_AS_STRING(o), PyByteArray_GET_SIZE(o));
  return std::nullopt;
}

class Encoder {
 public:
  explicit Encoder(std::size_t budget) : budget_(budget) {}

  Json encode(PyObject* value) {
    enter(value, 1);
    while (!stack_.empty()) {
      Open& top = stack_.back();
      if (top.done.size() == top.children.size()) {
        Open finished = std::move(top);
        stack_.pop_back();
        give(close_value(finished));
      } else {
        // A reference of our own: the vector may move while the child is looked at.
        const Ref child = Ref::share(top.children[top.done.size()].get());
        enter(child.get(), top.level + levels_of(top.shape));
      }
    }
    return std::move(result_);
  }

 private:
  void give(Json value) {
    if (stack_.empty()) {
      result_ = std::move(value);
    } else {
      stack_.back().done.push_back(std::move(value));
    }
  }

  /// Pays for something of that type, or cuts: the innermost open value if even a cut is too much.
  bool pay(std::size_t cost, PyTypeObject* type) {
    if (cost <= budget_) {
      budget_ -= cost;
      return true;
    }
    if (budget_ >= kTagCost || stack_.empty()) {
      budget_ -= std::min(budget_, kTagCost);
      give(cut(type, "size"));
      return false;
    }
    Open full = std::move(stack_.back());
    stack_.pop_back();
    budget_ = full.budget;
    pay(SIZE_MAX, Py_TYPE(full.self.get()));  // cuts it in its turn
    return false;
  }

  bool is_open(PyObject* value) const {
    return std::any_of(stack_.begin(), stack_.end(),
                       [&](const Open& open) { return open.self.get() == value; });
  }

  void enter(PyObject* value, int level) {
    PyTypeObject* type = Py_TYPE(value);
    if (is_leaf(value)) {
      if (pay(cost_of_leaf(value), type)) give(*encode_leaf(value));
      return;
    }
    if (is_open(value)) {
      if (pay(kTagCost, type)) give(cut(type, "cycle"));
      return;
    }
    if (count_parts(value) > budget_) {
      pay(SIZE_MAX, type);  // cuts it
      return;
    }
    if (!pay(kItemCost, type)) return;
    Opened opened = open_value(value);
    if (!opened) {
      if (!pay(kTagCost, type)) return;
      give(PyErr_Occurred() != nullptr ? cut_by_exception(type) : encode_object(value));
      return;
    }
    descend(std::move(*opened), level, type);
  }

  static bool is_leaf(PyObject* o) {
    return o == Py_None || PyBool_Check(o) || PyUnicode_CheckExact(o) || PyLong_CheckExact(o) ||
           PyFloat_CheckExact(o) || PyByteArray_Check(o) || (PyBytes_Check(o) && !is_enum(o));
  }

  void descend(Open open, int level, PyTypeObject* type) {
    if (level + levels_of(open.shape) > model::kMaxValueDepth) {
      if (pay(kTagCost, type)) give(cut(type, "depth"));
      return;
    }
    // Each child costs a byte at least: what cannot fit is not begun.
    std::size_t cost = open.children.size() + (open.shape == Shape::kObject ? 0 : kTagCost);
    for (const std::string& name : open.names) cost += name.size() + kItemCost;
    const std::size_t before = budget_;
    if (!pay(cost, type)) return;
    open.budget = before;
    open.level = level;
    stack_.push_back(std::move(open));
  }

  std::size_t budget_;
  std::vector<Open> stack_;
  Json result_;
};

}  // namespace

Json encode_value(PyObject* value, std::size_t limit_bytes) {
  return Encoder(limit_bytes).encode(value);
}

}  // namespace assay::sandbox::runner
