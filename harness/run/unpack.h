#pragma once

// What only a box may read: archives, notebooks, and sources among which the solution is looked
// for.
//
// In: bytes that a stranger handed in. Out: what a box made of them, read strictly and within
// limits, but true only as far as the box is: whoever takes the files checks their names. What the
// bytes did to the box (a crash, a bomb) is `failed`; an Error is of the host alone. One thread,
// which also runs the box.

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/exercise.h"
#include "harness/model/submission.h"
#include "harness/run/intake_limits.h"
#include "harness/run/worker_process.h"

namespace assay::run {

struct Packed {
  std::vector<model::SourceFile> files;  ///< of a folder; or one, an archive
  bool archive = false;
};

struct Unpacked {
  std::vector<model::SourceFile> files;  ///< paths as they came, no hashes
  std::vector<model::Refusal> refused;
  std::vector<model::Note> notes;
  std::vector<std::string> left_out;  ///< paths of what tools and systems leave behind
  std::vector<std::string> unsure;    ///< paths of files that may be the entry file
  std::string failed;                 ///< why there is nothing; a sentence, or empty
};

class Unpacker {
 public:
  virtual ~Unpacker() = default;
  virtual Result<Unpacked> unpack(const Packed& packed) = 0;
};

struct UnpackerOptions {
  std::string runner;  ///< assay-runner
  Backend backend = Backend::kBox;
  model::EntryPoint entry;  ///< the exercise's
  std::string named_entry;  ///< taken for the entry file where there is none; may be empty
  IntakeLimits limits;
  std::vector<std::string> required_layers{};  ///< as of PoolOptions
  int stop_fd = -1;  ///< borrowed; readable: unpack no more, which is an Error; -1: never
};

/// Starts a runner when there is first something to unpack, and a box for each.
std::unique_ptr<Unpacker> make_box_unpacker(UnpackerOptions options);

/// Whether a descriptor has something to read; no descriptor (-1) has not.
bool is_readable(int fd);

/// What a box's value says; `failed` where it is none that the unpacking gives.
Unpacked unpacked_from(const Json& value);

}  // namespace assay::run
