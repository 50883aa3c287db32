#pragma once

// A layer of isolation: one file in box/layers/, one kernel concept. The table of all layers is
// made from the folder, so a new layer is a new file that defines `const Layer k_<its name>`.
//
// Theory of operation. Three processes put the layers on, each hook in the order of Layer::order:
//
//   runner     pid 1 of the template's namespaces, before it warms Python         → prepare
//   init       pid 1 of one box, cloned by the nursery into fresh namespaces      → enter_init
//   candidate  forked by the warm runner into the same, before it reads its job   → enter_candidate
//
// The launcher before them (assay-runner as started; launch.h) leaves root, makes the template's
// namespaces and the read-only root that all boxes share, and executes the runner's copy in there.
// Single-threaded all of them. A hook that fails ends its process: a box is whole or is not.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/environment.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/spec.h"

namespace assay::sandbox::box {

struct Layer;

/// What the runner keeps for all of its boxes: made once, read by the forked processes.
struct Shared {
  std::vector<const Layer*> active;   ///< the layers that every box has, by rising order
  std::vector<std::uint64_t> filter;  ///< the compiled system call filter, a sock_filter each
  int landlock_abi = 0;               ///< 0: there is none
  OuterIds ids;                       ///< the runner's own, which a box's init maps
};

/// A box being built, in init and then in the candidate. Descriptors are init's own.
struct Box {
  BoxSpec spec;
  const Shared* shared = nullptr;
  UniqueFd channel;
  UniqueFd out;
  UniqueFd err;
  UniqueFd cgroup;    ///< of version 2: where the candidate is born; gone in the candidate
  UniqueFd listener;  ///< made by the network layer, handed out by init
  UniqueFd filler;    ///< with it, in a box: what a Peer keeps clients out by (sandboxes/sandbox.h)
  UniqueFd counters;
};

enum class Need {
  kRequired,  ///< without it there is no box: the guarantees rest on it
  kExtra,     ///< a second wall; its absence is reported
};

struct Layer {
  const char* name;  ///< for people: "user namespace"
  int order;         ///< hooks run by rising order
  Need need;

  /// Tries the layer for real, in a process that is thrown away afterwards. `detail` says what was
  /// found, and, where it is unavailable, how to get it.
  model::Layer (*probe)();
  /// In the runner, once: what boxes will have of it, in words. May be null. An extra layer whose
  /// prepare fails is left out of every box.
  Result<std::string> (*prepare)(Shared& shared);
  Status (*enter_init)(Box& box);        ///< may be null
  Status (*enter_candidate)(Box& box);   ///< may be null
  std::span<const char* const> parts{};  ///< by name, what choice.h may leave out by itself
};

/// Generated: every file of box/layers/, by name.
std::span<const Layer* const> all_layers();

/// The same by rising order.
const std::vector<const Layer*>& layers_in_order();

/// Prepares each layer and says how it went: `shared.active`, and a line a layer for reports.
Result<std::vector<model::Layer>> prepare_layers(Shared& shared);

/// The hooks of all active layers, by rising order.
Status put_on_in_init(Box& box);
Status put_on_in_candidate(Box& box);

}  // namespace assay::sandbox::box
