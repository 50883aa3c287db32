#pragma once

// What is known of the terminal that a stream of ours goes to.

#include <string>
#include <string_view>

namespace assay::cli {

/// Columns of the terminal behind a descriptor (1 or 2), or 80.
int terminal_width(int fd);

bool is_terminal(int fd);

/// Whether to use colour there: a terminal that is not "dumb", and no NO_COLOR in the environment
/// (https://no-color.org).
bool wants_colour(int fd);

/// Writes all of it to stdout and flushes.
void print(std::string_view text);

}  // namespace assay::cli
