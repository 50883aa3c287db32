#pragma once

// Reads requests out of the bytes of one connection, one after the other.
//
// In: bytes as they come. Out: whole requests, or the one refusal after which the connection is of
// no more use. Parsing is Boost.Beast's, kept out of this header; what RFC 9112 forbids and Beast
// lets pass is refused here (framing that two readers could understand differently, above all).
// Owned by one connection.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "mock_warehouse/http.h"
#include "mock_warehouse/session/head_scan.h"

namespace assay::warehouse {

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
  /// Whether a request has begun to come: empty lines before it are none of it.
  bool begun() const;
  /// The rest of it has not come in time: a refusal. Only where it has begun and is not over.
  void time_out();
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
