#pragma once

// What travels between a worker, its runner and its boxes. Theory of operation:
//
//   worker ── control socket ── runner            trusted on both ends
//      │                           ├ init (pid 1 of a box)
//      │                           └ candidate (pid 2 of it)
//      └─────── channel ─────────────┘            untrusted from the box's end once "go" was sent
//
// 1. The worker makes a channel (SOCK_SEQPACKET pair) and two pipes for a box and passes the box's
//    ends to the runner: control message kNewBox with three descriptors, and that of the box's
//    cgroup where a process can be born in it.
// 2. The runner has its nursery clone init into new namespaces. Init builds the box, makes the
//    listening socket and sends it over the channel: kListener. Then the runner forks the
//    candidate, into its cgroup (sandboxes/box/cgroup.h), and it joins init's namespaces. The
//    runner answers kBoxBorn with the pidfds of both.
// 3. The worker puts the candidate into the box's cgroup, where there is one and it was not born
//    there, and tells it: kPlaced. It puts on the remaining layers and sends kReady.
// 4. The worker sends the job: kJob messages, a flat-encoded value (sandboxes/codec.h) in pieces,
//    the last one marked. From here on ("go") all that comes out of the channel is untrusted.
// 5. Lockstep: the candidate sends kBlocked and waits for kGrant. kPhase and kRealTime wait for a
//    kGrant as well. After the grant of a kRealTime the clock runs by itself, and nothing more is
//    granted. But a job can ask for real time, which the box then begins by itself: there kPhase
//    still waits for its kGrant, and kBlocked lets the peer look, which is all that its kGrant
//    says. kOrderNotFixed, once, waits for nothing. kBlocked says as well which waits of the box's
//    threads have begun and ended since (runner/baton_waits.cpp); kWaits says it where that has no
//    room, and before the result.
// 6. The candidate sends its result, kResult pieces, the last one marked, and leaves.
// 7. The runner reaps the candidate and kills init, which ends every process of the box. It reaps
//    init and tells the worker: kBoxGone.
//
// What fails before "go" is told by kFailed. With `--plain` there are no namespaces, hence no init:
// the candidate is the runner's own child, makes its listener on the host's loopback and waits for
// kPlaced itself.
//
// A channel or control message is one datagram: one byte of MessageType, then the payload. Integers
// are little-endian and unaligned. No message is longer than kMaxMessage.

#include <cstddef>
#include <cstdint>

namespace assay::sandbox::protocol {

inline constexpr std::size_t kMaxMessage = 32 * 1024;
inline constexpr std::size_t kMaxPiece = kMaxMessage - 2;

/// A deadline that never comes.
inline constexpr std::int64_t kNever = INT64_MAX;

enum class MessageType : std::uint8_t {
  // control socket, worker → runner
  kNewBox = 'n',    ///< u32 box, the BoxSpec (sandboxes/box/spec.h), then the working folder of a
                    ///< plain box; descriptors: channel, stdout, stderr, and the folder of a
                    ///< cgroup to be born in where there is one
  kBareFork = 'f',  ///< nothing: clone into the namespaces and leave at once, then send this back.
                    ///< The floor that a case's cost is held against; for benchmarks
  // control socket, runner → worker
  kHello = 'h',    ///< once, when warm: JSON {python, packages, layers}, from our own code
  kBoxBorn = 'b',  ///< u32 box, i64 of CLOCK_MONOTONIC, ns, u8 born in its cgroup?; descriptors:
                   ///< pidfds of init and of the candidate (which are one for a plain box)
  kBoxGone = 'g',  ///< u32 box, i32 candidate's wait status (-1: unknown), i32 init's wait status,
                   ///< then of the box: i64 user µs, i64 system µs, i64 peak resident KiB, i64
                   ///< bytes written (-1: unknown)
  // channel, box → worker
  kListener = 'l',       ///< i64 of CLOCK_MONOTONIC, ns; descriptors: the listening socket; of a
                         ///< box, its NetworkControl as well
  kReady = 'r',          ///< i64 of CLOCK_MONOTONIC, ns
  kBlocked = 'k',        ///< i64 clock ns, i64 deadline ns or kNever, then entries of waits
  kWaits = 'w',          ///< entries of waits
  kPhase = 'p',          ///< i64 clock ns: the import is done
  kRealTime = 't',       ///< i64 clock ns, then why in words ("a child process was started")
  kOrderNotFixed = 'o',  ///< why in words: a thread would not give up the baton (runner/baton.h)
  kResult = 'v',         ///< u8 last piece?, bytes
  // control socket, runner → worker, and channel, box → worker: only before "go"
  kFailed = 'e',  ///< JSON {message, hint}: why there is no runner, or no box
  // channel, worker → box
  kPlaced = 'c',  ///< nothing: the candidate is in its cgroup
  kJob = 'j',     ///< u8 last piece?, bytes
  kGrant = 'y',   ///< i64 clock ns: go on, it is now this late
};

/// An entry of a wait: u8 which, u32 thread (1 is the first), u8 model::WaitFor of one that has
/// begun, model::WaitEnd of one that has ended; i64 clock ns; i64 deadline ns or kNever.
enum class WaitEntry : std::uint8_t { kBegun = 1, kEnded = 2 };
inline constexpr std::size_t kWaitEntryBytes = 1 + 4 + 1 + 8 + 8;
/// Entries of one message.
inline constexpr std::size_t kMaxWaitEntries = 20;

/// The address of the warehouse inside every box.
inline constexpr const char* kWarehouseHost = "warehouse";
inline constexpr std::uint16_t kWarehousePort = 8080;

/// Descriptors of the candidate's process, all that it has beside 0, 1 and 2.
inline constexpr int kChannelFd = 3;

}  // namespace assay::sandbox::protocol
