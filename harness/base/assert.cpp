#include "harness/base/assert.h"

#include <unistd.h>

#include <cstdio>

namespace assay {

void assertion_failed(std::string_view condition, std::string_view message, const char* file,
                      int line) {
  std::fprintf(stderr, "assay: this is a bug in Assay: %.*s\n  at %s:%d, where %.*s must hold\n",
               static_cast<int>(message.size()), message.data(), file, line,
               static_cast<int>(condition.size()), condition.data());
  std::fflush(stderr);
  _exit(kExitBug);
}

}  // namespace assay
