// The root that all boxes of a runner share: a read-only tmpfs with what CPython needs to run and
// nothing else of the host's. Each library, and each package that candidates may import, is bound
// by itself: a host's other packages, its .pth files and an installed Assay are not there to be
// read.

#include <dirent.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// Where the new root is built; any folder that every host has. Nothing under it is bound.
constexpr const char* kNewRoot = "/tmp";
constexpr const char* kRootOptions = "mode=755,size=256m,nr_inodes=1024";

const std::string kLibraries = "/usr/lib/" ASSAY_LIBRARY_ARCHITECTURE "/";
constexpr const char* kPackages = "/usr/lib/python3/dist-packages/";
constexpr const char* kCertificates = "/etc/ssl/certs/ca-certificates.crt";

/// Bound as they are; a host without one of these cannot run the runner at all.
constexpr std::array kFolders = {"/usr/lib/python3.11", "/usr/share/zoneinfo"};

/// Shared libraries by the names that others look for. What is missing is left out: the loader says
/// which one it needed.
constexpr std::array kSharedLibraries = {
    // the runner's own
    "libpython3.11.so.1.0", "libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1",
    "libz.so.1", "libexpat.so.1", "libseccomp.so.2", "libcrypto.so.3", "libpthread.so.0",
    "libdl.so.2", "librt.so.1", "libutil.so.1",
    // glibc's name services, loaded when a name is looked up
    "libnss_files.so.2", "libresolv.so.2",
    // of extension modules in the standard library
    "libssl.so.3", "libbz2.so.1.0", "liblzma.so.5", "libffi.so.8", "libsqlite3.so.0",
    "libmpdec.so.3", "libuuid.so.1", "libcrypt.so.1", "libncursesw.so.6", "libtinfo.so.6",
    "libreadline.so.8", "libpanelw.so.6", "libdb-5.3.so", "libnsl.so.2", "libtirpc.so.3"};

/// Packages that candidates may import, with those that these rest on.
constexpr std::array kAllowedPackages = {
    "requests", "urllib3", "httpx",         "httpcore",   "h11",       "anyio",
    "sniffio",  "rfc3986", "idna",          "certifi",    "chardet",   "charset_normalizer",
    "tenacity", "aiohttp", "aiosignal",     "frozenlist", "multidict", "yarl",
    "attr",     "attrs",   "async_timeout", "six.py"};

struct OwnFile {
  const char* path;
  const char* text;
};
constexpr std::array kOwnFiles = {
    OwnFile{"/etc/hosts", "127.0.0.1\tlocalhost warehouse\n::1\tlocalhost\n"},
    OwnFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\n"},
    OwnFile{"/etc/resolv.conf", "options attempts:1 timeout:1\n"},
    OwnFile{"/etc/passwd", "candidate:x:1000:1000::/work:/usr/sbin/nologin\n"},
    OwnFile{"/etc/group", "candidate:x:1000:\n"},
    OwnFile{"/etc/services", "http 80/tcp\nhttps 443/tcp\n"}};

/// No /dev/zero: mapped as shared, it is memory that nobody counts (seccomp.cpp, "What may be
/// mapped").
constexpr std::array kDevices = {"/dev/null", "/dev/urandom", "/dev/random"};

std::string in_root(std::string_view path) { return kNewRoot + std::string(path); }

/// `path` is absolute, or empty for the root itself.
Status make_folder(std::string_view path) {
  std::string so_far = kNewRoot;
  std::string_view rest = path.empty() ? path : path.substr(1);
  while (!rest.empty()) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    so_far += "/" + std::string(rest.substr(0, slash));
    if (::mkdir(so_far.c_str(), 0755) != 0 && errno != EEXIST)
      return errno_error("making " + so_far);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  return success();
}

Status make_file(const std::string& path, std::string_view text, mode_t mode = 0444) {
  ASSAY_CHECK(make_folder(path.substr(0, path.rfind('/'))));
  UniqueFd file(::open(in_root(path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) return errno_error("making " + path);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return errno_error("writing " + path);
  return success();
}

/// Binds what is at `path` to the same place in the new root, read-only with all below it.
Status bind_read_only(const std::string& path, std::uint64_t more_flags) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return errno_error("looking at " + path);
  if (S_ISDIR(about.st_mode)) {
    ASSAY_CHECK(make_folder(path));
  } else {
    ASSAY_CHECK(make_file(path, ""));
  }
  const std::string target = in_root(path);
  if (::mount(path.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return errno_error("binding " + path);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | more_flags;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, target.c_str(), AT_RECURSIVE, &attributes,
                sizeof attributes) != 0)
    return errno_error("making read-only " + path, "mount_setattr needs Linux 5.12 or later.");
  return success();
}

Status bind_where_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0 ? bind_read_only(path, MOUNT_ATTR_NODEV) : success();
}

/// Names in the packages' folder are the package's, or the package's with a version behind a dash;
/// the latter are its metadata, which importlib.metadata reads.
bool allowed_package(std::string_view name) {
  const auto package = name.substr(0, name.find('-'));
  return std::find(kAllowedPackages.begin(), kAllowedPackages.end(), package) !=
         kAllowedPackages.end();
}

Status bind_packages() {
  DIR* folder = ::opendir(kPackages);
  if (folder == nullptr)
    return success();  // a Python without packages still grades what needs none
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) {
    if (allowed_package(entry->d_name)) names.emplace_back(entry->d_name);
  }
  ::closedir(folder);
  for (const auto& name : names) ASSAY_CHECK(bind_read_only(kPackages + name, MOUNT_ATTR_NODEV));
  return success();
}

/// httpx reads the bundle whenever a client is made, and 140 certificates take 20 ms. Nothing in a
/// box can be reached by TLS, so the first one will do.
Status make_certificates() {
  std::ifstream bundle(kCertificates);
  if (!bundle) return success();
  std::string text;
  for (std::string line; std::getline(bundle, line);) {
    text += line + "\n";
    if (line == "-----END CERTIFICATE-----") break;
  }
  return make_file(kCertificates, text);
}

/// A copy, so that /proc/self/exe of a box never leads to the host's file.
Status copy_runner(int runner) {
  struct stat about {};
  if (::fstat(runner, &about) != 0) return errno_error("looking at the runner");
  ASSAY_CHECK(make_file(kRunnerInRoot, ""));
  if (::chmod(in_root(kRunnerInRoot).c_str(), 0755) != 0) return errno_error("chmod of the runner");
  UniqueFd copy(::open(in_root(kRunnerInRoot).c_str(), O_WRONLY | O_CLOEXEC));
  if (!copy) return errno_error("opening the runner's copy");
  off_t offset = 0;
  while (offset < about.st_size) {
    if (::sendfile(copy.get(), runner, &offset, static_cast<std::size_t>(about.st_size - offset)) <=
        0)
      return errno_error("copying the runner");
  }
  return success();
}

Status make_devices() {
  for (const char* device : kDevices) ASSAY_CHECK(bind_read_only(device, MOUNT_ATTR_NOEXEC));
  for (const auto& [target, link] :
       {std::pair{"/proc/self/fd", "/dev/fd"}, std::pair{"/proc/self/fd/0", "/dev/stdin"},
        std::pair{"/proc/self/fd/1", "/dev/stdout"}, std::pair{"/proc/self/fd/2", "/dev/stderr"}}) {
    if (::symlink(target, in_root(link).c_str()) != 0) return errno_error("linking /dev");
  }
  return success();
}

/// Where the layer is left out: all folders of the host as they are, but for those that a box
/// brings itself.
Status bind_whole_host() {
  constexpr std::array<std::string_view, 5> kOwn = {".", "..", "proc", "work", "tmp"};
  const std::unique_ptr<DIR, int (*)(DIR*)> host(::opendir("/"), ::closedir);
  if (!host) return errno_error("reading the host's root");
  while (const dirent* entry = ::readdir(host.get())) {
    if (std::ranges::find(kOwn, std::string_view(entry->d_name)) != kOwn.end()) continue;
    const std::string path = std::string("/") + entry->d_name;
    std::error_code not_a_link;
    const auto link = std::filesystem::read_symlink(path, not_a_link);
    if (!not_a_link) {
      if (::symlink(link.c_str(), in_root(path).c_str()) != 0)
        return errno_error("linking " + path);
    } else if (std::filesystem::is_directory(path, not_a_link)) {
      ASSAY_CHECK(make_folder(path));
      if (::mount(path.c_str(), in_root(path).c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
        return errno_error("binding " + path);
    }
  }
  for (const char* folder : {"/proc", kWorkFolder, kTmpFolder}) ASSAY_CHECK(make_folder(folder));
  return success();
}

Status fill_root() {
  for (const char* folder : kFolders) ASSAY_CHECK(bind_read_only(folder, MOUNT_ATTR_NODEV));
  for (const char* library : kSharedLibraries) ASSAY_CHECK(bind_where_there(kLibraries + library));
  // Merged /usr (Debian 12, Ubuntu since 20.04); the loader's path is part of the ABI.
  for (const char* name : {"lib", "lib64"}) {
    const std::string target = std::string("usr/") + name;
    if (::symlink(target.c_str(), in_root(std::string("/") + name).c_str()) != 0)
      return errno_error("linking /lib");
  }
  ASSAY_CHECK(bind_where_there("/usr/lib64/ld-linux-x86-64.so.2"));
  ASSAY_CHECK(bind_where_there("/usr/lib/ld-linux-aarch64.so.1"));
  ASSAY_CHECK(bind_packages());
  for (const auto& file : kOwnFiles) ASSAY_CHECK(make_file(file.path, file.text));
  ASSAY_CHECK(make_certificates());
  ASSAY_CHECK(make_devices());
  for (const char* folder : {"/proc", kWorkFolder, kTmpFolder}) ASSAY_CHECK(make_folder(folder));
  return success();
}

Status mount_new_root() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return errno_error("making mounts private");
  if (::mount("tmpfs", kNewRoot, "tmpfs", MS_NOSUID, kRootOptions) != 0)
    return errno_error("mounting a tmpfs");
  return success();
}

Status enter_new_root() {
  if (::chdir(kNewRoot) != 0) return errno_error("chdir");
  // The old root is stacked onto the new one and taken away: pivot_root(2), "pivot_root(".", ".")".
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return errno_error("pivot_root");
  if (::umount2(".", MNT_DETACH) != 0) return errno_error("leaving the host's root");
  if (::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, nullptr) != 0)
    return errno_error("making the root read-only");
  if (::chdir("/") != 0) return errno_error("chdir");
  return success();
}

/// With a /proc of its own.
Status change_root() {
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (::mount("proc", in_root("/proc").c_str(), "proc", flags, nullptr) != 0)
    return errno_error("mounting /proc",
                       "A container that masks parts of /proc forbids it: run it with "
                       "--security-opt systempaths=unconfined.");
  return enter_new_root();
}

Result<std::string> attempt() {
  UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  ASSAY_CHECK(enter_namespaces_for_probe());
  ASSAY_CHECK(build_root(self.get()));
  if (::open("/etc/hosts", O_WRONLY | O_CLOEXEC) >= 0)
    return environment_error("the root can be written to");
  return std::string("Python's libraries and packages, read-only");
}

model::Layer probe() { return try_in_child("read-only root", attempt); }

}  // namespace

Status build_empty_root() {
  ASSAY_CHECK(mount_new_root());
  return enter_new_root();
}

Status build_root(int runner) {
  ::umask(022);
  ASSAY_CHECK(mount_new_root());
  ASSAY_CHECK(is_left_out("read-only root") ? bind_whole_host() : fill_root());
  ASSAY_CHECK(copy_runner(runner));
  return change_root();
}

extern const Layer k_root;
const Layer k_root{"read-only root", 30, Need::kRequired, probe, nullptr, nullptr, nullptr};

}  // namespace assay::sandbox::box
