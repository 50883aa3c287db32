#pragma once

// Errors of the second kind: bad input, or a host that lacks something. (What a candidate does is
// data, never an Error; a bug of ours is an assertion, see assert.h.)
//
// In: nothing. Out: Result<T>, which holds a T or an Error. Values, no threads, no ownership beyond
// T.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "harness/base/assert.h"

namespace assay {

/// Which exit code of `assay` an error leads to.
enum class ErrorKind {
  kInput,        ///< bad package, argument or submission: exit code 2
  kEnvironment,  ///< the host lacks something: exit code 3
};

/// A place in an authored file. Lines and columns count from 1; 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column", without the parts that are unknown; empty where the file is.
  std::string to_string() const;
};

/// What went wrong, where, and what to do about it.
struct Error {
  ErrorKind kind = ErrorKind::kInput;
  std::string message;  ///< one sentence: what was found and what was expected
  Place place;
  std::string hint;  ///< what to do; may be empty

  /// "file:line:column: message\n  hint"
  std::string to_string() const;
};

Error input_error(std::string message, Place place = {}, std::string hint = {});
Error environment_error(std::string message, std::string hint = {});
/// As environment_error, with the text of `error_number` (an errno) behind the message.
Error system_error(std::string what, int error_number, std::string hint = {});

struct Unit {};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value. Asserts that there is one.
  T& value() & {
    ASSAY_ASSERT(ok(), "value() of an error: " + std::get<1>(state_).to_string());
    return std::get<0>(state_);
  }
  const T& value() const& {
    ASSAY_ASSERT(ok(), "value() of an error: " + std::get<1>(state_).to_string());
    return std::get<0>(state_);
  }
  T&& value() && {
    ASSAY_ASSERT(ok(), "value() of an error: " + std::get<1>(state_).to_string());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error. Asserts that there is one.
  const Error& error() const& {
    ASSAY_ASSERT(!ok(), "error() of a value");
    return std::get<1>(state_);
  }
  Error&& error() && {
    ASSAY_ASSERT(!ok(), "error() of a value");
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
using Status = Result<Unit>;
inline Status success() { return Unit{}; }

/// `ASSAY_TRY(auto x, expression);` binds the value of a Result, or returns its error from the
/// function that stands around it.
#define ASSAY_TRY_JOIN_(a, b) a##b
#define ASSAY_TRY_NAME_(line) ASSAY_TRY_JOIN_(assay_try_, line)
#define ASSAY_TRY(target, expression)                                                       \
  auto ASSAY_TRY_NAME_(__LINE__) = (expression);                                            \
  if (!ASSAY_TRY_NAME_(__LINE__).ok()) return std::move(ASSAY_TRY_NAME_(__LINE__)).error(); \
  target = std::move(ASSAY_TRY_NAME_(__LINE__)).value()
/// As ASSAY_TRY where the value is of no interest.
#define ASSAY_CHECK(expression)                                                                    \
  do {                                                                                             \
    if (auto assay_check = (expression); !assay_check.ok()) return std::move(assay_check).error(); \
  } while (false)

}  // namespace assay
