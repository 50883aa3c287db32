#pragma once

// Small words for what the layers ask of the kernel. Leaf; no state.

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/environment.h"

namespace assay::sandbox::box {

/// errno as an environment error: "<what>: <text of errno>".
Error errno_error(std::string what, std::string hint = {});

/// Writes `text` in one call into a file that exists; for /proc.
Status write_file(const char* path, std::string_view text);

/// Runs `attempt` in a child process and gives what it said: "on" with its text, or "unavailable"
/// with its error. The child's changes to itself end with it.
model::Layer try_in_child(const char* name, Result<std::string> (*attempt)());

/// For attempts: leaves root where there is some to leave, and enters namespaces as a template
/// does. Returns in a grandchild that is pid 1 there.
Status enter_namespaces_for_probe();

}  // namespace assay::sandbox::box
