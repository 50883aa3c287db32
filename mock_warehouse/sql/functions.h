#pragma once

// The functions of GoogleSQL that the mock knows, and how each is written for DuckDB.
//
// A list of what is allowed: a function that stands in no row here does not exist, whatever the
// engine below could do by that name. Pure data, and the translation of formats and types.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::warehouse::sql {

struct Function {
  std::string_view name;  ///< in capitals
  int min_arguments;
  int max_arguments;
  /// What stands for the call: $1 to $9 are its arguments, $d the name of a date part, $w and $v
  /// what moves a time into and out of weeks that begin on Monday, $g which group of the pattern $2
  /// is meant, and "name(*)" is the call with its arguments as they are, which may hold DISTINCT,
  /// ORDER BY and the like.
  std::string_view form;
  int part = 0;    ///< which argument is a date part; 0: none
  int format = 0;  ///< which argument is a format of dates; 0: none
};

/// All rows. Some names have several.
std::span<const Function> all_functions();

/// Of those by that name the one that takes so many arguments, else any, else none.
const Function* find_function(std::string_view name, int arguments);

/// A date part as DuckDB calls it, and what shifts it.
struct DatePart {
  std::string name;
  bool from_sunday = false;  ///< weeks begin on Sunday
};
std::optional<DatePart> date_part(std::string_view word);

/// What EXTRACT(part FROM x) is, with $1 for x; empty where there is no such part.
std::string_view extraction(std::string_view part);

/// GoogleSQL's elements of formats (%F, %T, %E4Y, %Q, …) in DuckDB's.
std::string translate_format(std::string_view format);

/// How many groups of a regular expression catch what they match.
int capturing_groups(std::string_view pattern);

/// A scalar type as DuckDB calls it, by GoogleSQL's word in capitals; empty where there is none.
std::string_view engine_type(std::string_view word);

}  // namespace assay::warehouse::sql
