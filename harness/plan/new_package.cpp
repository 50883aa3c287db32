#include "harness/plan/new_package.h"

#include <filesystem>
#include <fstream>

#include "assay_plan_embedded.h"
#include "harness/authored/document.h"
#include "harness/plan/home.h"

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartMark = "==== ";
constexpr std::size_t kMaxName = 64;  // as the schema of exercise.yaml has it

struct Part {
  std::string path;
  std::string text;
};

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(kPartMark))
      parts.push_back({std::string(line.substr(kPartMark.size(), end - kPartMark.size() - 1)), ""});
    else
      parts.back().text += line;
    text.remove_prefix(end);
  }
  return parts;
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

Error cannot_write(const fs::path& path, const std::error_code& why) {
  return input_error("cannot be written: " + why.message(), {path.string()});
}

Status write_parts(const fs::path& folder, const std::string& name, const std::string& home,
                   const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    const fs::path path = folder / part.path;
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    if (failed) return cannot_write(path.parent_path(), failed);
    std::string text = part.text;
    replace_all(text, "@NAME@", name);
    replace_all(text, "@HOME@", fs::path(home).lexically_relative(path.parent_path()).string());
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) return cannot_write(path, std::make_error_code(std::errc::io_error));
  }
  return success();
}

}  // namespace

Result<std::vector<std::string>> write_new_package(const std::string& folder, PackageKind kind) {
  const fs::path wanted = fs::path(folder).lexically_normal();
  const fs::path given = wanted.has_filename() ? wanted : wanted.parent_path();
  const std::string name = given.filename().string();
  if (!is_name(name))
    return input_error("found the name \"" + to_valid_utf8(name) +
                           "\", expected small letters, digits and underscores, a letter first, at "
                           "most " +
                           std::to_string(kMaxName) + " of them",
                       {}, "such as late_events, or exercises/late_events");
  std::error_code failed;
  if (fs::symlink_status(given, failed).type() != fs::file_type::not_found)
    return input_error("there is already something called that, and nothing of it was touched",
                       {given.string()}, "take another name, or remove it first");
  const fs::path parent =
      fs::canonical(given.has_parent_path() ? given.parent_path() : fs::path("."), failed);
  if (failed)
    return input_error("there is no folder to make it in: " + failed.message(),
                       {given.parent_path().string()}, "make that folder first");
  ASSAY_TRY(const std::string home, home_folder());
  const fs::path root = fs::canonical(home, failed);
  if (failed) return input_error("cannot be followed: " + failed.message(), {home});
  const auto parts = parts_of(kind == PackageKind::kWithWarehouse ? k_with_warehouse_txt
                                                                  : k_without_warehouse_txt);
  const fs::path target = parent / name;
  if (!fs::create_directory(target, failed) || failed)
    return cannot_write(given, failed ? failed : std::make_error_code(std::errc::file_exists));
  if (Status written = write_parts(target, name, root.string(), parts); !written.ok()) {
    fs::remove_all(target, failed);
    return std::move(written).error();
  }
  std::vector<std::string> paths;
  for (const Part& part : parts) paths.push_back(part.path);
  return paths;
}

}  // namespace assay::plan
