#pragma once

// What a candidate handed in, as it was taken in.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::model {

struct SourceFile {
  std::string path;  ///< relative, '/'-separated, no "." or ".." parts
  std::string bytes;
  std::string sha256;  ///< of bytes

  bool operator==(const SourceFile&) const = default;
};

/// A file that was not taken, and why, in one sentence.
struct Refusal {
  std::string path;
  std::string refused;
};

/// What was done with a file other than taking it as it is, in one sentence.
struct Note {
  std::string path;
  std::string note;
};

/// The note of each of several files that might be the entry file, where there is no telling which.
inline constexpr std::string_view kMayBeTheEntry = "it may be the solution, and so may others";

/// What an applicant system calls whoever handed it in; parts that are unknown are empty.
struct Applicant {
  std::string candidate_ref;
  std::string application_id;

  bool operator==(const Applicant&) const = default;
};

struct Submission {
  std::string id;                 ///< unique in a run, safe as one path component
  std::string sha256;             ///< of all files' paths and bytes, by path
  std::vector<SourceFile> files;  ///< by path
  std::vector<Refusal> intake;
  std::vector<Note> notes;
  std::string
      entry_file;  ///< that defines the entry point; empty: the exercise's, as for all but drafts

  // Who runs it needs neither, and is not told.
  std::string origin;  ///< the path that it was taken from, as the grader knows it
  Applicant applicant;
};

/// Whether two paths of SourceFile cannot both be files of one folder: equal, or one inside the
/// other.
bool collide(std::string_view a, std::string_view b);

/// The hash that identifies a set of files, whatever their order.
std::string hash_of_files(const std::vector<SourceFile>& files);

void to_json(Json&, const SourceFile&);  ///< {path, sha256, base64}
void from_json(const Json&, SourceFile&);
void to_json(Json&, const Refusal&);
void from_json(const Json&, Refusal&);
void to_json(Json&, const Note&);
void from_json(const Json&, Note&);
void to_json(Json&, const Submission&);  ///< without origin and applicant
void from_json(const Json&, Submission&);

}  // namespace assay::model
