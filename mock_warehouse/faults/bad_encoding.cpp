#include "mock_warehouse/fault.h"

#include <algorithm>
#include <boost/crc.hpp>

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the body is not in the encoding that a client expects",
  "properties": {
    "as": {
      "description": "gzip: compressed, whether the request accepts that or not; not_gzip: it is said to be, and is not; invalid_utf8: one byte of a string is no UTF-8; bom: a byte order mark stands in front",
      "enum": ["gzip", "not_gzip", "invalid_utf8", "bom"]
    }
  },
  "required": ["as"]
})";

void add_little_endian(std::string& bytes, std::uint32_t number, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i));
}

/// RFC 1952 around blocks of RFC 1951 that hold their bytes as they are: the same bytes with every
/// version of every library.
std::string gzipped(std::string_view text) {
  constexpr std::size_t kMaxBlock = 0xffff;
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  const auto size = static_cast<std::uint32_t>(text.size());
  do {
    const std::string_view block = text.substr(0, kMaxBlock);
    text.remove_prefix(block.size());
    bytes += text.empty() ? '\1' : '\0';
    const auto length = static_cast<std::uint32_t>(block.size());
    add_little_endian(bytes, length, 2);
    add_little_endian(bytes, ~length, 2);
    bytes += block;
  } while (!text.empty());
  add_little_endian(bytes, crc.checksum(), 4);
  add_little_endian(bytes, size, 4);
  return bytes;
}

/// Where the last string of a JSON text begins, or the middle of one that has none.
std::size_t inside_a_string(const std::string& body) {
  const std::size_t found = body.rfind(":\"");
  return found == std::string::npos ? body.size() / 2 : found + 2;
}

bool apply(FaultContext& context, Reply& reply) {
  const std::string as = context.parameters.at("as").get<std::string>();
  Answer& answer = reply.answer;
  if (as == "gzip") answer.body = gzipped(answer.body);
  if (as == "gzip" || as == "not_gzip") answer.headers.emplace_back("Content-Encoding", "gzip");
  if (as == "invalid_utf8") answer.body.insert(inside_a_string(answer.body), 1, '\xff');
  if (as == "bom") answer.body.insert(0, "\xef\xbb\xbf");
  return true;
}

}  // namespace

extern const Fault k_bad_encoding{"bad_encoding", kParameters, always<Part::kBody>, apply};

}  // namespace assay::warehouse
