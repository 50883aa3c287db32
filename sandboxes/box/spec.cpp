#include "sandboxes/box/spec.h"

#include <iterator>

namespace assay::sandbox::box {
namespace {

constexpr std::int64_t BoxSpec::*kFields[] = {&BoxSpec::memory, &BoxSpec::processes,
                                              &BoxSpec::scratch, &BoxSpec::scratch_inodes,
                                              &BoxSpec::cpu_ms};
static_assert(sizeof(BoxSpec) == sizeof(std::int64_t) * std::size(kFields),
              "a field of BoxSpec is not sent");

}  // namespace

void write_spec(wire::Writer& writer, const BoxSpec& spec) {
  for (const auto field : kFields) writer.i64(spec.*field);
}

BoxSpec read_spec(wire::Reader& reader) {
  BoxSpec spec;
  for (const auto field : kFields) spec.*field = reader.i64();
  return spec;
}

}  // namespace assay::sandbox::box
