#pragma once

// Where the candidate's objects lie. An object without a hash of its own is hashed by its address,
// so the order of a set of such goes by that: of tasks that asyncio.wait gives, of futures of
// as_completed. Without randomisation of addresses it is the same in each run of a case, by chance.
//
// In: the choices of orders.h; the GIL. Out: the allocator's state, and nothing else.

namespace assay::sandbox::runner {

/// In a varied case, once, before its code: leaves a gap of drawn length before the next object of
/// each size. Does nothing otherwise.
void move_objects();

}  // namespace assay::sandbox::runner
