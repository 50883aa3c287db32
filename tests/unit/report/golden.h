#pragma once

// Outputs that are compared byte for byte with a file under tests/golden/.

#include <string>
#include <string_view>

namespace assay::fixture {

/// A doctest check that `bytes` are those of tests/golden/<name>. ASSAY_RENEW_GOLDEN=1 writes the
/// file instead; where CI is set that is a failure, so that no run there can agree with itself.
void check_golden(std::string_view name, const std::string& bytes);

}  // namespace assay::fixture
