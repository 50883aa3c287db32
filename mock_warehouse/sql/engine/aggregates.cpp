#include "mock_warehouse/sql/engine/aggregates.h"

#include <array>
#include <limits>
#include <new>
#include <string>
#include <type_traits>

#include "mock_warehouse/sql/engine/arithmetic.h"
#include "mock_warehouse/sql/engine/row_function.h"

namespace assay::warehouse::sql {
namespace {

using Wide = __int128;
constexpr Wide kOne = 1'000'000'000;

/// What is summed of T. The engine keeps states where they need not be aligned as Wide is.
template <class T>
struct Sum {
  using Value = std::conditional_t<std::is_same_v<T, double>, double, Wide>;
  std::int64_t count = 0;
  bool overflow = false;
  std::array<char, sizeof(Value)> bytes{};

  Value value() const {
    Value value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  void add(Value more, std::int64_t how_many) {
    Value sum = value();
    if constexpr (std::is_same_v<T, double>) {
      sum += more;
    } else {
      overflow = __builtin_add_overflow(sum, more, &sum) || overflow;
    }
    std::memcpy(bytes.data(), &sum, sizeof sum);
    count += how_many;
  }
};

template <class T>
typename Sum<T>::Value summand(T value) {
  if constexpr (std::is_same_v<T, Numeric>) {
    return value.units;
  } else {
    return static_cast<typename Sum<T>::Value>(value);
  }
}

struct Total {
  template <class T>
  static std::optional<T> of(const Sum<T>& sum) {
    const auto value = sum.value();
    if constexpr (std::is_same_v<T, std::int64_t>) {
      if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max())
        return std::nullopt;
      return static_cast<T>(value);
    } else {
      return T{value};
    }
  }
};

struct Average {
  template <class T>
  static std::optional<T> of(const Sum<T>& sum) {
    if constexpr (std::is_same_v<T, double>) {
      return sum.value() / static_cast<double>(sum.count);
    } else {
      return divided({sum.value()}, {sum.count * kOne});
    }
  }
};

/// SUM and AVG, which are NULL where nothing is summed.
template <class T, class Result>
struct Summing {
  using State = Sum<T>;

  static void update(duckdb_function_info, duckdb_data_chunk input,
                     duckdb_aggregate_state* states) {
    const ArgumentColumn<T> values(input, 0);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row)
      if (!values.is_null(row)) reinterpret_cast<State*>(states[row])->add(summand(values[row]), 1);
  }
  static void combine(duckdb_function_info, duckdb_aggregate_state* from,
                      duckdb_aggregate_state* to, idx_t count) {
    for (idx_t i = 0; i < count; ++i) {
      const auto* source = reinterpret_cast<const State*>(from[i]);
      auto* target = reinterpret_cast<State*>(to[i]);
      target->add(source->value(), source->count);
      target->overflow = target->overflow || source->overflow;
    }
  }
  static void finish(duckdb_function_info info, duckdb_aggregate_state* states,
                     duckdb_vector output, idx_t count, idx_t offset) {
    for (idx_t i = 0; i < count; ++i) {
      const auto* state = reinterpret_cast<const State*>(states[i]);
      if (state->count == 0) {
        write_null(output, offset + i);
        continue;
      }
      const std::optional<T> value =
          state->overflow ? std::nullopt : Result::template of<T>(*state);
      if (!value)
        return duckdb_aggregate_function_set_error(
            info, std::is_same_v<T, std::int64_t> ? "int64 overflow in SUM" : "numeric overflow");
      write_result(output, offset + i, *value);
    }
  }
  static LogicalType argument() { return engine_type_of(T{}); }
  static LogicalType result() { return engine_type_of(T{}); }
};

template <class Kind>
idx_t state_bytes(duckdb_function_info) {
  return sizeof(typename Kind::State);
}
template <class Kind>
void begin(duckdb_function_info, duckdb_aggregate_state state) {
  new (state) typename Kind::State;
}

/// Aggregates of one name.
class AggregateSet {
 public:
  explicit AggregateSet(const char* name)
      : name_(name), set_(duckdb_create_aggregate_function_set(name)) {}

  template <class Kind>
  AggregateSet& add() {
    const AggregateFunction function(duckdb_create_aggregate_function());
    duckdb_aggregate_function_set_name(function.get(), name_);
    duckdb_aggregate_function_add_parameter(function.get(), Kind::argument().get());
    duckdb_aggregate_function_set_return_type(function.get(), Kind::result().get());
    duckdb_aggregate_function_set_functions(function.get(), state_bytes<Kind>, begin<Kind>,
                                            Kind::update, Kind::combine, Kind::finish);
    added_ =
        duckdb_add_aggregate_function_to_set(set_.get(), function.get()) == DuckDBSuccess && added_;
    return *this;
  }

  Status enter(duckdb_connection connection) const {
    if (!added_ || duckdb_register_aggregate_function_set(connection, set_.get()) != DuckDBSuccess)
      return environment_error(std::string("the SQL engine takes no aggregate ") + name_);
    return success();
  }

 private:
  const char* name_;
  AggregateFunctionSet set_;
  bool added_ = true;
};

}  // namespace

Status register_aggregates(duckdb_connection connection) {
  AggregateSet sums("google_sum");
  sums.add<Summing<std::int64_t, Total>>();
  sums.add<Summing<double, Total>>();
  sums.add<Summing<Numeric, Total>>();
  ASSAY_CHECK(sums.enter(connection));
  AggregateSet averages("google_average");
  averages.add<Summing<double, Average>>();
  averages.add<Summing<Numeric, Average>>();
  return averages.enter(connection);
}

}  // namespace assay::warehouse::sql
