#pragma once

// What a box is to be, and how an order for one (kNewBox of protocol.h) and one for its init say
// so. One list of the fields, so that none is left out where boxes are compared, sent or read.

#include <cstdint>

#include "sandboxes/wire.h"

namespace assay::sandbox::box {

/// Sizes in bytes.
struct BoxSpec {
  std::int64_t memory = 0;
  std::int64_t processes = 0;
  std::int64_t scratch = 0;
  std::int64_t scratch_inodes = 0;
  std::int64_t cpu_ms = 0;

  bool operator==(const BoxSpec&) const = default;
};

void write_spec(wire::Writer& writer, const BoxSpec& spec);

/// The reader knows whether all of it was there.
BoxSpec read_spec(wire::Reader& reader);

}  // namespace assay::sandbox::box
