#include "harness/serve/file_watch.h"

#include <sys/stat.h>

#include "harness/plan/files.h"
#include "harness/plan/loader.h"

namespace assay::serve {
namespace {

void add_file(const std::string& path, std::string& text) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return;
  text += path;
  for (const auto number : {about.st_mtim.tv_sec, about.st_mtim.tv_nsec, about.st_size,
                            static_cast<long>(about.st_ino)})
    text += " " + std::to_string(number);
  text += "\n";
}

void add_folder(const std::string& folder, std::string& text) {
  for (const std::string& name : plan::names_in(folder, false, ".yaml"))
    add_file(folder + "/" + name, text);
}

}  // namespace

FileWatch::FileWatch(std::string folder)
    : folder_(std::move(folder)), known_(look()), seen_(known_) {}

std::string FileWatch::look() const {
  std::string text;
  add_folder(folder_, text);
  add_folder(folder_ + "/cases", text);
  add_folder(folder_ + "/../" + std::string(plan::kSharedFolder), text);
  return text;
}

bool FileWatch::changed() {
  const std::string before = std::exchange(seen_, look());
  if (seen_ != before || seen_ == known_) return false;
  known_ = seen_;
  return true;
}

}  // namespace assay::serve
