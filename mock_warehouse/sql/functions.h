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

/// Which date parts a function takes.
enum class Parts {
  kAll,
  kOfDates,     ///< DAY and longer ones
  kOfInstants,  ///< DAY and shorter ones
};

struct Function {
  std::string_view name;  ///< in capitals; "NAME OVER" where it is another form before OVER
  int min_arguments;
  int max_arguments;
  /// What stands for the call: $1 to $9 are its arguments, $d the name of a date part, $w and $v
  /// what moves a time into and out of weeks that begin on Monday, and "name(*)" and "[*]" are all
  /// arguments as they are, which may hold DISTINCT, ORDER BY and the like. $D1, $T1 and $Z1 are
  /// arguments that must be a DATE, a DATETIME or a TIMESTAMP, $P1 one that is a DATE if it is a
  /// literal; $+ is all of them joined by ||, and $| the same of their texts; $g is the group of
  /// the pattern that is argument 2, $q the list of quantiles that argument 2 counts. An argument
  /// that is no literal stands in it once, for it may hold tables.
  std::string_view form;
  int part = 0;    ///< which argument is a date part; 0: none
  int format = 0;  ///< which argument is a format of dates; 0: none
  Parts parts = Parts::kAll;
  int interval = 0;  ///< which argument is an INTERVAL of such parts; 0: none
  int literal = 0;   ///< which argument must be a text in quotes; 0: none
};

/// All rows. Some names have several.
std::span<const Function> all_functions();

/// Of those by that name the one that takes so many arguments, else any, else none.
const Function* find_function(std::string_view name, int arguments);

/// Whether it is known here that GoogleSQL has a function, by its name in capitals.
bool is_in_googlesql(std::string_view name);
/// Whether the function needs an OVER clause.
bool needs_window(std::string_view name);

/// A date part as DuckDB calls it, and what shifts it.
struct DatePart {
  std::string name;
  int shift_days = 0;  ///< from the day on which weeks begin to Monday
};
std::optional<DatePart> date_part(std::string_view word);
/// Weeks that begin on a day, which is a word in capitals.
std::optional<DatePart> weeks_from(std::string_view day);
bool takes_part(Parts parts, std::string_view word);

/// What EXTRACT(part FROM x) is, with $1 for x; empty where there is no such part.
std::string_view extraction(std::string_view part);

/// GoogleSQL's elements of formats (%F, %T, %E4Y, %Q, …) in DuckDB's.
/// A time is written by it, or read.
std::string translate_format(std::string_view format, bool written);
/// The first element of a format in which a time is written, or the empty text, that this warehouse
/// does not write as the service does.
std::string_view unsupported_element(std::string_view format, bool in_utc);
/// What translate_format() puts behind the fraction of %E*S, whose zeros are to be taken away.
inline constexpr char kFractionEnd = '\x01';

/// How many groups of a regular expression catch what they match.
int capturing_groups(std::string_view pattern);

/// Whether a text can be cast to one of the engine's types as far as its form goes, where the
/// engine itself would read more forms than the service does.
bool is_text_of(std::string_view engine_type, std::string_view text);

/// A scalar type as DuckDB calls it, by GoogleSQL's word in capitals; empty where there is none.
std::string_view engine_type(std::string_view word);

}  // namespace assay::warehouse::sql
