// assay-runner: started by a worker of `assay`, never by hand. Its environment is empty and its
// only business is the control socket, whose number it is told. The last form is the build's.
//
// Every other form ends in `--image lean` or `--image full`, and in `--hash-seed N` where that is
// not 0.
//
//   assay-runner --control FD             the launcher: builds the template, executes itself there
//   assay-runner --in-root --control FD   that second self: pid 1, warms Python, makes boxes
//   assay-runner --plain --control FD     no isolation at all; for authors
//   assay-runner --profile                by the build: prints where its own objects are best laid

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sandboxes/runner/heap_profile.h"
#include "sandboxes/runner/serve.h"

namespace {

enum class Stage { kLauncher, kInRoot, kPlain };

constexpr int kExitUsage = 64;

int usage() {
  std::fputs("assay-runner is started by assay; see `assay grade --help` and `assay doctor`.\n",
             stderr);
  return kExitUsage;
}

/// Signals as a fresh process has them, whatever the worker blocked or ignored; no descriptors but
/// the standard ones and `control`; and a session of its own, so that Ctrl-C on the terminal is the
/// worker's to handle.
void settle(int control) {
  const auto kept = static_cast<unsigned>(control);
  if (kept > STDERR_FILENO + 1) ::syscall(SYS_close_range, STDERR_FILENO + 1, kept - 1, 0);
  ::syscall(SYS_close_range, kept + 1, ~0U, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  ::setsid();
}

template <class Number>
void read_number(std::string_view text, Number& number) {
  std::from_chars(text.data(), text.data() + text.size(), number);
}

}  // namespace

int main(int argc, char** argv) {
  auto stage = Stage::kLauncher;
  int control = -1;
  bool profiles = false;
  assay::sandbox::Warmth warmth{.image = assay::sandbox::Image::kFull};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--in-root") {
      stage = Stage::kInRoot;
    } else if (argument == "--plain") {
      stage = Stage::kPlain;
    } else if (argument == "--profile") {
      profiles = true;
    } else if (argument == "--control" && i + 1 < argc) {
      read_number(argv[++i], control);
    } else if (argument == "--hash-seed" && i + 1 < argc) {
      read_number(argv[++i], warmth.hash_seed);
    } else if (argument == "--image" && i + 1 < argc) {
      const std::string_view name = argv[++i];
      if (name == name_of(assay::sandbox::Image::kLean)) {
        warmth.image = assay::sandbox::Image::kLean;
      } else if (name != name_of(assay::sandbox::Image::kFull)) {
        return usage();
      }
    } else {
      return usage();
    }
  }
  using namespace assay::sandbox::runner;
  if (profiles) return profile_heap(warmth);
  // Close-on-exec as well: nothing that is executed but stage 2 gets the socket.
  if (control <= STDERR_FILENO || ::fcntl(control, F_SETFD, FD_CLOEXEC) != 0) return usage();
  settle(control);
  assay::UniqueFd socket(control);
  switch (stage) {
    case Stage::kLauncher:
      return launch(std::move(socket), warmth);
    case Stage::kInRoot:
      return serve(std::move(socket), Isolation::kBox, warmth);
    case Stage::kPlain:
      return serve(std::move(socket), Isolation::kPlain, warmth);
  }
}
