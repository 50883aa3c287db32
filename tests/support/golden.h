#pragma once

// Files of the source tree that hold what the code makes, compared byte for byte. With
// ASSAY_RENEW_GOLDEN=1 they are written instead; where CI is set that is a failure, so that no run
// there can agree with itself.

#include <string>
#include <string_view>

namespace assay::testing {

/// A doctest check that the file at `path`, from the root of the source tree, holds `bytes`.
void check_file(const std::string& path, std::string_view bytes);

/// The same of tests/golden/<name>.
void check_golden(const std::string& name, std::string_view bytes);

}  // namespace assay::testing
