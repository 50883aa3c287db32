#include "mock_warehouse/sql/engine/arithmetic.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace assay::warehouse::sql {
namespace {

using Wide = __int128;
using Unsigned = unsigned __int128;
constexpr Wide kOne = 1'000'000'000;  ///< units of a NUMERIC
constexpr int kDecimals = 9;

/// 38 digits.
constexpr Unsigned kMostUnits = [] {
  Unsigned most = 1;
  for (int i = 0; i < 38; ++i) most *= 10;
  return most - 1;
}();

/// Each argument stands in them once: nested ones would double what they hold otherwise.
constexpr std::array kOperators = {"CREATE MACRO \"/\"(a, b) AS google_division(a, b)",
                                   "CREATE MACRO \"*\"(a, b) AS google_product(a, b)"};

Unsigned magnitude(Wide value) {
  return value < 0 ? -static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
}

std::optional<Numeric> with_sign(Unsigned units, bool negative) {
  if (units > kMostUnits) return std::nullopt;
  const auto value = static_cast<Wide>(units);
  return Numeric{negative ? -value : value};
}

std::optional<Numeric> multiplied(Numeric a, Numeric b) {
  const auto one = static_cast<Unsigned>(kOne);
  const Unsigned left = magnitude(a.units);
  const Unsigned right = magnitude(b.units);
  // (p + q/one) * (r + s/one), in units; the last term is rounded.
  const Unsigned p = left / one, q = left % one, r = right / one, s = right % one;
  Unsigned sum = 0;
  Unsigned term = 0;
  if (__builtin_mul_overflow(p, r, &sum) || __builtin_mul_overflow(sum, one, &sum) ||
      __builtin_mul_overflow(p, s, &term) || __builtin_add_overflow(sum, term, &sum) ||
      __builtin_mul_overflow(q, r, &term) || __builtin_add_overflow(sum, term, &sum))
    return std::nullopt;
  sum += (q * s + one / 2) / one;
  return with_sign(sum, (a.units < 0) != (b.units < 0));
}

/// 1 as "1", not "1.0".
std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}
std::string text_of(Numeric value) {
  return text_of(static_cast<double>(value.units) / static_cast<double>(kOne));
}

template <class T>
std::string by_zero(T left) {
  return "division by zero: " + text_of(left) + " / 0";
}

std::optional<double> divide_reals(std::string& error, double left, double right) {
  if (right == 0) error = by_zero(left);
  return left / right;
}
std::optional<Numeric> divide_numerics(std::string& error, Numeric left, Numeric right) {
  if (right.units == 0) {
    error = by_zero(left);
    return std::nullopt;
  }
  const auto quotient = divided(left, right);
  if (!quotient) error = "numeric overflow: " + text_of(left) + " / " + text_of(right);
  return quotient;
}
std::optional<double> safely_divide_reals(std::string&, double left, double right) {
  return right == 0 ? std::nullopt : std::optional(left / right);
}
std::optional<Numeric> safely_divide_numerics(std::string&, Numeric left, Numeric right) {
  return right.units == 0 ? std::nullopt : divided(left, right);
}
std::optional<double> divide_by_ieee(std::string&, double left, double right) {
  return left / right;
}

/// DIV, and what is left of it. `Wide` is of the engine's sums.
std::optional<std::int64_t> whole_quotient(std::string& error, Wide left, Wide right) {
  if (right == 0) error = "division by zero";
  if (right == 0) return std::nullopt;
  const Wide quotient = left / right;
  const auto whole = static_cast<std::int64_t>(quotient);
  if (whole != quotient) error = "int64 overflow in DIV";
  return whole;
}
std::optional<std::int64_t> divide_wholes(std::string& error, std::int64_t left,
                                          std::int64_t right) {
  return whole_quotient(error, left, right);
}
std::optional<Numeric> divide_to_whole(std::string& error, Numeric left, Numeric right) {
  if (right.units == 0) error = "division by zero";
  if (right.units == 0) return std::nullopt;
  const Wide quotient = left.units / right.units;
  return with_sign(magnitude(quotient) * static_cast<Unsigned>(kOne), quotient < 0);
}
std::optional<std::int64_t> rest_of_sums(std::string& error, Wide left, Wide right) {
  if (right == 0) error = "division by zero";
  return right == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(left % right));
}
std::optional<std::int64_t> rest_of_wholes(std::string& error, std::int64_t left,
                                           std::int64_t right) {
  return rest_of_sums(error, left, right);
}
std::optional<Numeric> rest_of_numerics(std::string& error, Numeric left, Numeric right) {
  if (right.units == 0) error = "division by zero";
  return right.units == 0 ? std::nullopt : std::optional(Numeric{left.units % right.units});
}

double real_of(Numeric value) {
  return static_cast<double>(value.units) / static_cast<double>(kOne);
}
/// Of a real number, which has 15 digits or some more.
std::optional<Numeric> numeric_of(std::string& error, long double value) {
  const long double units = std::round(value * static_cast<long double>(kOne));
  if (std::abs(units) < static_cast<long double>(kMostUnits))
    return Numeric{static_cast<Wide>(units)};
  error = "numeric overflow";
  return std::nullopt;
}

std::optional<double> real_power(std::string& error, double base, double exponent) {
  const double power = std::pow(base, exponent);
  const bool finite = std::isfinite(base) && std::isfinite(exponent);
  if (finite && !std::isfinite(power))
    error =
        "Floating point error in function: POW(" + text_of(base) + ", " + text_of(exponent) + ")";
  return power;
}
std::optional<Numeric> numeric_power(std::string& error, Numeric base, Numeric exponent) {
  // Whole exponents are exact.
  if (exponent.units % kOne != 0 || exponent.units < 0 || exponent.units / kOne > 1'000)
    return numeric_of(error, std::pow(static_cast<long double>(real_of(base)),
                                      static_cast<long double>(real_of(exponent))));
  std::optional<Numeric> power = Numeric{kOne};
  for (Wide i = 0; power && i < exponent.units / kOne; ++i) power = multiplied(*power, base);
  if (!power) error = "numeric overflow: POW(" + text_of(base) + ", " + text_of(exponent) + ")";
  return power;
}

std::optional<double> real_root(std::string& error, double value) {
  if (value < 0) error = "Argument to SQRT cannot be negative";
  return std::sqrt(value);
}
std::optional<Numeric> numeric_root(std::string& error, Numeric value) {
  if (value.units < 0) error = "Argument to SQRT cannot be negative";
  if (value.units < 0) return std::nullopt;
  return numeric_of(
      error, std::sqrt(static_cast<long double>(value.units) / static_cast<long double>(kOne)));
}

std::optional<std::int64_t> whole_sign(std::string&, std::int64_t value) {
  return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0);
}
std::optional<double> real_sign(std::string&, double value) {
  return std::isnan(value) ? value : (value > 0 ? 1.0 : 0.0) - (value < 0 ? 1.0 : 0.0);
}
std::optional<Numeric> numeric_sign(std::string&, Numeric value) {
  return Numeric{value.units == 0 ? 0 : value.units > 0 ? kOne : -kOne};
}

/// What ROUND and TRUNC are of: a FLOAT64, where it is an INT64.
std::optional<double> whole_as_real(std::string&, std::int64_t value) {
  return static_cast<double>(value);
}
template <class T>
std::optional<T> itself(std::string&, T value) {
  return value;
}

std::optional<std::int64_t> multiply_integers(std::string& error, std::int64_t left,
                                              std::int64_t right) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(left, right, &product))
    error = "int64 overflow: " + std::to_string(left) + " * " + std::to_string(right);
  return product;
}
/// Sums of the engine's are of 128 bits.
std::optional<std::int64_t> multiply_sums(std::string& error, __int128 left, __int128 right) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(left, right, &product)) error = "int64 overflow";
  return product;
}
std::optional<double> multiply_reals(std::string&, double left, double right) {
  return left * right;
}
std::optional<Numeric> multiply_numerics(std::string& error, Numeric left, Numeric right) {
  const auto product = multiplied(left, right);
  if (!product) error = "numeric overflow: " + text_of(left) + " * " + text_of(right);
  return product;
}
std::optional<duckdb_interval> multiply_interval(std::string& error, duckdb_interval interval,
                                                 std::int64_t times) {
  duckdb_interval product{};
  if (__builtin_mul_overflow(interval.months, times, &product.months) ||
      __builtin_mul_overflow(interval.days, times, &product.days) ||
      __builtin_mul_overflow(interval.micros, times, &product.micros))
    error = "Interval overflow";
  return product;
}

}  // namespace

std::optional<Numeric> divided(Numeric left, Numeric right) {
  const Unsigned by = magnitude(right.units);
  if (by == 0 || by > std::numeric_limits<Unsigned>::max() / 20) return std::nullopt;
  const Unsigned of = magnitude(left.units);
  Unsigned quotient = of / by;
  Unsigned rest = of % by;
  for (int i = 0; i < kDecimals; ++i) {
    rest *= 10;
    if (quotient > kMostUnits / 10) return std::nullopt;
    quotient = quotient * 10 + rest / by;
    rest %= by;
  }
  if (rest * 2 >= by) ++quotient;
  return with_sign(quotient, (left.units < 0) != (right.units < 0));
}

namespace {

Status register_whole_numbers(duckdb_connection connection) {
  ASSAY_CHECK(FunctionSet("google_div")
                  .add<divide_wholes>()
                  .add<whole_quotient>()
                  .add<divide_to_whole>()
                  .enter(connection));
  ASSAY_CHECK(FunctionSet("google_mod")
                  .add<rest_of_wholes>()
                  .add<rest_of_sums>()
                  .add<rest_of_numerics>()
                  .enter(connection));
  return FunctionSet("google_rounded")
      .add<whole_as_real>()
      .add<itself<double>>()
      .add<itself<Numeric>>()
      .enter(connection);
}

Status register_powers(duckdb_connection connection) {
  ASSAY_CHECK(FunctionSet("google_power").add<real_power>().add<numeric_power>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_root").add<real_root>().add<numeric_root>().enter(connection));
  return FunctionSet("google_sign")
      .add<whole_sign>()
      .add<real_sign>()
      .add<numeric_sign>()
      .enter(connection);
}

}  // namespace

Status register_arithmetic(duckdb_connection connection) {
  ASSAY_CHECK(
      FunctionSet("google_division").add<divide_reals>().add<divide_numerics>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_safe_division")
                  .add<safely_divide_reals>()
                  .add<safely_divide_numerics>()
                  .enter(connection));
  ASSAY_CHECK(FunctionSet("google_ieee_division").add<divide_by_ieee>().enter(connection));
  ASSAY_CHECK(register_whole_numbers(connection));
  ASSAY_CHECK(register_powers(connection));
  ASSAY_CHECK(FunctionSet("google_product")
                  .add<multiply_integers>()
                  .add<multiply_sums>()
                  .add<multiply_reals>()
                  .add<multiply_numerics>()
                  .add<multiply_interval>()
                  .enter(connection));
  return define(connection, kOperators);
}

}  // namespace assay::warehouse::sql
