#pragma once

// SHA-256 (FIPS 180-4), by libcrypto.

#include <string>
#include <string_view>

namespace assay {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace assay
