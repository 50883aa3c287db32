#include "sandboxes/runner/python.h"

// after Python.h
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/base64.h"
#include "harness/model/value.h"
#include "sandboxes/codec.h"
#include "sandboxes/runner/value_encoder.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxRepr = 500;
constexpr std::size_t kMaxMappingItems = 10'000;
constexpr std::size_t kMaxIntBits = 14'000;  // some 4,200 digits, near what Python itself prints
constexpr std::size_t kTagCost = 64;         // of the names around a tagged value
constexpr std::size_t kItemCost = 5;

PyTypeObject* g_enum = nullptr;
PyObject* g_mapping = nullptr;
PyObject* g_dataclass_field = nullptr;  // dataclasses._FIELD, the mark of a field that is one

enum class Shape {
  kList,      // done[]
  kItems,     // {"$type": tag, "items": done[]}
  kSorted,    // the same, sorted by encoding
  kObject,    // {names[]: done[]}
  kPairs,     // {"$type": tag, "class", "items": [[done[0], done[1]], …]}
  kFields,    // {"$type": tag, "class", "fields": {names[]: done[]}}
  kEnum,      // {"$type": "enum", "class", "name", "value": done[0], "mixin"}
  kSubclass,  // {"$type": tag, "class", "value": done[0]}
  kListOf,    // {"$type": "list", "class", "value": done[]}
};

/// Levels of JSON that a shape puts around what it holds.
int levels_of(Shape shape) {
  switch (shape) {
    case Shape::kList:
    case Shape::kObject:
    case Shape::kEnum:
    case Shape::kSubclass:
      return 1;
    case Shape::kItems:
    case Shape::kSorted:
    case Shape::kFields:
    case Shape::kListOf:
      return 2;
    case Shape::kPairs:
      return 3;
  }
  return 3;
}

/// A value that holds others and is being encoded. It owns what it holds: the candidate's code, run
/// by a repr, may empty the real one meanwhile.
struct Open {
  Shape shape;
  Ref self;
  std::string tag;
  std::string name;  // of the class, where that is told
  std::vector<Ref> children;
  std::vector<std::string> names;  // of the children, for kObject and kFields
  Json enum_name, enum_mixin;
  std::vector<Json> done;
  std::size_t budget = 0;  // what was left when it was opened
  int level = 0;           // of its own JSON, the whole value's being 1
};

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

bool is_text_in_utf8(PyObject* text) {
  if (PyUnicode_AsUTF8AndSize(text, nullptr) != nullptr) return true;
  PyErr_Clear();
  return false;
}

Json encode_text(PyObject* text) {
  if (is_text_in_utf8(text)) return text_of(text, SIZE_MAX);
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
  const bool is_enum = PyType_IsSubtype(Py_TYPE(o), g_enum) != 0;
  if (PyBytes_Check(o) && !is_enum) return encode_bytes(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o));
  if (PyByteArray_Check(o)) return encode_bytes(PyByteArray_AS_STRING(o), PyByteArray_GET_SIZE(o));
  return std::nullopt;
}

/// The same value as an object of the plain type.
Ref plain(PyObject* o) {
  if (PyUnicode_Check(o)) return Ref(PyUnicode_FromObject(o));  // an exact copy
  if (PyFloat_Check(o)) return Ref(PyFloat_FromDouble(PyFloat_AS_DOUBLE(o)));
  return Ref(_PyLong_Copy(reinterpret_cast<PyLongObject*>(o)));
}

// --- Opening: each gives what holds others, its children taken out, or an answer at once.

using Opened = std::optional<Open>;

Open open_sequence(PyObject* o, Shape shape, const char* tag) {
  Open open{.shape = shape, .self = Ref::share(o), .tag = tag};
  const Py_ssize_t size = PyList_Check(o) ? PyList_GET_SIZE(o) : PyTuple_GET_SIZE(o);
  for (Py_ssize_t i = 0; i < size; ++i) {
    open.children.push_back(
        Ref::share(PyList_Check(o) ? PyList_GET_ITEM(o, i) : PyTuple_GET_ITEM(o, i)));
  }
  return open;
}

Open open_set(PyObject* o) {
  Open open{.shape = Shape::kSorted,
            .self = Ref::share(o),
            .tag = PyFrozenSet_Check(o) ? "frozenset" : "set"};
  Py_ssize_t at = 0;
  PyObject* item = nullptr;
  Py_hash_t hash = 0;
  while (_PySet_NextEntry(o, &at, &item, &hash) != 0) open.children.push_back(Ref::share(item));
  return open;
}

Open open_dict(PyObject* o) {
  Open open{.shape = Shape::kObject, .self = Ref::share(o), .tag = "dict"};
  if (PyDict_CheckExact(o) == 0) {
    open.shape = Shape::kPairs;
    open.name = class_name(Py_TYPE(o));
  }
  PyObject* key = nullptr;
  PyObject* item = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(o, &at, &key, &item) != 0;) {
    const bool plain_key = PyUnicode_CheckExact(key) && is_text_in_utf8(key) &&
                           !(PyUnicode_GET_LENGTH(key) > 0 && PyUnicode_READ_CHAR(key, 0) == '$');
    if (!plain_key) open.shape = Shape::kPairs;
    open.children.push_back(Ref::share(key));
    open.children.push_back(Ref::share(item));
  }
  if (open.shape == Shape::kPairs) return open;
  std::vector<Ref> values;
  for (std::size_t i = 0; i < open.children.size(); i += 2) {
    open.names.push_back(text_of(open.children[i].get(), SIZE_MAX));
    values.push_back(std::move(open.children[i + 1]));
  }
  open.children = std::move(values);
  return open;
}

/// The instance's own attribute: its dictionary, or a slot of that name.
Ref own_attribute(PyObject* o, const char* name) {
  const Ref names(PyObject_GenericGetDict(o, nullptr));
  if (names && PyDict_Check(names.get())) {
    if (PyObject* found = PyDict_GetItemString(names.get(), name)) return Ref::share(found);
  }
  PyErr_Clear();
  PyObject* slot = look_up(Py_TYPE(o), name);
  if (slot == nullptr || Py_IS_TYPE(slot, &PyMemberDescr_Type) == 0) return {};
  Ref value(PyMemberDescr_Type.tp_descr_get(slot, o, reinterpret_cast<PyObject*>(Py_TYPE(o))));
  PyErr_Clear();
  return value;
}

Open open_enum(PyObject* o) {
  Open open{.shape = Shape::kEnum, .self = Ref::share(o), .name = class_name(Py_TYPE(o))};
  const Ref name = own_attribute(o, "_name_");
  open.enum_name = text_of(name.get(), 200);
  if (PyUnicode_Check(o)) open.enum_mixin = "str";
  if (PyLong_Check(o)) open.enum_mixin = "int";
  Ref value = own_attribute(o, "_value_");
  open.children.push_back(value ? std::move(value) : Ref::share(Py_None));
  return open;
}

Opened open_dataclass(PyObject* o) {
  PyObject* fields = look_up(Py_TYPE(o), "__dataclass_fields__");
  if (fields == nullptr || PyDict_CheckExact(fields) == 0) return {};
  Open open{.shape = Shape::kFields,
            .self = Ref::share(o),
            .tag = "dataclass",
            .name = class_name(Py_TYPE(o))};
  PyObject* key = nullptr;
  PyObject* about = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(fields, &at, &key, &about) != 0;) {
    const Ref kind = own_attribute(about, "_field_type");
    if (PyUnicode_CheckExact(key) == 0 || kind.get() != g_dataclass_field) continue;
    std::string name = text_of(key, 200);
    Ref value = own_attribute(o, name.c_str());
    if (!value) continue;
    open.names.push_back(std::move(name));
    open.children.push_back(std::move(value));
  }
  return open;
}

Opened open_namedtuple(PyObject* o) {
  PyObject* fields = look_up(Py_TYPE(o), "_fields");
  if (fields == nullptr || PyTuple_CheckExact(fields) == 0 ||
      PyTuple_GET_SIZE(fields) != PyTuple_GET_SIZE(o)) {
    return {};
  }
  Open open = open_sequence(o, Shape::kFields, "namedtuple");
  open.name = class_name(Py_TYPE(o));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); ++i) {
    if (PyUnicode_CheckExact(PyTuple_GET_ITEM(fields, i)) == 0) return {};
    open.names.push_back(text_of(PyTuple_GET_ITEM(fields, i), 200));
  }
  return open;
}

Open open_subclass(PyObject* o, const char* tag) {
  Open open{
      .shape = Shape::kSubclass, .self = Ref::share(o), .tag = tag, .name = class_name(Py_TYPE(o))};
  Ref value = plain(o);
  PyErr_Clear();
  open.children.push_back(value ? std::move(value) : Ref::share(Py_None));
  return open;
}

bool is_mapping(PyObject* o) {
  const int answer = PyObject_IsSubclass(reinterpret_cast<PyObject*>(Py_TYPE(o)), g_mapping);
  PyErr_Clear();
  return answer > 0;
}

/// Runs the candidate's code; an exception of it is left set, and nothing given.
Opened open_mapping(PyObject* o) {
  Open open{.shape = Shape::kPairs,
            .self = Ref::share(o),
            .tag = "mapping",
            .name = class_name(Py_TYPE(o))};
  const Ref keys(PyObject_GetIter(o));
  if (!keys) return {};
  while (open.children.size() < 2 * kMaxMappingItems) {
    Ref key(PyIter_Next(keys.get()));
    if (!key) return PyErr_Occurred() != nullptr ? Opened() : Opened(std::move(open));
    Ref item(PyObject_GetItem(o, key.get()));
    if (!item) return {};
    open.children.push_back(std::move(key));
    open.children.push_back(std::move(item));
  }
  PyErr_SetString(PyExc_OverflowError, "too many items");
  return {};
}

/// A class with children, or nothing, perhaps with an exception set: then it has to be a cut.
Opened open_class(PyObject* o) {
  if (PyType_IsSubtype(Py_TYPE(o), g_enum) != 0) return open_enum(o);
  if (PyDict_Check(o)) return open_dict(o);
  if (Opened dataclass = open_dataclass(o)) return dataclass;
  if (PyUnicode_Check(o)) return open_subclass(o, "str");
  if (PyLong_Check(o)) return open_subclass(o, "int");
  if (PyFloat_Check(o)) return open_subclass(o, "float");
  if (PyTuple_Check(o)) {
    if (Opened named = open_namedtuple(o)) return named;
    return open_sequence(o, Shape::kItems, "tuple");
  }
  if (PyList_Check(o)) {
    Open open = open_sequence(o, Shape::kListOf, "list");
    open.name = class_name(Py_TYPE(o));
    return open;
  }
  if (PyAnySet_Check(o)) return open_set(o);
  if (PyType_Check(o) == 0 && is_mapping(o)) return open_mapping(o);
  return {};
}

Opened open_any(PyObject* o) {
  if (PyList_CheckExact(o)) return open_sequence(o, Shape::kList, "list");
  if (PyTuple_CheckExact(o)) return open_sequence(o, Shape::kItems, "tuple");
  if (PyDict_CheckExact(o)) return open_dict(o);
  if (PyAnySet_CheckExact(o)) return open_set(o);
  return open_class(o);
}

// --- Closing

Json to_array(std::vector<Json>& items) {
  Json array = Json::array();
  for (Json& item : items) array.push_back(std::move(item));
  return array;
}

Json to_object(Open& open) {
  Json object = Json::object();
  auto& pairs = static_cast<std::vector<std::pair<const std::string, Json>>&>(
      object.get_ref<Json::object_t&>());  // names are distinct: no need to look for each
  for (std::size_t i = 0; i < open.done.size(); ++i) {
    pairs.emplace_back(std::move(open.names[i]), std::move(open.done[i]));
  }
  return object;
}

void sort_by_encoding(std::vector<Json>& items) {
  std::vector<std::pair<std::string, Json>> keyed;
  for (Json& item : items) keyed.emplace_back(codec::encode(item), std::move(item));
  std::sort(keyed.begin(), keyed.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = std::move(keyed[i].second);
}

Json pair_up(Open& open) {
  Json value = {{"$type", open.tag}};
  if (!open.name.empty()) value["class"] = open.name;
  Json items = Json::array();
  for (std::size_t i = 0; i + 1 < open.done.size(); i += 2) {
    Json pair = Json::array();
    pair.push_back(std::move(open.done[i]));
    pair.push_back(std::move(open.done[i + 1]));
    items.push_back(std::move(pair));
  }
  value["items"] = std::move(items);
  return value;
}

Json close(Open& open) {
  switch (open.shape) {
    case Shape::kList:
      return to_array(open.done);
    case Shape::kObject:
      return to_object(open);
    case Shape::kSorted:
      sort_by_encoding(open.done);
      [[fallthrough]];
    case Shape::kItems:
      return {{"$type", open.tag}, {"items", to_array(open.done)}};
    case Shape::kPairs:
      return pair_up(open);
    case Shape::kFields:
      return {{"$type", open.tag}, {"class", open.name}, {"fields", to_object(open)}};
    case Shape::kEnum:
      return {{"$type", "enum"},
              {"class", open.name},
              {"name", open.enum_name},
              {"value", std::move(open.done[0])},
              {"mixin", open.enum_mixin}};
    case Shape::kSubclass:
      return {{"$type", open.tag}, {"class", open.name}, {"value", std::move(open.done[0])}};
    case Shape::kListOf:
      return {{"$type", open.tag}, {"class", open.name}, {"value", to_array(open.done)}};
  }
  return nullptr;
}

// --- The walk

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
        give(close(finished));
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
    if (!pay(kItemCost, type)) return;
    Opened opened = open_any(value);
    if (!opened) {
      if (!pay(kTagCost, type)) return;
      give(PyErr_Occurred() != nullptr ? cut_by_exception(type) : encode_object(value));
      return;
    }
    descend(std::move(*opened), level, type);
  }

  static bool is_leaf(PyObject* o) {
    return o == Py_None || PyBool_Check(o) || PyUnicode_CheckExact(o) || PyLong_CheckExact(o) ||
           PyFloat_CheckExact(o) || PyByteArray_Check(o) ||
           (PyBytes_Check(o) && PyType_IsSubtype(Py_TYPE(o), g_enum) == 0);
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

Ref import_name(const char* module, const char* name) {
  const Ref imported(PyImport_ImportModule(module));
  Ref found(imported ? PyObject_GetAttrString(imported.get(), name) : nullptr);
  ASSAY_ASSERT(bool(found), std::string("Python has no ") + module + "." + name);
  return found;
}

}  // namespace

void prepare_value_encoder() {
  g_enum = reinterpret_cast<PyTypeObject*>(import_name("enum", "Enum").release());
  g_mapping = import_name("collections.abc", "Mapping").release();
  g_dataclass_field = import_name("dataclasses", "_FIELD").release();
}

Json encode_value(PyObject* value, std::size_t limit_bytes) {
  return Encoder(limit_bytes).encode(value);
}

}  // namespace assay::sandbox::runner
