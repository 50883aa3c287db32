#pragma once

// Archives, read by libarchive from memory, in a candidate's process: whoever finds a hole in it is
// in a box that ends with this one archive.
//
// libarchive and the decoders below it are linked in statically, and none of their symbols is
// exported: a box gets no further library that a candidate could load, and libpython keeps the zlib
// that it was built for. What is not touched before the fork costs a fork nothing.
//
// In: the bytes of a zip or of a tar that may be compressed by gzip, bzip2, xz or zstd; the GIL.
// Out: Python objects, nothing on disk. One archive a process.

#include <cstdint>
#include <string_view>

#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {

struct ArchiveLimits {
  std::int64_t entries = 0;
  std::int64_t unpacked_bytes = 0;  ///< of all entries, those that are not wanted included
  std::int64_t ratio = 0;           ///< of unpacked bytes to those of the archive …
  std::int64_t ratio_from = 0;      ///< … where they are more than this
};

/// A tuple of a list, of whether it is a zip, and of why it is refused whole, or None. The list has
/// a tuple for each entry up to there: (name as bytes, kind, contents as bytes or None, problem or
/// None). A kind is "file", "folder", "link", "hard link" or "other"; a problem is a sentence.
///
/// `limit_for(name, is_zip)` gives how many bytes a file may have, as an int, or a negative one
/// where nobody wants it. A file that has more has neither contents nor problem. A null Ref, the
/// exception set, where Python fails.
Ref read_archive(std::string_view bytes, const ArchiveLimits& limits, PyObject* limit_for);

}  // namespace assay::sandbox::runner
