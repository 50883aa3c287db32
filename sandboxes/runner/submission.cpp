#include "sandboxes/runner/submission.h"

#include <string_view>

#include "assay_runner_core_embedded.h"

#include "sandboxes/runner/archive.h"
#include "sandboxes/runner/job_values.h"

namespace assay::sandbox::runner {
namespace {

std::string_view view_of(const Json& bytes) {
  const auto& binary = bytes.get_binary();
  return {reinterpret_cast<const char*>(binary.data()), binary.size()};
}

ArchiveLimits limits_of(const Json& options) {
  return {.entries = options.at("entries").get<std::int64_t>(),
          .unpacked_bytes = options.at("unpacked_bytes").get<std::int64_t>(),
          .ratio = options.at("ratio").get<std::int64_t>(),
          .ratio_from = options.at("ratio_from").get<std::int64_t>()};
}

Ref take_archive_apart(const Json& job, PyObject* module, PyObject* submission) {
  const Ref limit_for(PyObject_GetAttrString(submission, "limit_for"));
  if (!limit_for) return {};
  const Ref read = read_archive(view_of(job.at("files").at(0).at("bytes")),
                                limits_of(job.at("unpack")), limit_for.get());
  if (!read) return {};
  return Ref(PyObject_CallMethod(module, "arrange_archive", "OOOO", PyTuple_GET_ITEM(read.get(), 0),
                                 PyTuple_GET_ITEM(read.get(), 1), PyTuple_GET_ITEM(read.get(), 2),
                                 submission));
}

Ref take_files_apart(const Json& job, PyObject* module, PyObject* submission) {
  const Ref files(PyDict_New());
  for (const Json& file : job.at("files")) {
    PyDict_SetItem(files.get(), to_python(file.at("path")).get(),
                   to_python(file.at("bytes")).get());
  }
  return Ref(PyObject_CallMethod(module, "arrange_files", "OO", files.get(), submission));
}

}  // namespace

Ref take_apart(const Json& job) {
  load_own("notebook", k_notebook_py);
  PyObject* module = load_own("submission", k_submission_py);
  Json options = job.at("unpack");
  options["entry"] = job.at("file");
  options["function"] = job.at("function");
  const Ref submission(PyObject_CallMethod(module, "Submission", "O", to_python(options).get()));
  if (!submission) return {};
  return job.at("unpack").at("archive").get<bool>()
             ? take_archive_apart(job, module, submission.get())
             : take_files_apart(job, module, submission.get());
}

}  // namespace assay::sandbox::runner
