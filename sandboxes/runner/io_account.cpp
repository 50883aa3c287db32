#include "sandboxes/runner/io_account.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

namespace assay::sandbox::runner {

IoAccount IoAccount::of_self() {
  IoAccount account;
  account.file_.reset(::open("/proc/self/io", O_RDONLY | O_CLOEXEC));
  return account;
}

std::optional<std::int64_t> IoAccount::written() const {
  constexpr std::string_view kKey = "wchar: ";
  char buffer[512];
  const ssize_t size = ::pread(file_.get(), buffer, sizeof buffer, 0);
  if (size <= 0) return std::nullopt;
  const std::string_view text(buffer, static_cast<std::size_t>(size));
  const std::size_t at = text.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t bytes = 0;
  const auto parsed =
      std::from_chars(text.data() + at + kKey.size(), text.data() + text.size(), bytes);
  if (parsed.ec != std::errc()) return std::nullopt;
  return bytes;
}

}  // namespace assay::sandbox::runner
