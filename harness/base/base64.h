#pragma once

// Base64 with padding (RFC 4648, section 4), by libcrypto.

#include <optional>
#include <string>
#include <string_view>

namespace assay {

std::string base64_encode(std::string_view bytes);
/// Nothing where `text` is not canonical base64.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace assay
