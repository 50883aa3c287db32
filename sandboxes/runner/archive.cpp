#include "sandboxes/runner/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <langinfo.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "harness/base/utf8.h"

/// libarchive converts names to the locale's encoding, and loses those that do not fit. A box has
/// no locale but C. (Linked with --wrap, so it is asked in the place of the C library's, by
/// libarchive alone.)
extern "C" char* __wrap_nl_langinfo(nl_item item);
extern "C" char* __real_nl_langinfo(nl_item item);
extern "C" char* __wrap_nl_langinfo(nl_item item) {
  static char utf8[] = "UTF-8";
  return item == CODESET ? utf8 : __real_nl_langinfo(item);
}

namespace assay::sandbox::runner {
namespace {

/// gzip in gzip in gzip: libarchive would take 25 of them off by itself. One, and the format's own.
constexpr int kMaxFilters = 2;
constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kMaxMessage = 200;

using Archive = std::unique_ptr<::archive, decltype(&::archive_read_free)>;

/// The formats and filters that are taken, and no other: each is code that reads a stranger's
/// bytes.
Archive make_reader() {
  Archive archive(::archive_read_new(), ::archive_read_free);
  // By its directory, as every unpacker with a window does. What lies beside it is not there.
  ::archive_read_support_format_zip_seekable(archive.get());
  ::archive_read_support_format_tar(archive.get());
  ::archive_read_support_filter_gzip(archive.get());
  ::archive_read_support_filter_bzip2(archive.get());
  ::archive_read_support_filter_xz(archive.get());
  ::archive_read_support_filter_zstd(archive.get());
  return archive;
}

const char* kind_of(::archive_entry* entry) {
  if (::archive_entry_hardlink(entry) != nullptr) return "hard link";
  switch (::archive_entry_filetype(entry)) {
    case AE_IFREG:
      return "file";
    case AE_IFDIR:
      return "folder";
    case AE_IFLNK:
      return "link";
    default:
      return "other";
  }
}

class Reading {
 public:
  Reading(std::string_view bytes, const ArchiveLimits& limits, PyObject* limit_for)
      : bytes_(bytes), limits_(limits), limit_for_(limit_for), archive_(make_reader()) {}

  Ref run() {
    if (!entries_) return {};  // with Python's error
    if (::archive_read_open_memory(archive_.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK)
      refused_ = "it is damaged, or neither a zip nor a tar";
    while (refused_.empty() && PyErr_Occurred() == nullptr && next()) {
    }
    if (PyErr_Occurred() != nullptr) return {};
    const Ref why(refused_.empty() ? nullptr : PyUnicode_FromString(refused_.c_str()));
    return Ref(
        PyTuple_Pack(3, entries_.get(), is_zip() ? Py_True : Py_False, why ? why.get() : Py_None));
  }

 private:
  /// False at the end of the archive.
  bool next() {
    ::archive_entry* entry = nullptr;
    const int status = ::archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) return false;
    if (status < ARCHIVE_WARN) {
      damaged("it is damaged");
      return false;
    }
    if (::archive_filter_count(archive_.get()) > kMaxFilters) {
      refused_ = "it is compressed several times over";
      return false;
    }
    if (PyList_GET_SIZE(entries_.get()) == limits_.entries) {
      refused_ = "it has more than " + std::to_string(limits_.entries) + " entries";
      return false;
    }
    return within_size(::archive_entry_size(entry)) && take(entry, status);
  }

  /// Whether all so far and `more` bytes are no bomb. What a header says counts before it is
  /// unpacked, and what was unpacked whatever a header said.
  bool within_size(std::int64_t more) {
    constexpr std::int64_t kMost = INT64_MAX / 4;
    declared_ = std::min(kMost, declared_ + std::min(kMost, std::max<std::int64_t>(more, 0)));
    const std::int64_t unpacked = std::max({declared_, read_, filtered()});
    const auto packed = static_cast<std::int64_t>(bytes_.size());
    if (unpacked > limits_.unpacked_bytes) {
      refused_ = "it unpacks to more than " + std::to_string(limits_.unpacked_bytes >> 20) + " MiB";
    } else if (unpacked > limits_.ratio_from && unpacked / limits_.ratio >= packed) {
      refused_ = "it unpacks to more than " + std::to_string(limits_.ratio) + " times its size";
    }
    return refused_.empty();
  }

  /// What came out of the decompression of a whole tar, entries that were passed over included.
  std::int64_t filtered() const { return ::archive_filter_bytes(archive_.get(), 0); }

  bool is_zip() const {
    return (::archive_format(archive_.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
  }

  bool take(::archive_entry* entry, int status) {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) name = "";
    const char* kind = kind_of(entry);
    Ref contents;
    std::string problem;
    if (std::string_view(kind) == "file") {
      if (::archive_entry_is_encrypted(entry) != 0) {
        problem = "it is encrypted";
      } else if (status == ARCHIVE_WARN && is_zip()) {
        // A zip says everything twice, and another program may believe the other one.
        problem = with_reason("what the archive says of it is not consistent");
      } else {
        contents = contents_of(entry, limit(name), problem);
      }
    }
    if (!refused_.empty() || PyErr_Occurred() != nullptr) return false;
    const Ref row(Py_BuildValue("(ysOz)", name, kind, contents ? contents.get() : Py_None,
                                problem.empty() ? nullptr : problem.c_str()));
    return row && PyList_Append(entries_.get(), row.get()) == 0;
  }

  /// Negative where nobody wants it, or Python failed.
  std::int64_t limit(const char* name) {
    const Ref answer(PyObject_CallFunction(limit_for_, "yO", name, is_zip() ? Py_True : Py_False));
    return answer ? PyLong_AsLongLong(answer.get()) : -1;
  }

  /// Null where it is larger than `limit`, or is damaged.
  Ref contents_of(::archive_entry* entry, std::int64_t limit, std::string& problem) {
    const bool too_large =
        ::archive_entry_size_is_set(entry) != 0 && ::archive_entry_size(entry) > limit;
    if (limit < 0 || too_large || PyErr_Occurred() != nullptr) return {};
    std::string contents;
    std::string piece(kPiece, '\0');
    for (;;) {
      const auto got = ::archive_read_data(archive_.get(), piece.data(), piece.size());
      if (got == 0) break;
      if (got == ARCHIVE_FATAL) {
        damaged("it is damaged");
        return {};
      }
      if (got < 0) {
        problem = with_reason("its contents are not as the archive says");
        return {};
      }
      read_ += got;
      contents.append(piece.data(), static_cast<std::size_t>(got));
      if (!within_size(0) || static_cast<std::int64_t>(contents.size()) > limit) return {};
    }
    return Ref(
        PyBytes_FromStringAndSize(contents.data(), static_cast<Py_ssize_t>(contents.size())));
  }

  void damaged(const char* what) { refused_ = with_reason(what); }

  std::string with_reason(const std::string& what) const {
    const char* error = ::archive_error_string(archive_.get());
    if (error == nullptr) return what;
    std::string reason(cut_utf8(to_valid_utf8(error), kMaxMessage));
    std::ranges::replace(reason, '\n', ' ');
    reason.erase(reason.find_last_not_of(' ') + 1);
    return what + " (" + reason + ")";
  }

  std::string_view bytes_;
  const ArchiveLimits& limits_;
  PyObject* limit_for_;
  Archive archive_;
  Ref entries_{PyList_New(0)};
  std::string refused_;
  std::int64_t declared_ = 0;
  std::int64_t read_ = 0;
};

}  // namespace

Ref read_archive(std::string_view bytes, const ArchiveLimits& limits, PyObject* limit_for) {
  return Reading(bytes, limits, limit_for).run();
}

}  // namespace assay::sandbox::runner
