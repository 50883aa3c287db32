#include "sandboxes/runner/allocations.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {
namespace {

constexpr std::size_t kStep = 16;

Placement* g_placement = nullptr;
bool g_placing = false;
PyMemAllocatorEx g_below{};  // CPython's own
Allocation g_last[kSizeClasses];

/// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), eight bytes at a time: compiled code is
/// some megabytes.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), size);
    hash = (hash ^ word) * 1'099'511'628'211U;
    hash ^= hash >> 32;
    bytes.remove_prefix(size);
  }
  return hash;
}

void begin_stretch(std::string_view name) {
  const std::uint64_t stretch = hash_of(name);
  for (std::uint32_t i = 0; i < kSizeClasses; ++i) g_last[i] = {stretch, i, 0};
  g_placement->begin_stretch(stretch);
}

void* place(std::size_t size) {
  if (!g_placing) return nullptr;
  Allocation& last = g_last[std::min((size + kStep - 1) / kStep, kSizeClasses - 1)];
  ++last.number;
  return g_placement->place(size, last);
}

void* take(void*, std::size_t size) {
  void* block = place(size);
  return block != nullptr ? block : g_below.malloc(g_below.ctx, size);
}

void* take_zeroed(void*, std::size_t count, std::size_t size) {
  // CPython has looked whether the product is too large.
  if (void* block = place(count * size)) return std::memset(block, 0, count * size);
  return g_below.calloc(g_below.ctx, count, size);
}

void* resize(void*, void* block, std::size_t size) {
  if (block == nullptr) return take(nullptr, size);
  if (!g_placement->owns(block)) return g_below.realloc(g_below.ctx, block, size);
  const std::size_t room = g_placement->room_of(block);
  if (size <= room) return block;
  void* larger = g_placing ? g_placement->place_larger(block, size) : nullptr;
  if (larger == nullptr) larger = g_below.malloc(g_below.ctx, size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, room);
  g_placement->release(block);
  return larger;
}

void release(void*, void* block) {
  if (g_placement->owns(block)) return g_placement->release(block);
  g_below.free(g_below.ctx, block);
}

/// What a stretch that begins with this event is known by; empty where none does. Code in a pyc
/// file is known by itself, so that another version of it is another stretch.
std::string_view stretch_of(std::string_view event, PyObject* arguments) {
  if (PyTuple_GET_SIZE(arguments) < 1) return {};
  PyObject* first = PyTuple_GET_ITEM(arguments, 0);
  if (event == "marshal.loads" && PyBytes_Check(first))
    return {PyBytes_AS_STRING(first), static_cast<std::size_t>(PyBytes_GET_SIZE(first))};
  const bool executes = event == "exec" && PyCode_Check(first);
  if (executes) first = reinterpret_cast<PyCodeObject*>(first)->co_filename;
  if (!executes && event != "import" && event != "assay.stretch") return {};
  if (!PyUnicode_Check(first) || !PyUnicode_IS_COMPACT_ASCII(first)) return {};
  const std::string_view text(static_cast<const char*>(PyUnicode_DATA(first)),
                              static_cast<std::size_t>(PyUnicode_GET_LENGTH(first)));
  // Code that is made of a text, as by dataclasses, has no name of its own.
  return executes && text == "<string>" ? std::string_view() : text;
}

int on_audit(const char* event, PyObject* arguments, void*) noexcept {
  if (!g_placing) return 0;
  const std::string_view stretch = stretch_of(event, arguments);
  if (!stretch.empty()) begin_stretch(stretch);
  return 0;
}

}  // namespace

Placement::Placement(std::size_t bytes) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return;
  from_ = reinterpret_cast<std::uintptr_t>(at);
  to_ = from_ + bytes;
}

void place_with(Placement& placement) {
  g_placement = &placement;
  g_placing = true;
  begin_stretch("start");
  PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &g_below);
  PyMemAllocatorEx own{nullptr, take, take_zeroed, resize, release};
  PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &own);
  PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &own);
  PySys_AddAuditHook(on_audit, nullptr);  // before Python starts it cannot fail but for memory
}

void stop_placing() { g_placing = false; }

}  // namespace assay::sandbox::runner
