// Folders, whose entries come in an order that no file system promises: in the kernel's, or in that
// of the variation (orders.h).
//
// Theory of operation. In variation 0 all calls are passed on. Else the first readdir of a stream
// reads the folder to its end, and this one and the later ones are served from what was kept, until
// the stream is closed or rewound. What is kept is found by the stream's address, in a list with a
// lock of its own: in kReal threads run side by side. Nobody waits for anything while it is held.

#include <dirent.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/orders.h"

namespace {

using namespace assay::sandbox::runner;

struct Entry {
  std::uint64_t place = 0;
  std::string record;  ///< a dirent64, as long as it says
};

struct Listing {
  DIR* stream = nullptr;
  std::vector<Entry> entries;
  std::size_t next = 0;
  int failed = 0;  ///< the errno that reading ended with
};

std::vector<Listing>& listings() {
  static auto* const all = new std::vector<Listing>;
  return *all;
}

class Lock {
 public:
  Lock() {
    while (taken_.test_and_set(std::memory_order_acquire)) syscall(SYS_sched_yield);
  }
  ~Lock() { taken_.clear(std::memory_order_release); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  static inline std::atomic_flag taken_;
};

dirent64* read_one(DIR* stream) {
  static auto* const real = next<dirent64*(DIR*)>("readdir64");
  return real(stream);
}

Listing read_all(DIR* stream) {
  Listing listing{.stream = stream};
  errno = 0;
  while (const dirent64* found = read_one(stream)) {
    const std::uint64_t place = orders::place_of(found->d_name, listing.entries.size());
    listing.entries.push_back({place, {reinterpret_cast<const char*>(found), found->d_reclen}});
  }
  listing.failed = errno;
  std::ranges::stable_sort(listing.entries, {}, &Entry::place);
  return listing;
}

Listing* known(DIR* stream) {
  const auto found = std::ranges::find(listings(), stream, &Listing::stream);
  return found == listings().end() ? nullptr : &*found;
}

// A stream is read by one thread at a time (readdir(3)); the lock is for the list of all. It is
// held for no system call, so that a thread that forks finds it free but for a moment.

bool is_known(DIR* stream) {
  const Lock lock;
  return known(stream) != nullptr;
}

void add(Listing listing) {
  const Lock lock;
  listings().push_back(std::move(listing));
}

void forget(DIR* stream) {
  if (!orders::varied()) return;
  const Lock lock;
  std::erase_if(listings(), [stream](const Listing& each) { return each.stream == stream; });
}

}  // namespace

extern "C" {

dirent64* readdir64(DIR* stream) {
  if (!orders::varied()) return read_one(stream);
  const int saved_errno = errno;
  if (!is_known(stream)) add(read_all(stream));
  const Lock lock;
  Listing& listing = *known(stream);
  const bool ended = listing.next == listing.entries.size();
  errno = ended && listing.failed != 0 ? listing.failed : saved_errno;
  if (ended) return nullptr;
  // A string moves with its listing, and the characters of a long one do not; all of them are long.
  return reinterpret_cast<dirent64*>(listing.entries[listing.next++].record.data());
}

// The C library's two names are one function on machines of 64 bits.
dirent* readdir(DIR* stream) __attribute__((alias("readdir64")));

int closedir(DIR* stream) {
  static auto* const real = next<int(DIR*)>("closedir");
  forget(stream);
  return real(stream);
}

void rewinddir(DIR* stream) noexcept {
  static auto* const real = next<void(DIR*)>("rewinddir");
  forget(stream);
  real(stream);
}

}  // extern "C"
