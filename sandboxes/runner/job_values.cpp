#include "sandboxes/runner/job_values.h"

namespace assay::sandbox::runner {

std::string bytes_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

Ref to_python(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return Ref::share(value.get<bool>() ? Py_True : Py_False);
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return Ref(PyLong_FromLongLong(value.get<std::int64_t>()));
    case Json::value_t::number_float:
      return Ref(PyFloat_FromDouble(value.get<double>()));
    case Json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      return Ref(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    }
    case Json::value_t::binary: {
      const std::string bytes = bytes_of(value);
      return Ref(PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
    }
    case Json::value_t::array: {
      Ref list(PyList_New(0));
      for (const Json& item : value) PyList_Append(list.get(), to_python(item).get());
      return list;
    }
    case Json::value_t::object: {
      Ref dict(PyDict_New());
      for (const auto& [key, item] : value.items()) {
        PyDict_SetItem(dict.get(), to_python(key).get(), to_python(item).get());
      }
      return dict;
    }
    default:
      return Ref::share(Py_None);
  }
}

}  // namespace assay::sandbox::runner
