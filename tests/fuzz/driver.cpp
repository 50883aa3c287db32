// Runs a fuzz target where there is no libFuzzer: with Debian's GCC, and in ctest.
//
//   fuzz_value [--corpus DIR] [--dict FILE] [--iterations N] [--seed S] [--max-bytes N] [--out DIR]
//   fuzz_value FILE…        replays these inputs in this process, for a debugger
//
// A target is a file of this folder with LLVMFuzzerTestOneInput, the function that libFuzzer calls,
// and may have an LLVMFuzzerCustomMutator, which is then asked for every second change. Every file
// of the corpus is replayed first. Then each iteration changes one of them, or what became of one,
// and hands it to the target; the seed decides how, so the same seed and corpus give the same
// inputs on every machine. There is no measure of coverage here: an input that is worth keeping is
// one that failed, or that somebody thought of; it goes into corpus/<target>/ under a name that
// says what it is.
//
// Theory of operation. Inputs are run in a child, and each is laid into memory that parent and
// child share before the target sees it. Whatever ends the child (an assertion's exit code, a
// sanitizer, a signal, an alarm when one input takes too long), the parent still has the input: it
// writes it to a file and says how to run it again. Exit code 1 is a finding, 2 a wrong
// argument.
//
// In ctest: a fixed seed and a fixed number of iterations for each target, label `fuzz`.
// `script/fuzz` runs longer, under the sanitizers and with a new seed each time. With clang,
// -DASSAY_LIBFUZZER=ON links libFuzzer in the place of this file; corpus and dictionary are the
// same.

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/sha256.h"
#include "tests/fuzz/mutator.h"

extern "C" {
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
__attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                          std::size_t max_size, unsigned seed);
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
}

namespace assay::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kExitFound = 1;
constexpr int kExitUsage = 2;
/// Real time that one input may take, sanitizers and a busy machine included.
constexpr unsigned kMaxSeconds = 60;
/// Memory that a target may have; the sanitizers' shadow would count, so they have a bound of their
/// own (ASAN_OPTIONS=hard_rss_limit_mb).
constexpr rlim_t kMaxMemory = rlim_t{2} << 30;

struct Options {
  std::uint64_t iterations = 0;
  std::uint64_t seed = 1;
  std::size_t max_bytes = 32 << 10;
  std::string corpus;
  std::string dictionary;
  std::string out = ".";
  std::vector<std::string> files;
};

/// What parent and child share.
struct Shared {
  enum class Stage { kCorpus, kIterations, kDone } stage;
  std::uint64_t number;  ///< of the iteration, from 1; in the corpus, of the file
  std::size_t size;
  std::uint8_t bytes[];
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(kExitUsage);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t number_of(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    give_up("expected a number, found \"" + text + "\"");
  return std::strtoull(text.c_str(), nullptr, 10);
}

Options options_of(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (!name.starts_with("--")) {
      options.files.push_back(name);
      continue;
    }
    if (++i == arguments.size()) give_up(name + " needs a value");
    const std::string& value = arguments[i];
    if (name == "--iterations")
      options.iterations = number_of(value);
    else if (name == "--seed")
      options.seed = number_of(value);
    else if (name == "--max-bytes")
      options.max_bytes = std::max<std::size_t>(number_of(value), 1);
    else if (name == "--corpus")
      options.corpus = value;
    else if (name == "--dict")
      options.dictionary = value;
    else if (name == "--out")
      options.out = value;
    else
      give_up("there is no option " + name + "; see the head of tests/fuzz/driver.cpp");
  }
  return options;
}

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  if (folder.empty()) return files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_regular_file()) files.push_back(entry.path());
  if (error || files.empty()) give_up("there is no corpus in " + folder);
  std::sort(files.begin(), files.end());
  return files;
}

void run(const std::string& input) {
  // A copy of its very size, so that a sanitizer sees who reads past its end.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Mutator* g_mutator = nullptr;  ///< for LLVMFuzzerMutate, which is handed none

void change_by_target(std::string& input, Mutator& mutator) {
  const std::size_t size = input.size();
  input.resize(std::max(mutator.max_bytes(), size));
  input.resize(LLVMFuzzerCustomMutator(reinterpret_cast<std::uint8_t*>(input.data()), size,
                                       input.size(),
                                       static_cast<unsigned>(mutator.random().bits())));
}

void bound_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit limit{kMaxMemory, kMaxMemory};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) give_up("memory cannot be bounded");
#endif
}

/// The child: never returns.
[[noreturn]] void run_all(const Options& options, const std::vector<fs::path>& corpus,
                          Shared& shared) {
  bound_memory();
  const auto run_one = [&](const std::string& input) {
    shared.size = std::min(input.size(), options.max_bytes);
    std::memcpy(shared.bytes, input.data(), shared.size);
    ::alarm(kMaxSeconds);
    run(input);
    ::alarm(0);
  };
  std::vector<std::string> inputs;
  for (const fs::path& path : corpus) {
    inputs.push_back(read_file(path).substr(0, options.max_bytes));
    shared.number = inputs.size();
    run_one(inputs.back());
  }
  shared.stage = Shared::Stage::kIterations;
  std::vector<std::string> words;
  if (!options.dictionary.empty()) words = words_of_dictionary(read_file(options.dictionary));
  Mutator mutator(std::move(inputs), std::move(words), options.max_bytes, options.seed);
  g_mutator = &mutator;
  for (shared.number = 1; shared.number <= options.iterations; ++shared.number) {
    std::string input = mutator.pick();
    if (LLVMFuzzerCustomMutator != nullptr && mutator.random().one_in(2))
      change_by_target(input, mutator);
    else
      mutator.change(input);
    run_one(input);
    if (mutator.random().one_in(8)) mutator.remember(std::move(input));
  }
  shared.stage = Shared::Stage::kDone;
  std::exit(0);  // not _exit: what was never freed is told here
}

/// Of a child that did not end well.
std::string words_of_end(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
    return "took more than " + std::to_string(kMaxSeconds) + " s";
  if (WIFSIGNALED(status))
    return "ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

void report_failure(const Options& options, const std::string& program, const Shared& shared,
                    const std::vector<fs::path>& corpus, int status) {
  const std::string name = fs::path(program).filename();
  if (shared.stage == Shared::Stage::kDone) {
    std::fprintf(stderr, "%s: %s after the last input\n", name.c_str(),
                 words_of_end(status).c_str());
    return;
  }
  fs::path file;
  if (shared.stage == Shared::Stage::kCorpus) {
    if (shared.number == 0) give_up(name + ": " + words_of_end(status) + " before any input");
    file = corpus[shared.number - 1];
  } else {
    const std::string bytes(reinterpret_cast<const char*>(shared.bytes), shared.size);
    file = fs::path(options.out) / (name + "-" + sha256_hex(bytes).substr(0, 12) + ".input");
    std::ofstream(file, std::ios::binary) << bytes;
  }
  std::fprintf(
      stderr, "%s: %s at iteration %llu of seed %llu\n  replay it: %s %s\n", name.c_str(),
      words_of_end(status).c_str(),
      static_cast<unsigned long long>(shared.stage == Shared::Stage::kCorpus ? 0 : shared.number),
      static_cast<unsigned long long>(options.seed), program.c_str(), file.c_str());
}

int main_of(const std::string& program, const std::vector<std::string>& arguments) {
  const Options options = options_of(arguments);
  for (const std::string& file : options.files) run(read_file(file));
  if (!options.files.empty()) return 0;
  const std::vector<fs::path> corpus = files_in(options.corpus);
  void* memory = ::mmap(nullptr, sizeof(Shared) + options.max_bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) give_up("no memory for the input");
  auto& shared = *new (memory) Shared{};
  const auto started = std::chrono::steady_clock::now();
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) give_up("cannot fork");
  if (child == 0) run_all(options, corpus, shared);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0 || shared.stage != Shared::Stage::kDone) {
    report_failure(options, program, shared, corpus, status);
    return kExitFound;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("%s: %zu inputs of the corpus and %llu iterations of seed %llu in %.1f s\n",
              fs::path(program).filename().c_str(), corpus.size(),
              static_cast<unsigned long long>(options.iterations),
              static_cast<unsigned long long>(options.seed), took.count());
  return 0;
}

}  // namespace
}  // namespace assay::fuzz

/// As libFuzzer has it, for the mutators of targets.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  assay::fuzz::g_mutator->change(bytes);
  bytes.resize(std::min(bytes.size(), max_size));
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

int main(int argc, char** argv) {
  return assay::fuzz::main_of(argv[0], std::vector<std::string>(argv + 1, argv + argc));
}
