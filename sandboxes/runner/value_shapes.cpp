#include "sandboxes/runner/value_shapes.h"

#include <algorithm>

#include "harness/base/assert.h"
#include "sandboxes/codec.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kMaxMappingItems = 10'000;

PyTypeObject* g_enum = nullptr;
PyObject* g_mapping = nullptr;
PyObject* g_dataclass_field = nullptr;  // dataclasses._FIELD, the mark of a field that is one

bool is_text_in_utf8(PyObject* text) {
  if (PyUnicode_AsUTF8AndSize(text, nullptr) != nullptr) return true;
  PyErr_Clear();
  return false;
}

/// The same value as an object of the plain type.
Ref plain(PyObject* o) {
  if (PyUnicode_Check(o)) return Ref(PyUnicode_FromObject(o));  // an exact copy
  if (PyFloat_Check(o)) return Ref(PyFloat_FromDouble(PyFloat_AS_DOUBLE(o)));
  return Ref(_PyLong_Copy(reinterpret_cast<PyLongObject*>(o)));
}

// --- Opening: each gives what holds others, its children taken out, or an answer at once.

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
  if (is_enum(o)) return open_enum(o);
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

Ref import_name(const char* module, const char* name) {
  const Ref imported(PyImport_ImportModule(module));
  Ref found(imported ? PyObject_GetAttrString(imported.get(), name) : nullptr);
  ASSAY_ASSERT(bool(found), std::string("Python has no ") + module + "." + name);
  return found;
}

}  // namespace

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

void prepare_value_shapes() {
  g_enum = reinterpret_cast<PyTypeObject*>(import_name("enum", "Enum").release());
  g_mapping = import_name("collections.abc", "Mapping").release();
  g_dataclass_field = import_name("dataclasses", "_FIELD").release();
}

std::size_t count_parts(PyObject* o) {
  if (PyList_Check(o) || PyTuple_Check(o)) return static_cast<std::size_t>(Py_SIZE(o));
  if (PyDict_Check(o)) return static_cast<std::size_t>(PyDict_GET_SIZE(o));
  if (PyAnySet_Check(o)) return static_cast<std::size_t>(PySet_GET_SIZE(o));
  return 0;
}

bool is_enum(PyObject* o) { return PyType_IsSubtype(Py_TYPE(o), g_enum) != 0; }

Opened open_value(PyObject* o) {
  if (PyList_CheckExact(o)) return open_sequence(o, Shape::kList, "list");
  if (PyTuple_CheckExact(o)) return open_sequence(o, Shape::kItems, "tuple");
  if (PyDict_CheckExact(o)) return open_dict(o);
  if (PyAnySet_CheckExact(o)) return open_set(o);
  return open_class(o);
}

Json close_value(Open& open) {
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

}  // namespace assay::sandbox::runner
