#pragma once

// What tells who a submission is from, taken away before anyone marks it.
//
// Header comments go line by line: the lines stay, empty, so every citation still points to what it
// did. A header is what stands before the first code of a file: comments (but for one that names
// the encoding), and in a docstring those lines that name an author, a mail address or the like. In
// a text file it is what a front matter says, and such lines at its top.
//
// In: source as it was handed in, or a report's Json. Out: the same without those parts. Pure, on
// any thread; no parser, since whoever wrote the file is a stranger.

#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::report {

/// `path` tells by its end what sort of file it is.
std::string without_header(std::string_view path, std::string_view text);

/// Stands for a submission wherever its name would: the same for the same files, whoever handed
/// them in.
std::string blind_reference(std::string_view submission_sha256);

/// A report under its reference, with headers, names of files that were refused and context taken
/// away.
Json blinded(Json report);

}  // namespace assay::report
