#pragma once

// Authored values with variables in them, and what becomes of them when they are filled in.
//
// In: parts of authored documents. Out: Json with every ${x} replaced. A template remembers where
// each of its values was written, through merging and filling, so a mistake that shows only in the
// filled-in case is told where the author can mend it. Values; used from one thread.
//
//   "${x}"             takes the value of x with its type
//   "a ${x} b"         takes it as text
//   "${x+1}" "${x-2}"  an integer plus or minus; of an ISO date, the day so many days away
//   "$${"              stands for "${"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "harness/authored/document.h"
#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::plan {

class Template {
 public:
  /// An empty mapping without a place.
  Template() : value_(Json::object()) {}
  /// The part of `document` at `pointer`, which must be there.
  Template(const AuthoredDocument& document, const std::string& pointer);

  /// Lays `over` on top: mappings are merged key by key, everything else is replaced.
  void merge(const Template& over);

  bool contains(std::string_view key) const;
  /// The part under a top-level key; an empty mapping at the place of the whole where it is not
  /// there.
  Template at(std::string_view key) const;
  /// The item of a list.
  Template item(std::size_t index) const;

  /// The value with the variables filled in. `variables` is a mapping of plain values.
  Result<Json> fill(const Json& variables) const;

  /// Where the value at `pointer` was written; for a pointer to nothing, the nearest around it.
  Place place_of(std::string_view pointer) const;
  /// Where its key was written.
  Place key_place_of(std::string_view pointer) const;

  /// Whether a null stands at `pointer` that was laid over something, and so takes it away.
  bool takes_away(const std::string& pointer) const { return takes_away_.contains(pointer); }

  const Json& value() const { return value_; }

 private:
  Template part(const std::string& pointer) const;

  Json value_;
  std::map<std::string, AuthoredPlace> places_;
  std::set<std::string> takes_away_;
};

/// The values of variables, which may name one another: {rows: "${minimum-1}", minimum: 10}.
/// A variable that rests on itself is an error.
Result<Json> resolve_variables(const Template& variables);

}  // namespace assay::plan
