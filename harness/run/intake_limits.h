#pragma once

// How much of what was handed in is taken. A value.

#include <cstddef>

namespace assay::run {

struct IntakeLimits {
  std::size_t files = 200;            ///< of a submission
  std::size_t file_bytes = 1 << 20;   ///< of one file
  std::size_t total_bytes = 8 << 20;  ///< of a submission
  int depth = 8;                      ///< folders inside one another, the submission's own being 1
  std::size_t folder_entries = 10'000;  ///< of one folder; one with more is refused whole
  std::size_t refusals = 100;           ///< recorded for a submission; and as many notes
  std::size_t submissions = 5'000;      ///< of a run

  /// Of an archive, as it lies there: its decoders run in a box whose job has to hold it.
  std::size_t archive_bytes = 32 << 20;
  std::size_t archive_entries = 50'000;
  std::size_t unpacked_bytes = 256 << 20;  ///< of all its entries, those that nobody wants included
  std::size_t ratio = 200;                 ///< of those to archive_bytes, …
  std::size_t ratio_from = 8 << 20;        ///< … where they are more than this
  /// Of a notebook, and of all of a submission: most of it is pictures, and only its code is kept.
  std::size_t notebook_bytes = 16 << 20;
};

}  // namespace assay::run
