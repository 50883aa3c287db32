// The system call filter: what CPython and the usual packages call is allowed, a short list that no
// honest library calls ends the process, and everything else fails with EPERM. Compiled once, in
// the warm runner; a candidate installs the compiled program.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// By name: a call that an architecture does not have is left out there.
constexpr std::array kAllowed = {
    // memory; mmap(2) itself is below
    "brk", "munmap", "mprotect", "mremap", "madvise", "msync", "mincore", "membarrier",
    // files
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek",
    "close", "close_range", "open", "openat", "creat", "stat", "fstat", "lstat", "newfstatat",
    "statx", "access", "faccessat", "faccessat2", "getdents", "getdents64", "getcwd", "chdir",
    "fchdir", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2",
    "link", "linkat", "symlink", "symlinkat", "readlink", "readlinkat", "truncate", "ftruncate",
    "fallocate", "fsync", "fdatasync", "flock", "fcntl", "dup", "dup2", "dup3", "pipe", "pipe2",
    "umask", "chmod", "fchmod", "fchmodat", "utime", "utimes", "utimensat", "futimesat", "statfs",
    "fstatfs", "sendfile", "copy_file_range", "splice", "tee", "fadvise64", "sync_file_range",
    "getxattr", "fgetxattr", "lgetxattr", "listxattr", "flistxattr", "llistxattr", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch",
    // sockets; socket(2) itself is below. No sendmsg or sendmmsg: nothing else can pass a
    // descriptor to the worker, which would have to close it, and the close of a TCP socket with
    // SO_LINGER and unsent data waits for as long as the sender likes. The runner's own sendmsg
    // does without.
    "socketpair", "connect", "bind", "listen", "accept", "accept4", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "sendto", "recvfrom", "recvmsg", "recvmmsg", "shutdown",
    // waiting
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "timerfd_create",
    "timerfd_settime", "timerfd_gettime", "signalfd", "signalfd4", "futex", "futex_waitv",
    "restart_syscall", "pause",
    // time
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "times", "alarm", "setitimer", "getitimer", "timer_create", "timer_settime", "timer_gettime",
    "timer_delete", "timer_getoverrun",
    // processes and threads; clone(2) and kill's targets are bounded by the namespace
    "fork", "vfork", "execve", "exit", "exit_group", "wait4", "waitid", "getpid", "getppid",
    "gettid", "getpgrp", "getpgid", "setpgid", "getsid", "setsid", "getuid", "geteuid", "getgid",
    "getegid", "getgroups", "getresuid", "getresgid", "set_tid_address", "set_robust_list",
    "get_robust_list", "rseq", "arch_prctl", "sched_yield", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "getpriority",
    "getrusage", "getrlimit", "setrlimit", "getcpu", "kill", "tkill", "tgkill", "pidfd_open",
    "pidfd_send_signal",
    // signals
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "sigaltstack",
    // the rest
    "getrandom", "uname", "sysinfo", "capget"};

/// Attempts at the kernel or at other processes. An EPERM would do; ending the process says plainly
/// what was tried, and leaves no second try.
constexpr std::array kKilled = {"ptrace",
                                "process_vm_readv",
                                "process_vm_writev",
                                "process_madvise",
                                "pidfd_getfd",
                                "kcmp",
                                "mount",
                                "umount2",
                                "pivot_root",
                                "chroot",
                                "setns",
                                "unshare",
                                "move_mount",
                                "open_tree",
                                "fsopen",
                                "fsconfig",
                                "fsmount",
                                "fspick",
                                "mount_setattr",
                                "open_by_handle_at",
                                "name_to_handle_at",
                                "bpf",
                                "perf_event_open",
                                "userfaultfd",
                                "io_uring_setup",
                                "io_uring_enter",
                                "io_uring_register",
                                "keyctl",
                                "add_key",
                                "request_key",
                                "init_module",
                                "finit_module",
                                "delete_module",
                                "kexec_load",
                                "kexec_file_load",
                                "reboot",
                                "swapon",
                                "swapoff",
                                "acct",
                                "quotactl",
                                "iopl",
                                "ioperm",
                                "modify_ldt",
                                "syslog",
                                "lookup_dcookie"};

/// What may be mapped: memory of its own, which RLIMIT_DATA counts, and files, which the scratch
/// space bounds. Shared memory of no file, and memory that grows like a stack, nobody counts but a
/// cgroup.
struct Mapping {
  std::uint64_t looked_at;
  std::uint64_t flags;
};
constexpr std::array kMappings = {
    Mapping{MAP_TYPE | MAP_GROWSDOWN, MAP_PRIVATE},
    Mapping{MAP_TYPE | MAP_GROWSDOWN | MAP_ANONYMOUS, MAP_SHARED},
};

constexpr std::array kFamilies = {AF_UNIX, AF_INET, AF_INET6};
constexpr std::array kIoctls = {FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ};
constexpr std::array kPrctls = {PR_SET_NAME,      PR_GET_NAME,         PR_GET_DUMPABLE,
                                PR_GET_PDEATHSIG, PR_GET_NO_NEW_PRIVS, PR_GET_TIMERSLACK,
                                PR_CAPBSET_READ,  PR_GET_SECCOMP,      PR_GET_SECUREBITS};
constexpr std::uint64_t kNewNamespaces = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                                         CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
                                         CLONE_NEWTIME;

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) { failed_ = context_ == nullptr; }
  ~Filter() { seccomp_release(context_); }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    failed_ |= seccomp_attr_set(context_, attribute, value) != 0;
  }

  template <class... Comparison>
  void rule(std::uint32_t action, const char* name, Comparison... comparisons) {
    const int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR) return;
    const std::array<scmp_arg_cmp, sizeof...(comparisons)> list = {comparisons...};
    failed_ |= seccomp_rule_add_array(context_, action, call, list.size(), list.data()) != 0;
  }

  /// The program, instruction by instruction; empty where libseccomp refused anything.
  std::vector<std::uint64_t> compile() {
    UniqueFd file(::memfd_create("filter", MFD_CLOEXEC));
    if (failed_ || !file || seccomp_export_bpf(context_, file.get()) != 0) return {};
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    std::vector<std::uint64_t> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
    static_assert(sizeof(sock_filter) == sizeof(std::uint64_t));
    if (::pread(file.get(), program.data(), static_cast<std::size_t>(size), 0) != size) return {};
    return program;
  }

 private:
  scmp_filter_ctx context_;
  bool failed_ = false;
};

std::vector<std::uint64_t> compile() {
  Filter filter;
  // Calls of another architecture (x32, i386) would bypass rules that go by number.
  filter.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  filter.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree instead of a list of 300 comparisons
  for (const char* name : kAllowed) filter.rule(SCMP_ACT_ALLOW, name);
  for (const char* name : kKilled) filter.rule(SCMP_ACT_KILL_PROCESS, name);
  // glibc takes ENOSYS as "use clone", whose flags a filter can read; EPERM it takes for an answer.
  filter.rule(SCMP_ACT_ERRNO(ENOSYS), "clone3");
  filter.rule(SCMP_ACT_ALLOW, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, kNewNamespaces, 0));
  for (const Mapping& mapping : kMappings)
    filter.rule(SCMP_ACT_ALLOW, "mmap",
                SCMP_A3(SCMP_CMP_MASKED_EQ, mapping.looked_at, mapping.flags));
  for (const int family : kFamilies)
    filter.rule(SCMP_ACT_ALLOW, "socket", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
  for (const unsigned long request : kIoctls)
    filter.rule(SCMP_ACT_ALLOW, "ioctl", SCMP_A1(SCMP_CMP_EQ, request));
  for (const int option : kPrctls)
    filter.rule(SCMP_ACT_ALLOW, "prctl", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(option)));
  // Of itself only: 0 is the caller.
  filter.rule(SCMP_ACT_ALLOW, "prlimit64", SCMP_A0(SCMP_CMP_EQ, 0));
  return filter.compile();
}

Status install(const std::vector<std::uint64_t>& filter) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = reinterpret_cast<sock_filter*>(const_cast<std::uint64_t*>(filter.data()));
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    return errno_error("installing the system call filter",
                       "The kernel needs CONFIG_SECCOMP_FILTER.");
  return success();
}

Result<std::string> prepare(Shared& shared) {
  shared.filter = compile();
  if (shared.filter.empty()) return environment_error("libseccomp could not compile the filter");
  return "default deny, " + std::to_string(shared.filter.size()) + " instructions";
}

Status enter_candidate(Box& box) {
  if (is_left_out("system call filter")) return success();
  return install(box.shared->filter);
}

Result<std::string> attempt() {
  Shared shared;
  ASSAY_TRY(const std::string words, prepare(shared));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno_error("PR_SET_NO_NEW_PRIVS");
  ASSAY_CHECK(install(shared.filter));
  if (::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0)
    return environment_error("a filtered process can make a netlink socket");
  return words;
}

model::Layer probe() { return try_in_child("system call filter", attempt); }

}  // namespace

extern const Layer k_seccomp;
const Layer k_seccomp{"system call filter", 100, Need::kRequired, probe, prepare, nullptr,
                      enter_candidate};

}  // namespace assay::sandbox::box
