#include "harness/plan/files.h"

#include <algorithm>
#include <filesystem>

#include "harness/authored/document.h"
#include "harness/base/sha256.h"

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

/// Words with single spaces between them; `*`, `_` and backquotes, which mark emphasis and code,
/// are out.
std::string plain_words(std::string_view markdown) {
  std::string plain;
  bool space = false;
  for (const char c : markdown) {
    if (c == '*' || c == '_' || c == '`') continue;
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      space = !plain.empty();
      continue;
    }
    if (space) plain += ' ';
    space = false;
    plain += c;
  }
  return plain;
}

bool is_python_cache(const fs::path& relative) {
  return std::any_of(relative.begin(), relative.end(),
                     [](const fs::path& part) { return part == "__pycache__"; });
}

}  // namespace

Result<std::string> path_inside(const std::string& folder, const std::string& written,
                                const Place& place) {
  const auto refuse = [&](const char* why) {
    return input_error("the path \"" + written + "\" " + why, place,
                       "paths in a package are relative to its folder");
  };
  const fs::path relative(written);
  if (relative.is_absolute()) return refuse("is absolute");
  for (const fs::path& part : relative)
    if (part == "..") return refuse("leaves the package");
  std::error_code failed;
  const fs::path root = fs::weakly_canonical(folder, failed);
  const fs::path target = fs::weakly_canonical(root / relative, failed);
  if (failed) return refuse("cannot be followed");
  const auto end = std::mismatch(root.begin(), root.end(), target.begin(), target.end()).first;
  if (end != root.end()) return refuse("leaves the package by a link");
  if (!fs::exists(target, failed)) return refuse("does not exist");
  const fs::path normal = relative.lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string();
}

Result<std::vector<model::SourceFile>> read_folder(const std::string& folder, std::size_t max_files,
                                                   std::size_t max_bytes) {
  std::vector<model::SourceFile> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const fs::path relative = at->path().lexically_relative(folder);
    std::error_code unknown;  // of a link to nothing, which is no file
    if (!at->is_regular_file(unknown) || is_python_cache(relative)) continue;
    if (files.size() == max_files)
      return input_error("holds more than " + std::to_string(max_files) + " files", {folder});
    ASSAY_TRY(std::string bytes, read_text_file(at->path().string(), max_bytes));
    std::string sha256 = sha256_hex(bytes);
    files.push_back({relative.generic_string(), std::move(bytes), std::move(sha256)});
  }
  if (failed) return input_error("cannot be read as a folder: " + failed.message(), {folder});
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> names_in(const std::string& folder, bool folders,
                                  std::string_view suffix) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with('.') || name == "__pycache__") continue;
    std::error_code unknown;  // of a link to nothing
    if (folders ? at->is_directory(unknown)
                : at->is_regular_file(unknown) && name.ends_with(suffix))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool contains_sentence(std::string_view markdown, std::string_view sentence) {
  return plain_words(markdown).find(plain_words(sentence)) != std::string::npos;
}

}  // namespace assay::plan
