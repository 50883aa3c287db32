#pragma once

// The candidate's end of the channel: whole messages out, whole messages in, as protocol.h has
// them.
//
// In: a descriptor that the caller keeps. Out: messages. Used by one thread at a time: in lockstep
// the one that holds the baton (baton.h). Only raw system calls, since this file stands below the
// interposed functions. There is nobody to report an error to but the worker at the other end, so a
// channel that fails ends the process.

#include <cstdint>
#include <string>
#include <string_view>

#include "sandboxes/protocol.h"

namespace assay::sandbox::runner {

/// The exit status of a candidate whose channel broke; the worker calls it the candidate's own
/// doing.
inline constexpr int kExitChannelLost = 113;

/// The largest job that is taken: the files of a submission and its arguments.
inline constexpr std::size_t kMaxJobBytes = 64u << 20;

/// Ends every thread of the process at once: no destructor, no atexit, no flush.
[[noreturn]] void leave(int status);

void send_message(int channel, protocol::MessageType type, std::string_view payload = {});

/// Sends `bytes` in as many messages as it takes, the last one marked.
void send_pieces(int channel, protocol::MessageType type, std::string_view bytes);

/// Reads pieces of that type up to the one that is marked as the last.
std::string receive_pieces(int channel, protocol::MessageType type);

/// Waits for a kGrant and gives its clock.
std::int64_t wait_for_grant(int channel);

/// Sends a kBlocked, with entries of waits, and waits for its kGrant. Allocates nothing and takes
/// little of a stack: any thread may call it, in a signal's handler as well.
std::int64_t ask_for_time(int channel, std::int64_t clock, std::int64_t deadline,
                          std::string_view waits = {});

/// CLOCK_MONOTONIC of the kernel, which no candidate sees.
std::int64_t monotonic_ns();

/// An integer as it stands in a message.
void append_i64(std::string& out, std::int64_t value);

}  // namespace assay::sandbox::runner
