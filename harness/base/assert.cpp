#include "harness/base/assert.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "harness/base/last_words.h"

namespace assay {
namespace {

std::atomic<void (*)()> g_hook = nullptr;

}  // namespace

void on_failed_assertion(void (*hook)()) { g_hook = hook; }

void assertion_failed(std::string_view condition, std::string_view message, const char* file,
                      int line) {
  std::fprintf(stderr, "assay: this is a bug in Assay: %.*s\n  at %s:%d, where %.*s must hold\n",
               static_cast<int>(message.size()), message.data(), file, line,
               static_cast<int>(condition.size()), condition.data());
  std::fflush(stderr);
  if (void (*hook)() = g_hook) hook();
  _exit(kExitBug);
}

}  // namespace assay
