#pragma once

// Reads requests out of the bytes of one connection, one after the other.
//
// In: bytes as they come. Out: whole requests, or the one refusal after which the connection is of
// no more use. Parsing is Boost.Beast's, kept out of this header. Owned by one connection.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "mock_warehouse/http.h"

namespace assay::warehouse {

/// Why a request cannot be read. Nothing behind it on the connection can be, either.
struct Refusal {
  int status = 400;  ///< 400, 413 or 431
  std::string message;
};

class RequestReader {
 public:
  enum class State {
    kNeedsMore,
    kWaitsForContinue,  ///< the head is read, and the client waits for a 100 before it sends the
                        ///< body
    kComplete,
    kRefused,
  };

  RequestReader();
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  /// Takes what it can use from the front of `bytes` and says how much that was. Whatever it leaves
  /// is to be passed again with more behind it, or belongs to the next request.
  std::size_t feed(std::string_view bytes);

  State state() const;
  /// Whether any byte of a request was taken.
  bool started() const;
  /// The 100 was sent; only then does kWaitsForContinue end.
  void continue_sent();
  /// The request, as far as it is known where it was refused; the reader starts over.
  HttpRequest take();
  /// Only where state() is kRefused.
  const Refusal& refusal() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::warehouse
