#pragma once

// Programs that wait in many ways, as rows of a table: what each says, and when, in virtual time.
//
// In: Python source behind a prologue. Out: runs (fake_worker.h), checked to have stayed in virtual
// time and in one order. One thread.

#include <span>
#include <string>

#include "tests/unit/sandboxes/fake_worker.h"

namespace assay::test {

/// `log` takes words of any thread with the whole seconds at which they were said.
inline const std::string kLog =
    "import threading, time, queue, asyncio, select, selectors, socket, os, signal, sys\n"
    "from concurrent.futures import ThreadPoolExecutor, as_completed, wait\n"
    "import concurrent.futures as futures\n"
    "start = time.monotonic(); said = []\n"
    "def log(*words): said.append([*words, round(time.monotonic() - start)])\n"
    "def spawn(f, *a):\n"
    "    t = threading.Thread(target=f, args=a); t.start(); return t\n";

struct Program {
  const char* name;
  const char* source;  ///< check() gives what `expected` has
  const char* expected;
};

/// Behind kLog. Fails the test where the clock was let go, or the order of threads was not fixed.
Run run_logged(const std::string& body, RawServer* server = nullptr);

/// Runs each behind the prologue, and compares what it says.
void check_programs(std::span<const Program> programs, const std::string& prologue = "");

/// With threads; with descriptors and files; and by functions of C that Python has no name for.
std::span<const Program> thread_programs();
std::span<const Program> descriptor_programs();
std::span<const Program> native_programs();
extern const std::string kNative;  ///< the prologue of these

}  // namespace assay::test
