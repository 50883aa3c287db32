#include "mock_warehouse/sql/engine/duckdb_engine.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "harness/base/ascii.h"
#include "harness/base/utf8.h"
#include "mock_warehouse/sql/engine/aggregates.h"
#include "mock_warehouse/sql/engine/arithmetic.h"
#include "mock_warehouse/sql/engine/casts.h"
#include "mock_warehouse/sql/engine/cost.h"
#include "mock_warehouse/sql/engine/errors.h"
#include "mock_warehouse/sql/engine/handles.h"
#include "mock_warehouse/sql/engine/partition_filter.h"
#include "mock_warehouse/sql/engine/partition_mark.h"
#include "mock_warehouse/sql/engine/scan.h"
#include "mock_warehouse/sql/engine/type_check.h"
#include "mock_warehouse/sql/engine/values.h"
#include "mock_warehouse/sql/rewrite.h"

namespace assay::warehouse::sql {

class DuckDb {
 public:
  Database database;
  Connection connection;
};

void CloseDuckDb::operator()(DuckDb* database) const { delete database; }

duckdb_connection connection_of(DuckDb& database) { return database.connection.get(); }

namespace {

/// Options that are taken at the opening.
constexpr std::array<std::pair<const char*, const char*>, 7> kOptions = {
    {{"temp_directory", ""},  // memory that is used up is not made up for by a disk
     {"threads", "1"},
     {"memory_limit", kEngineMemory},
     {"enable_external_access", "false"},
     {"autoload_known_extensions", "false"},
     {"autoinstall_known_extensions", "false"},
     {"default_null_order", "nulls_first_on_asc_last_on_desc"}}};

/// What is set behind it, the lock last.
constexpr std::array kSettings = {
    "SET TimeZone = 'UTC'", "SET errors_as_json = true",
    // Lists of constants stay filters, so that partitions are pruned by them.
    "SET disabled_optimizers = 'in_clause'",
    // An element of a list that is counted from `base`. Each argument stands in it once: nested
    // ones would double what they hold otherwise.
    "CREATE MACRO list_element(list, i, base, safe) AS list_transform("
    "[struct_pack(l := list, i := i)], lambda s: CASE WHEN s.i >= base AND "
    "s.i < array_length(s.l) + base THEN s.l[s.i - base + 1] "
    "WHEN safe OR s.l IS NULL OR s.i IS NULL THEN NULL "
    "ELSE error('Array index ' || s.i || ' is out of bounds') END)[1]",
    "SET lock_configuration = true"};

/// What JSON puts around a name.
constexpr std::size_t kNameBytes = 4;
constexpr std::string_view kExplain = "EXPLAIN (FORMAT json) ";
/// Brackets of a plan, two for each operator. Deeper than other JSON of ours, for honest queries
/// are; it is walked by recursion.
constexpr int kMaxPlanDepth = 400;

class DuckDbEngine final : public Engine {
 public:
  DuckDbEngine(OpenDuckDb database, World world)
      : database_(std::move(database)), world_(std::move(world)) {}

  Result<QueryOutcome> run(const Query& query) override {
    auto rewritten = rewrite(query, {world_, scans_.size()});
    if (auto* error = std::get_if<QueryError>(&rewritten)) return QueryOutcome(std::move(*error));
    auto& ready = std::get<Rewritten>(rewritten);
    const std::size_t first = scans_.size();
    budget_ = {kMaxRowsRead, false};
    const std::vector<std::string> tables = tables_of(ready.sources);
    for (Source& source : ready.sources) {
      ASSAY_TRY(Scan * added, add_scan(std::move(source)));
      (void)added;
    }
    Result<QueryOutcome> outcome = run_rewritten(query, ready, first);
    // What was scanned goes; the functions themselves cannot.
    for (std::size_t i = first; i < scans_.size(); ++i) scans_[i].source = Source{};
    if (const auto* error = outcome.ok() ? std::get_if<QueryError>(&*outcome) : nullptr;
        error != nullptr && error->reason == "internalError")
      return environment_error(error->message);
    if (auto* result = outcome.ok() ? std::get_if<QueryResult>(&*outcome) : nullptr)
      result->tables = tables;
    return outcome;
  }

 private:
  static std::vector<std::string> tables_of(const std::vector<Source>& sources) {
    std::vector<std::string> tables;
    for (const Source& source : sources)
      for (const std::string& table : source.tables)
        if (tables.size() < kMaxToldTables && std::ranges::find(tables, table) == tables.end())
          tables.push_back(table);
    return tables;
  }

  Result<Scan*> add_scan(Source source) {
    Scan& scan = scans_.emplace_back(source_function(scans_.size()), std::move(source), &budget_);
    ASSAY_CHECK(register_scan(connection(), scan));
    return &scan;
  }

  duckdb_connection connection() const { return connection_of(*database_); }

  Result<QueryOutcome> run_rewritten(const Query& query, const Rewritten& rewritten,
                                     std::size_t first) {
    Prepared statement;
    if (auto error = prepare(rewritten.text.text(), query, rewritten, 0, statement))
      return QueryOutcome(*std::move(error));
    QueryResult result;
    const idx_t columns = duckdb_prepared_statement_column_count(statement.get());
    for (idx_t i = 0; i < columns; ++i) {
      const char* name = duckdb_prepared_statement_column_name(statement.get(), i);
      const LogicalType type(duckdb_prepared_statement_column_logical_type(statement.get(), i));
      result.schema.push_back({name, google_type(type.get())});
      duckdb_free(const_cast<char*>(name));
      if (const auto odd = odd_field_name(type.get())) return QueryOutcome(odd_name(*odd));
    }
    tell_apart(result.schema);
    if (auto error = refuse_schema(result)) return QueryOutcome(*std::move(error));
    if (auto error = refuse_types(connection(), query, rewritten))
      return QueryOutcome(*std::move(error));
    if (auto error = account(query, rewritten, first, result.bytes_processed))
      return QueryOutcome(*std::move(error));
    if (query.dry_run) return QueryOutcome(std::move(result));
    if (auto error = execute(statement, query, rewritten, result))
      return QueryOutcome(*std::move(error));
    return QueryOutcome(std::move(result));
  }

  static QueryError odd_name(const std::string& name) {
    const std::string_view told = cut_utf8(name, kMaxFieldName);
    return {
        "invalidQuery",
        "Invalid field name \"" + std::string(told) + (told.size() < name.size() ? "…" : "") +
            "\". Fields must contain only letters, numbers, and underscores, start with a letter "
            "or underscore, and be at most " +
            std::to_string(kMaxFieldName) + " characters long."};
  }

  /// The service keeps results as tables, so their columns have names of their own: x, x_1, x_2.
  static void tell_apart(std::vector<Field>& schema) {
    std::set<std::string> all;
    for (const Field& field : schema) all.insert(lower_ascii(field.name));
    std::set<std::string> met;
    std::map<std::string, int> numbers;
    for (Field& field : schema) {
      const std::string name = lower_ascii(field.name);
      if (met.insert(name).second) continue;
      int& number = numbers[name];
      while (!all.insert(name + "_" + std::to_string(++number)).second) {
      }
      field.name += "_" + std::to_string(number);
    }
  }

  static std::optional<QueryError> refuse_schema(const QueryResult& result) {
    for (const Field& field : result.schema) {
      if (field.name.size() > kMaxFieldName)
        return QueryError{"invalidQuery", "Invalid field name \"" +
                                              std::string(cut_utf8(field.name, kMaxFieldName)) +
                                              "…\". Fields must be at most " +
                                              std::to_string(kMaxFieldName) + " characters long."};
      if (field.type.find("ARRAY<ARRAY<") != std::string::npos)
        return QueryError{"invalidQuery",
                          "Cannot construct array with element type ARRAY because nested arrays "
                          "are not supported"};
      if (std::ranges::count(field.type, '<') > static_cast<std::ptrdiff_t>(kMaxTypeNesting))
        return too_complex();
    }
    return std::nullopt;
  }

  std::optional<QueryError> prepare(const std::string& text, const Query& query,
                                    const Rewritten& rewritten, std::size_t prefix,
                                    Prepared& statement) {
    if (duckdb_prepare(connection(), text.c_str(), statement.out()) == DuckDBSuccess)
      return std::nullopt;
    return service_error(duckdb_prepare_error(statement.get()), query, rewritten, prefix);
  }

  /// Which partitions are read, by the engine's own plan; leaves those in the scans.
  std::optional<QueryError> account(const Query& query, const Rewritten& rewritten,
                                    std::size_t first, std::int64_t& bytes) {
    Prepared explain;
    const std::string text = std::string(kExplain) + rewritten.text.text();
    if (auto error = prepare(text, query, rewritten, kExplain.size(), explain)) return error;
    EngineResult said;
    if (duckdb_execute_prepared(explain.get(), said.get()) != DuckDBSuccess)
      return service_error(said.error(), query, rewritten, kExplain.size());
    const std::optional<Json> plan = read_plan(plan_text(said));
    if (!plan) return too_complex();
    const std::vector<PlannedScan> planned = scans_of(*plan);
    const OpenEnds ends = open_ends_of(rewritten.text.text());
    for (std::size_t i = first; i < scans_.size(); ++i)
      if (auto error = account(scans_[i], planned, ends, query, rewritten, bytes)) return error;
    return std::nullopt;
  }

  /// Of one source, which the engine may scan several times: what one of them needs is left.
  static std::optional<QueryError> account(Scan& scan, const std::vector<PlannedScan>& planned,
                                           OpenEnds ends, const Query& query,
                                           const Rewritten& rewritten, std::int64_t& bytes) {
    Source& source = scan.source;
    std::vector<bool> needed(source.slices.size());
    bool found = false;
    for (const PlannedScan& each : planned) {
      if (each.function != scan.function) continue;
      found = true;
      const bool names_hold = names_only(rewritten.tokens, source);
      const PartitionFilter filter(source, each.filters,
                                   names_hold ? each.named_filters : std::vector<std::string>());
      if (const auto& text = filter.no_date()) return no_date(*text, query, rewritten);
      if (source.requires_filter && !filter.on_partition()) return no_partition_filter(source);
      std::vector<Slice> paid;
      for (std::size_t i = 0; i < source.slices.size(); ++i) {
        // Rows are left out by what the plan says for sure.
        if (filter.can_hold(source.slices[i], {})) needed[i] = true;
        if (filter.can_hold(source.slices[i], ends)) paid.push_back(source.slices[i]);
      }
      bytes += bytes_read(source, paid, each.columns);
    }
    if (!found) return std::nullopt;  // then all of it is
    std::vector<Slice> left;
    for (std::size_t i = 0; i < needed.size(); ++i)
      if (needed[i]) left.push_back(std::move(source.slices[i]));
    source.slices = std::move(left);
    return std::nullopt;
  }

  static std::string plan_text(EngineResult& result) {
    std::string text;
    for (idx_t row = 0; row < duckdb_row_count(result.get()); ++row) {
      char* value = duckdb_value_varchar(result.get(), 1, row);
      if (value != nullptr) text += value;
      duckdb_free(value);
    }
    return text;
  }

  /// Nothing where it is too deep, or is cut off.
  static std::optional<Json> read_plan(const std::string& text) {
    const auto bounded = [](int depth, Json::parse_event_t, const Json&) {
      if (depth > kMaxPlanDepth) throw std::length_error("too deep");
      return true;
    };
    try {
      return Json::parse(text, bounded);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  /// Whether nothing in the query gives the name of a partition column to something else: no alias,
  /// and no set, whose columns are called as its first query calls them.
  static bool names_only(const std::vector<Token>& tokens, const Source& source) {
    std::set<std::string> names;
    for (const std::string& column : source.partition_columns()) names.insert(lower_ascii(column));
    for (std::size_t i = 1; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (token.is("UNION") || token.is("INTERSECT") || token.is("EXCEPT")) return false;
      const bool alias = tokens[i - 1].is("AS") || ends_operand(tokens[i - 1]);
      if (alias && token.is_name() && names.contains(lower_ascii(token.value))) return false;
    }
    return true;
  }

  /// What a partition column is compared with, and is none.
  static QueryError no_date(const std::string& text, const Query& query,
                            const Rewritten& rewritten) {
    const std::string message = "Could not cast literal \"" + text + "\" to type DATE";
    const auto found = std::ranges::find_if(rewritten.tokens, [&](const Token& token) {
      return token.kind == Token::Kind::kString && token.value == text;
    });
    if (found == rewritten.tokens.end()) return {"invalidQuery", message};
    return invalid_query(query.sql, found->place, message);
  }

  static QueryError no_partition_filter(const Source& source) {
    return {"invalidQuery", "Cannot query over table '" + source.name +
                                "' without a filter over column(s) '" + partition_columns(source) +
                                "' that can be used for partition elimination"};
  }

  static std::string partition_columns(const Source& source) {
    if (!source.by_ingestion) return source.partition_column;
    return "_PARTITION_LOAD_TIME', '" + std::string(kPartitionDate) + "', '" +
           std::string(kPartitionTime);
  }

  std::optional<QueryError> execute(const Prepared& statement, const Query& query,
                                    const Rewritten& rewritten, QueryResult& result) {
    Pending pending;
    if (duckdb_pending_prepared(statement.get(), pending.out()) != DuckDBSuccess)
      return service_error(duckdb_pending_error(pending.get()), query, rewritten);
    for (int steps = 0;; ++steps) {
      if (steps == kMaxSteps) {
        pending.reset();
        abandon();
        return too_much_work();
      }
      const duckdb_pending_state state = duckdb_pending_execute_task(pending.get());
      if (state == DUCKDB_PENDING_ERROR)
        return service_error(duckdb_pending_error(pending.get()), query, rewritten);
      if (duckdb_pending_execution_is_finished(state)) break;
    }
    EngineResult rows;
    if (duckdb_execute_pending(pending.get(), rows.get()) != DuckDBSuccess)
      return service_error(rows.error(), query, rewritten);
    return read(rows, result);
  }

  /// A query that was not run to its end leaves its transaction open until the next begins, and
  /// rolls back what was registered in between.
  void abandon() {
    EngineResult nothing;
    (void)duckdb_query(connection(), "SELECT 1", nothing.get());
  }

  static std::optional<QueryError> read(EngineResult& rows, QueryResult& result) {
    std::size_t names = 0;
    for (const Field& field : result.schema) names += field.name.size() + kNameBytes;
    std::size_t bytes = 0;
    for (;;) {
      const Chunk chunk(duckdb_fetch_chunk(*rows.get()));
      if (chunk.get() == nullptr) return std::nullopt;
      const std::size_t before = result.rows.size();
      if (const auto bad = read_chunk(chunk.get(), result.rows))
        return bad->date ? date_out_of_range() : null_in_list(result.schema[bad->field].name);
      for (std::size_t i = before; i < result.rows.size(); ++i)
        bytes += names + dump_json(result.rows[i]).size();
      if (static_cast<std::int64_t>(result.rows.size()) > kMaxResultRows || bytes > kMaxResultBytes)
        return response_too_large();
    }
  }

  OpenDuckDb database_;
  const World world_;
  ReadBudget budget_;
  std::deque<Scan> scans_;  ///< where they are, the engine's functions point
};

}  // namespace

Result<OpenDuckDb> open_duckdb() {
  OpenDuckDb opened(new DuckDb);
  Config config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess)
    return environment_error("the SQL engine has no configuration");
  for (const auto& [name, value] : kOptions)
    if (duckdb_set_config(config.get(), name, value) != DuckDBSuccess)
      return environment_error(std::string("the SQL engine does not know the option ") + name,
                               "Assay is built for DuckDB 1.4.");
  char* why = nullptr;
  if (duckdb_open_ext(nullptr, opened->database.out(), config.get(), &why) != DuckDBSuccess) {
    Error error = environment_error(std::string("the SQL engine cannot be opened: ") +
                                    (why == nullptr ? "no reason given" : why));
    duckdb_free(why);
    return error;
  }
  if (duckdb_connect(opened->database.get(), opened->connection.out()) != DuckDBSuccess)
    return environment_error("the SQL engine takes no connection");
  ASSAY_CHECK(register_partition_mark(opened->connection.get()));
  ASSAY_CHECK(register_arithmetic(opened->connection.get()));
  ASSAY_CHECK(register_aggregates(opened->connection.get()));
  ASSAY_CHECK(register_casts(opened->connection.get()));
  ASSAY_CHECK(register_type_check(opened->connection.get()));
  for (const char* setting : kSettings) {
    EngineResult result;
    if (duckdb_query(opened->connection.get(), setting, result.get()) != DuckDBSuccess)
      return environment_error(std::string("the SQL engine refuses: ") + setting, result.error());
  }
  return opened;
}

std::unique_ptr<Engine> make_duckdb_engine(OpenDuckDb database, World world) {
  return std::make_unique<DuckDbEngine>(std::move(database), std::move(world));
}

}  // namespace assay::warehouse::sql
