#include "harness/plan/template.h"

#include <charconv>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "harness/base/nearest_word.h"
#include "harness/base/time.h"

namespace assay::plan {
namespace {

/// Bounds ${x+N}, so that no sum leaves 64 bits and no date leaves the calendar.
constexpr std::int64_t kMaxOffset = 1'000'000;

using Lookup = std::function<Result<Json>(const std::string& name, const Place& place)>;

bool is_word(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// "name+3" taken apart.
struct Reference {
  std::string name;
  std::int64_t offset = 0;
};

std::optional<Reference> parse_reference(std::string_view text) {
  const std::size_t sign = text.find_first_of("+-");
  Reference reference{std::string(text.substr(0, sign))};
  if (!is_word(reference.name)) return std::nullopt;
  if (sign == std::string_view::npos) return reference;
  const std::string_view digits = text.substr(sign + 1);
  const auto parsed =
      std::from_chars(digits.data(), digits.data() + digits.size(), reference.offset);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  if (reference.offset < 0 || reference.offset > kMaxOffset) return std::nullopt;
  if (text[sign] == '-') reference.offset = -reference.offset;
  return reference;
}

std::optional<std::string> shift_date(const std::string& date, std::int64_t days) {
  if (date.size() != 10) return std::nullopt;
  const auto midnight = parse_utc(date + "T00:00:00Z");
  // Years outside 1970 to 2199 are nobody's partition, and 64-bit nanoseconds end in 2262.
  if (!midnight || std::abs(days) > 36'500 || date < "1970-01-01" || date > "2199-12-31")
    return std::nullopt;
  const VirtualTime shifted = *midnight + std::chrono::days(days);
  return format_utc(shifted).substr(0, 10);
}

Result<Json> apply_offset(const Json& value, const Reference& reference, const Place& place) {
  if (reference.offset == 0) return value;
  if (value.is_number_integer()) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(value.get<std::int64_t>(), reference.offset, &sum))
      return Json(sum);
  }
  if (value.is_string())
    if (const auto date = shift_date(value.get<std::string>(), reference.offset))
      return Json(*date);
  return input_error("${" + reference.name + "} is " + dump_json(value) +
                         ", to which nothing can be added; expected an integer or an ISO date",
                     place);
}

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

Result<Json> fill_text(const std::string& text, const Place& place, const Lookup& lookup) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find("${", at);
    if (start == std::string::npos) return Json(filled + text.substr(at));
    if (start > at && text[start - 1] == '$') {  // "$${"
      filled += text.substr(at, start - 1 - at) + "${";
      at = start + 2;
      continue;
    }
    const std::size_t end = text.find('}', start);
    const auto reference =
        end == std::string::npos
            ? std::nullopt
            : parse_reference(std::string_view(text).substr(start + 2, end - start - 2));
    if (!reference)
      return input_error("found " + dump_json(Json(text.substr(start, end - start + 1))) +
                             ", expected ${name}, ${name+1} or ${name-1}; write $${ for the "
                             "characters themselves",
                         place);
    ASSAY_TRY(const Json found, lookup(reference->name, place));
    ASSAY_TRY(Json value, apply_offset(found, *reference, place));
    if (start == 0 && end + 1 == text.size()) return value;
    filled += text.substr(at, start - at) + as_text(value);
    if (filled.size() > kMaxAuthoredScalar)
      return input_error("more than " + std::to_string(kMaxAuthoredScalar) +
                             " bytes once the variables are filled in",
                         place);
    at = end + 1;
  }
  return Json(filled);
}

Error unknown_variable(const std::string& name, const Json& known, const Place& place) {
  std::vector<std::string> names;
  std::string list;
  for (const auto& [key, unused] : known.items()) {
    names.push_back(key);
    list += (list.empty() ? "" : ", ") + key;
  }
  const std::string near = nearest_word(name, names);
  // Cases have variables of their own: with the whole list, a slip in the defaults would read
  // otherwise in each.
  return input_error("unknown variable ${" + name + "}; " +
                         (near.empty() ? "known here: " + (list.empty() ? "none" : list)
                                       : "did you mean ${" + near + "}?"),
                     place);
}

}  // namespace

Template::Template(const AuthoredDocument& document, const std::string& pointer)
    : value_(document.value.at(Json::json_pointer(pointer))) {
  const std::function<void(const Json&, const std::string&)> collect = [&](const Json& value,
                                                                           const std::string& at) {
    places_[at] = {document.place_of(pointer + at), document.key_place_of(pointer + at)};
    if (value.is_object())
      for (const auto& [key, inner] : value.items()) collect(inner, at + pointer_step(key));
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i) collect(value[i], at + pointer_step(i));
  };
  collect(value_, "");
}

void Template::merge(const Template& over) {
  const std::function<void(Json&, const Json&, const std::string&)> lay =
      [&](Json& below, const Json& above, const std::string& at) {
        if (below.is_object() && above.is_object()) {
          for (const auto& [key, inner] : above.items()) {
            if (below.contains(key))
              lay(below[key], inner, at + pointer_step(key));
            else
              below[key] = inner;
          }
          return;
        }
        if (above.is_null() && !below.is_null()) takes_away_.insert(at);
        below = above;
        std::erase_if(places_, [&](const auto& p) { return p.first.starts_with(at + "/"); });
      };
  lay(value_, over.value_, "");
  for (const auto& [pointer, place] : over.places_) places_[pointer] = place;
  takes_away_.insert(over.takes_away_.begin(), over.takes_away_.end());
}

bool Template::contains(std::string_view key) const {
  return value_.is_object() && value_.contains(std::string(key));
}

Template Template::part(const std::string& pointer) const {
  Template result;
  result.value_ = value_.at(Json::json_pointer(pointer));
  for (const auto& [at, place] : places_)
    if (at == pointer || at.starts_with(pointer + "/"))
      result.places_[at.substr(pointer.size())] = place;
  for (const std::string& at : takes_away_)
    if (at.starts_with(pointer + "/")) result.takes_away_.insert(at.substr(pointer.size()));
  return result;
}

Template Template::at(std::string_view key) const {
  if (contains(key)) return part(pointer_step(key));
  Template empty;
  empty.places_[""] = {place_of(""), key_place_of("")};
  return empty;
}

Template Template::item(std::size_t index) const { return part(pointer_step(index)); }

Result<Json> Template::fill(const Json& variables) const {
  const Lookup lookup = [&](const std::string& name, const Place& place) -> Result<Json> {
    if (!variables.contains(name)) return unknown_variable(name, variables, place);
    return Json(variables[name]);
  };
  std::vector<Error> errors;
  const std::function<void(Json&, const std::string&)> walk = [&](Json& value,
                                                                  const std::string& at) {
    if (value.is_string()) {
      auto filled = fill_text(value.get<std::string>(), place_of(at), lookup);
      if (filled.ok())
        value = std::move(filled).value();
      else
        errors.push_back(filled.error());
    }
    if (value.is_object())
      for (auto& [key, inner] : value.items()) walk(inner, at + pointer_step(key));
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], at + pointer_step(i));
  };
  Json result = value_;
  walk(result, "");
  if (!errors.empty()) return join_errors(std::move(errors));
  return result;
}

Place Template::place_of(std::string_view pointer) const {
  while (true) {
    if (const auto at = places_.find(std::string(pointer)); at != places_.end())
      return at->second.value;
    if (pointer.empty()) return {};
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

Place Template::key_place_of(std::string_view pointer) const {
  const auto at = places_.find(std::string(pointer));
  return at != places_.end() ? at->second.key : place_of(pointer);
}

Result<Json> resolve_variables(const Template& variables) {
  Json resolved = Json::object();
  std::set<std::string> on_the_way;
  const Json& raw = variables.value();
  const Lookup lookup = [&](const std::string& name, const Place& place) -> Result<Json> {
    if (resolved.contains(name)) return Json(resolved[name]);
    if (!raw.contains(name)) return unknown_variable(name, raw, place);
    if (!raw[name].is_string()) return Json(raw[name]);
    if (!on_the_way.insert(name).second)
      return input_error("the variable ${" + name + "} rests on itself", place);
    auto value =
        fill_text(raw[name].get<std::string>(), variables.place_of(pointer_step(name)), lookup);
    on_the_way.erase(name);
    return value;
  };
  std::vector<Error> errors;
  for (const auto& [name, unused] : raw.items()) {
    auto value = lookup(name, variables.place_of(pointer_step(name)));
    if (value.ok())
      resolved[name] = std::move(value).value();
    else
      errors.push_back(value.error());
  }
  if (!errors.empty()) return join_errors(std::move(errors));
  return resolved;
}

}  // namespace assay::plan
