#pragma once

// Finds the end of a request's head, and what no head can have, while it comes in.
//
// In: the bytes so far. Out: the head's length, or the refusal of it. It refuses at the first byte
// that is wrong, so the answer is the same in whatever pieces a client sends, and a client that
// ends its lines as nobody else does is told so and not waited for. What fields are called and say
// is the parser's business. Owned by one reader.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay::warehouse {

/// Why a request cannot be read. Nothing behind it on the connection can be, either.
struct Refusal {
  int status = 400;  ///< 400, 408, 413, 414, 417, 431, 501 or 505
  std::string message;
};

/// RFC 9110, section 5.5: of the controls a text of a request has the tab alone.
bool is_control(char c);

class HeadScan {
 public:
  /// `bytes` begin where they began last time, and have more behind that. The length of the head,
  /// the empty line behind it included; nothing where it goes on, or was refused.
  std::optional<std::size_t> look(std::string_view bytes);
  const std::optional<Refusal>& refusal() const { return refusal_; }

  // Of the request line, as far as it has come.
  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }
  /// The digit behind "HTTP/1."; 0 before the line is whole.
  int minor_version() const { return minor_version_; }
  std::size_t minor_version_at() const { return first_line_ - 3; }

 private:
  void refuse(int status, std::string message);
  void take(std::string_view bytes);
  void end_line(std::string_view line);
  void read_request_line(std::string_view line);
  void check_size(std::string_view bytes);

  std::size_t at_ = 0;          ///< the next byte to look at
  std::size_t line_ = 0;        ///< where the line begins in which it stands
  std::size_t first_line_ = 0;  ///< length of the request line with its end; 0: it is not whole
  bool behind_cr_ = false;
  bool complete_ = false;
  std::string method_;
  std::string target_;
  int minor_version_ = 0;
  std::optional<Refusal> refusal_;
};

}  // namespace assay::warehouse
