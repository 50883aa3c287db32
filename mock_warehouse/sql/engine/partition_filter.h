#pragma once

// Which partitions the conditions above a scan leave, by constants that the partition column is
// compared with.
//
// In: conditions as the engine prints them in a plan. They hold a stranger's texts and names, so
// they are read here by the engine's own rules (quotes are doubled, a backslash is a letter, no
// comments) and never given back to it. Out: for a slice, whether a row of it can meet them. What
// is not understood leaves everything: the engine filters rows in any case. Values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mock_warehouse/sql/source.h"

namespace assay::warehouse::sql {

/// One comparison, or several of them joined.
struct Condition {
  enum class Kind { kAnd, kOr, kNot, kEqual, kLess, kLessEqual, kBetween, kIsNull };
  enum class Subject { kDay, kInstant, kStart, kSuffix };
  /// Microseconds since 1970, or a text for kSuffix.
  using Constant = std::variant<std::int64_t, std::string>;

  Kind kind = Kind::kAnd;
  std::vector<Condition> parts;  ///< of kAnd, kOr and kNot
  Subject subject = Subject::kDay;
  bool mirrored = false;            ///< the constant stands to the left of the sign
  std::vector<Constant> constants;  ///< one; of kBetween two; of kIsNull none
};

/// How ends of ranges are taken. The engine joins `day >= a AND day < b` into one BETWEEN, and
/// prints it like one that was written so.
struct OpenEnds {
  bool lower = false;
  bool upper = false;
};

class PartitionFilter {
 public:
  /// Each of both holds for every row that is left. In `marked` the columns are marked, in `named`
  /// they are what they are called.
  PartitionFilter(const Source& source, const std::vector<std::string>& marked,
                  const std::vector<std::string>& named);

  /// Whether it is on the partition column, which a table can require; not so on _TABLE_SUFFIX.
  bool on_partition() const { return on_partition_; }

  /// A text that the column is compared with as a day, and that is none.
  const std::optional<std::string>& no_date() const { return no_date_; }

  /// Whether a row of the slice can meet all that was understood.
  bool can_hold(const Slice& slice, OpenEnds ends) const;

 private:
  void read(const Source& source, const std::vector<std::string>& conditions, bool named);

  std::vector<Condition> conditions_;
  bool on_partition_ = false;
  std::optional<std::string> no_date_;
};

/// Which ends of a BETWEEN in the plan of `text`, which is the engine's SQL, no comparison in it
/// includes.
OpenEnds open_ends_of(const std::string& text);

}  // namespace assay::warehouse::sql
