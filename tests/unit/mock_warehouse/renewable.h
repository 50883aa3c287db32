#pragma once

// Files that a test holds against what the code makes. ASSAY_RENEW_GOLDEN=1 writes them anew, and
// is refused where CI is set.

#include <string>
#include <string_view>

namespace assay::warehouse {

/// Checks that the file at `path`, from the root of the source tree, holds these bytes.
void check_renewable(const std::string& path, std::string_view bytes);
/// The same of tests/golden/<name>.
void check_golden(const std::string& name, std::string_view bytes);

}  // namespace assay::warehouse
