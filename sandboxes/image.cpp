#include "sandboxes/image.h"

#include <algorithm>

#include "sandboxes/sandbox.h"

namespace assay::sandbox {
namespace {

/// Of a Python name; any byte of UTF-8 beyond ASCII may be part of one.
bool is_of_name(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_of_name(line[at - 1]);
    if (begins && (end == line.size() || !is_of_name(line[end]))) return true;
  }
  return false;
}

/// "import requests", "from requests.adapters import …", "import_module('requests')".
bool imports_package(std::string_view line) {
  return line.find("import") != std::string_view::npos &&
         std::ranges::any_of(kPackageModules,
                             [line](std::string_view name) { return has_word(line, name); });
}

bool needs_packages(std::string_view source) {
  while (!source.empty()) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    if (imports_package(source.substr(0, end))) return true;
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return false;
}

}  // namespace

Image image_for(const Job& job) {
  if (job.kind != Job::Kind::kCall) return Image::kLean;
  const bool full = std::ranges::any_of(
      job.files, [](const model::SourceFile& file) { return needs_packages(file.bytes); });
  return full ? Image::kFull : Image::kLean;
}

Warmth warmth_for(const Job& job) {
  return {.image = image_for(job), .hash_seed = hash_seed_of(job.variation)};
}

}  // namespace assay::sandbox
