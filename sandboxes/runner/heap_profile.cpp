#include "sandboxes/runner/heap_profile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "assay_runner_core_embedded.h"

#include "harness/base/assert.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/runner/allocations.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/heap_layout.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

/// The rehearsed image has some 270,000 objects: a part of them is 270 MiB.
constexpr std::uint32_t kParts = 4;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kReserved = std::size_t{4} << 30;
/// What all rehearsals find of all parts; less than a tenth of it is in use.
constexpr std::size_t kMaxWritten = 400'000;

/// An entry of proc_pid_pagemap(5).
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kMappedOnce = std::uint64_t{1} << 56;

/// Strews the allocations of one part, a page or more for each.
class Strewn final : public Placement {
 public:
  explicit Strewn(std::uint32_t part) : Placement(kReserved), part_(part) {
    ASSAY_ASSERT(from_ != 0, "no addresses for a profile");
  }

  void* place(std::size_t size, const Allocation& allocation) override {
    const std::uint32_t mixed = allocation.number * 31 + allocation.size_class;
    return mixed % kParts == part_ ? take(size, allocation) : nullptr;
  }

  void* place_larger(const void* block, std::size_t size) override {
    const Allocation allocation = owners_[page_of(block)].allocation;  // take() moves the owners
    return take(size, allocation);
  }

  std::size_t room_of(const void* block) const override {
    return owners_[page_of(block)].pages * kPage;
  }

  void release(void* block) override {
    const std::size_t page = page_of(block);
    if (owners_[page].pages == 1) free_.push_back(page);
    owners_[page].live = false;
  }

  /// Those whose pages this process, a fork, has to itself by now.
  std::vector<Written> written() const {
    std::vector<Written> found;
    const std::vector<std::uint64_t> map = page_map();
    for (std::size_t page = 0; page < owners_.size(); page += owners_[page].pages) {
      const bool copied =
          std::any_of(map.begin() + static_cast<std::ptrdiff_t>(page),
                      map.begin() + static_cast<std::ptrdiff_t>(page + owners_[page].pages),
                      [](std::uint64_t entry) {
                        return (entry & kPresent) != 0 && (entry & kMappedOnce) != 0;
                      });
      if (owners_[page].live && copied)
        found.push_back({owners_[page].allocation, owners_[page].bytes, 0});
    }
    return found;
  }

 private:
  struct Owner {
    Allocation allocation;
    std::uint32_t bytes = 0;
    std::size_t pages = 1;
    bool live = false;
  };

  std::size_t page_of(const void* block) const {
    return (reinterpret_cast<std::uintptr_t>(block) - from_) / kPage;
  }

  void* take(std::size_t size, const Allocation& allocation) {
    const std::size_t pages = std::max<std::size_t>(1, (size + kPage - 1) / kPage);
    std::size_t page = owners_.size();
    if (pages == 1 && !free_.empty()) {
      page = free_.back();
      free_.pop_back();
    } else {
      ASSAY_ASSERT((page + pages) * kPage <= kReserved, "a profile needs more addresses");
      owners_.resize(page + pages);
    }
    owners_[page] = {allocation, static_cast<std::uint32_t>(size), pages, true};
    return reinterpret_cast<void*>(from_ + page * kPage);
  }

  std::vector<std::uint64_t> page_map() const {
    std::vector<std::uint64_t> map(owners_.size());
    const UniqueFd file(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
    const std::size_t bytes = map.size() * sizeof(std::uint64_t);
    for (std::size_t done = 0; done < bytes;) {
      const auto at = static_cast<off_t>(from_ / kPage * sizeof(std::uint64_t) + done);
      const ssize_t got =
          ::pread(file.get(), reinterpret_cast<char*>(map.data()) + done, bytes - done, at);
      ASSAY_ASSERT(got > 0, "the kernel does not tell of its pages");
      done += static_cast<std::size_t>(got);
    }
    return map;
  }

  std::uint32_t part_;
  std::vector<Owner> owners_;  ///< by page; of a block's further pages nothing is said
  std::vector<std::size_t> free_;
};

/// Shared by the processes of a profile.
struct Findings {
  std::size_t count;
  Written written[kMaxWritten];
};

[[noreturn]] void rehearse(PyObject* rehearsal, int use, const Strewn& strewn, Findings& findings) {
  PyOS_AfterFork_Child();
  if (!Ref(PyObject_CallMethod(rehearsal, "rehearse", "i", use))) {
    PyErr_Print();
    std::_Exit(EXIT_FAILURE);
  }
  for (Written one : strewn.written()) {
    ASSAY_ASSERT(findings.count < kMaxWritten, "cases write to more objects than a profile holds");
    one.uses = 1U << static_cast<unsigned>(use);
    findings.written[findings.count++] = one;
  }
  std::_Exit(EXIT_SUCCESS);
}

/// Forks, and gives whether the child leaves with 0.
template <class Function>
bool in_child(Function function) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    function();
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

/// Gives whether all went well.
bool rehearse_all(const Strewn& strewn, Findings& findings) {
  ::dup2(STDERR_FILENO, STDOUT_FILENO);  // that one is for the layout
  load_own("rehearsal_programs", k_rehearsal_programs_py);
  PyObject* rehearsal = load_own("rehearsal", k_rehearsal_py);
  for (int use = 0; use < kMaxUses; ++use) {
    if (!in_child([&] { rehearse(rehearsal, use, strewn, findings); })) return false;
  }
  return true;
}

}  // namespace

int profile_heap(Warmth warmth) {
  void* const memory = ::mmap(nullptr, sizeof(Findings), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSAY_ASSERT(memory != MAP_FAILED, "no memory for a profile");
  auto& findings = *static_cast<Findings*>(memory);
  ::clearenv();
  ::setenv("HOME", "/", /*overwrite=*/1);  // as where a box is served
  for (std::uint32_t part = 0; part < kParts; ++part) {
    const bool done = in_child([&] {
      Strewn strewn(part);
      warm_python(warmth, strewn);
      std::_Exit(rehearse_all(strewn, findings) ? EXIT_SUCCESS : EXIT_FAILURE);
    });
    if (!done) return EXIT_FAILURE;
  }
  std::string packed = pack_layout({findings.written, findings.written + findings.count});
  std::fprintf(stderr, "assay-runner: cases write to %zu objects, %zu bytes of %zu\n",
               findings.count, packed.size(), kLayoutBytes);
  if (packed.size() > kLayoutBytes) return EXIT_FAILURE;
  packed.resize(kLayoutBytes);  // the section keeps its size
  return std::fwrite(packed.data(), 1, packed.size(), stdout) == packed.size() &&
                 std::fflush(stdout) == 0
             ? EXIT_SUCCESS
             : EXIT_FAILURE;
}

}  // namespace assay::sandbox::runner
