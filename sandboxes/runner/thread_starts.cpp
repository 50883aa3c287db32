#include "sandboxes/runner/thread_starts.h"

#include "harness/base/assert.h"
#include "sandboxes/runner/baton.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

PyObject* stand_back(PyObject*, PyObject*) {
  Py_BEGIN_ALLOW_THREADS;
  if (baton::lockstep()) baton::stand_back();
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

PyMethodDef g_stand_back = {"stand_back", stand_back, METH_NOARGS, nullptr};

}  // namespace

void hold_thread_starts_back() {
  const Ref function(PyCFunction_New(&g_stand_back, nullptr));
  Ref(PyObject_CallOneArg(own_function("hold_starts_back"), function.get()));
  ASSAY_ASSERT(PyErr_Occurred() == nullptr, "the starts of threads cannot be varied");
}

}  // namespace assay::sandbox::runner
