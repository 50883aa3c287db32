#pragma once

// The flat encoding in which values cross the edge of a box, both ways.
//
// A value is a sequence of items in prefix order; containers give the number of items that follow,
// so a reader needs a stack of counters and no recursion. An item is one byte of type, then:
//
//   n                      None
//   t, f                   True, False
//   i  i64                 int
//   d  f64                 float (NaN and infinities as they are)
//   s  u32 length, UTF-8   str
//   b  u32 length, bytes   bytes
//   l  u32 count           list: that many items follow
//   m  u32 count           map: that many pairs follow, key (an `s`) and value
//
// Everything else that Python has is a map as of harness/model/value.h, "$type" first. Integers are
// little-endian. The reader is strict: unknown types, bytes left over, invalid UTF-8, keys that are
// no `s`, more than kMaxDepth levels or more items than the message has bytes are all refused.

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::sandbox::codec {

inline constexpr int kMaxDepth = 72;  ///< kMaxValueDepth of the value, and the result around it

std::string encode(const Json& value);  ///< asserts on JSON deeper than kMaxDepth; ours only

/// From a box: an error says what was wrong at which byte. Iterative; checks before it builds.
Result<Json> decode(std::string_view bytes);

}  // namespace assay::sandbox::codec
