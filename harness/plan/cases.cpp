#include "harness/plan/cases.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "harness/authored/schema.h"
#include "harness/base/count.h"
#include "harness/base/nearest_word.h"
#include "harness/plan/loader.h"
#include "mock_warehouse/schema.h"
#include "mock_warehouse/server.h"

namespace assay::plan {
namespace {

/// Items of a list that may come in any order: each is compared with each.
constexpr std::size_t kMaxAnyOrder = 500;
constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789._-";

bool is_case_id(std::string_view id) {
  return !id.empty() && id.find_first_not_of(kIdCharacters) == std::string_view::npos &&
         std::string_view("._-").find(id[0]) == std::string_view::npos;
}

/// Keys with null behind them are taken away: this is how a case removes what the defaults put
/// there. Rows that are written down keep theirs: there it is a value.
void drop_nulls(Json& value) {
  if (value.is_array())
    for (Json& item : value) drop_nulls(item);
  if (!value.is_object()) return;
  std::vector<std::string> dropped;
  for (auto& [key, inner] : value.items()) {
    if (inner.is_null())
      dropped.push_back(key);
    else if (key != "rows" || !inner.is_array())
      drop_nulls(inner);
  }
  for (const std::string& key : dropped) value.erase(key);
}

class Expander {
 public:
  explicit Expander(const CaseRules& rules) : rules_(rules) {}

  void expand_file(const AuthoredDocument& file) {
    Template defaults = rules_.defaults;
    if (file.value.contains("defaults")) defaults.merge(Template(file, "/defaults"));
    const Json& cases = file.value["cases"];
    for (std::size_t i = 0; i < cases.size(); ++i) {
      Template own = defaults;
      own.merge(Template(file, "/cases" + pointer_step(i)));
      expand_case(over_shared(own));
    }
  }

  Result<std::vector<model::Case>> take() {
    tell_wrong_defaults();
    if (!errors_.empty()) return join_errors(std::move(errors_));
    return std::move(cases_);
  }

 private:
  void fail(std::string message, Place place, std::string hint = {}) {
    errors_.push_back(input_error(std::move(message), std::move(place), std::move(hint)));
  }

  /// The value, or nothing and its errors noted.
  template <class T>
  std::optional<T> keep(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    errors_.push_back(result.error());
    return std::nullopt;
  }

  /// With what it uses laid under it.
  Template over_shared(const Template& own) const {
    if (!own.contains("use")) return own;
    Template whole;
    const Template use = own.at("use");
    for (const Json& name : use.value()) whole.merge(rules_.shared.at(name.get<std::string>()));
    whole.merge(own);
    return whole;
  }

  void expand_case(const Template& whole) {
    if (!whole.contains("for_each")) {
      expand_member(whole, whole.at("with"));
      return;
    }
    const Template family = whole.at("for_each");
    for (std::size_t i = 0; i < family.value().size(); ++i) {
      Template variables = whole.at("with");
      variables.merge(family.item(i));
      expand_member(whole, variables);
    }
  }

  void expand_member(const Template& whole, const Template& variables) {
    const auto values = keep(resolve_variables(variables));
    if (!values) return;
    const auto first = make_case(whole, *values);
    if (!first) return;
    const std::string id = first->id;
    const bool added = add(*first, whole);
    if (!added || !whole.contains("twin")) return;

    const Template twin = whole.at("twin");
    Template other = variables;
    other.merge(twin);
    const auto other_values = keep(resolve_variables(other));
    if (!other_values || !twin_differs(twin, *values, *other_values)) return;
    auto second = make_case(whole, *other_values);
    if (!second) return;
    second->id = id + std::string(kTwinSuffix);
    second->title += kTwinTitle;
    const bool disclosed =
        whole.contains("disclose_twin") && whole.at("disclose_twin").value() == true;
    second->visibility = disclosed ? model::Visibility::kPublic : model::Visibility::kHidden;
    second->twin_of = id;
    add(*std::move(second), whole);
  }

  bool twin_differs(const Template& twin, const Json& values, const Json& other_values) {
    const std::size_t before = errors_.size();
    for (const auto& [name, unused] : twin.value().items()) {
      const Place place = twin.key_place_of(pointer_step(name));
      if (!values.contains(name))
        fail("the twin changes ${" + name + "}, which the case does not have", place);
      else if (values[name] == other_values[name])
        fail("the twin has the same ${" + name + "} as the case: " + dump_json(values[name]),
             place);
    }
    return errors_.size() == before;
  }

  bool add(model::Case made, const Template& whole) {
    if (!first_places_.emplace(made.id, whole.place_of("/id")).second) {
      fail("the id \"" + made.id + "\" is taken by the case at " +
               first_places_[made.id].to_string(),
           whole.place_of("/id"),
           whole.contains("for_each") ? "put a variable of the family into the id: name-${x}" : "");
      return false;
    }
    if (cases_.size() == kMaxCases) {
      fail("more than " + std::to_string(kMaxCases) + " cases", whole.place_of("/id"));
      return false;
    }
    cases_.push_back(std::move(made));
    return true;
  }

  std::optional<model::Case> make_case(const Template& whole, const Json& variables) {
    const std::size_t before = errors_.size();
    model::Case made;
    made.variables = variables;
    made.id = text(whole, "id", variables);
    if (errors_.size() == before && !is_case_id(made.id))
      fail(
          "found the id \"" + made.id +
              "\", expected small letters, digits, dots, dashes and underscores, the first of them "
              "a letter or a digit",
          whole.place_of("/id"));
    made.title = text(whole, "title", variables);
    made.label = word(whole, "label", variables, rules_.labels);
    if (whole.contains("family")) made.family = word(whole, "family", variables, rules_.families);
    if (whole.contains("visibility") && whole.value()["visibility"] == "public")
      made.visibility = model::Visibility::kPublic;
    fill_call(whole, variables, made);
    fill_warehouse(whole, variables, made);
    fill_expectation(whole, variables, made);
    if (errors_.size() != before) return std::nullopt;
    return made;
  }

  std::string text(const Template& whole, const std::string& key, const Json& variables) {
    if (!whole.contains(key)) {
      fail("the case has no " + key + ", and neither have the defaults", whole.place_of(""));
      return {};
    }
    const auto filled = keep(whole.at(key).fill(variables));
    if (!filled) return {};
    if (filled->is_string()) return filled->get<std::string>();
    fail(key + ": expected text once the variables are filled in, found " + dump_json(*filled),
         whole.place_of(pointer_step(key)));
    return {};
  }

  std::string word(const Template& whole, const std::string& key, const Json& variables,
                   const std::vector<std::string>& known) {
    const std::size_t before = errors_.size();
    std::string found = text(whole, key, variables);
    if (errors_.size() != before || known.empty()) return found;
    if (std::find(known.begin(), known.end(), found) != known.end()) return found;
    const std::string near = nearest_word(found, known);
    fail(key + ": \"" + found + "\" is not in the list of exercise.yaml" +
             (near.empty() ? "" : "; did you mean \"" + near + "\"?"),
         whole.place_of(pointer_step(key)));
    return {};
  }

  void fill_call(const Template& whole, const Json& variables, model::Case& made) {
    const std::size_t before = errors_.size();
    const std::string now = text(whole, "now", variables);
    if (errors_.size() == before) {
      if (const auto time = parse_utc(now))
        made.now = *time;
      else
        fail("now: found \"" + now + "\", expected a UTC time such as 2026-03-14T06:00:00Z",
             whole.place_of("/now"));
    }
    if (!whole.contains("arguments")) {
      fail("the case has no arguments, and neither have the defaults", whole.place_of(""));
      return;
    }
    auto arguments = keep(whole.at("arguments").fill(variables));
    if (!arguments) return;
    if (arguments->size() != rules_.argument_count)
      fail("arguments: expected " + std::to_string(rules_.argument_count) +
               ", as many as the entry point has parameters, found " +
               std::to_string(arguments->size()),
           whole.place_of("/arguments"));
    made.arguments = *std::move(arguments);
    if (!whole.contains("environment")) return;
    if (auto environment = keep(whole.at("environment").fill(variables))) {
      for (const auto& [name, value] : environment->items()) {
        if (value.is_string() || value.is_null()) continue;
        fail("environment: expected text once the variables are filled in, found " +
                 dump_json(value),
             whole.place_of("/environment" + pointer_step(name)));
      }
      made.environment = *std::move(environment);
    }
  }

  void fill_warehouse(const Template& whole, const Json& variables, model::Case& made) {
    const std::size_t before = errors_.size();
    const Template authored = whole.at("world");
    check_nulls(authored, authored.value(), "");
    if (auto world = keep(authored.fill(variables))) {
      drop_nulls(*world);
      made.world = *std::move(world);
    }
    if (whole.contains("script"))
      if (auto script = keep(whole.at("script").fill(variables))) made.script = *std::move(script);
    if (errors_.size() != before) return;
    if (!whole.contains("world")) {
      if (rules_.needs_warehouse || whole.contains("script"))
        fail("the case has no world, and neither have the defaults", whole.place_of(""));
      return;
    }

    // The schemas first, since they tell everything that is wrong at once; then the warehouse
    // itself, which knows what no schema can say.
    static const Schema kWorld(warehouse::world_schema_text());
    static const Schema kScript(warehouse::script_schema_text());
    check_shape(kWorld, made.world, "/world", whole, made.id);
    check_shape(kScript, made.script, "/script", whole, made.id);
    if (errors_.size() != before) return;
    if (const Status checked = warehouse::check(made.world, made.script); !checked.ok()) {
      const std::string& pointer = checked.error().place.file;
      fail_warehouse(checked.error().message, whole.place_of(pointer), whole, made.id);
    }
  }

  /// A null that takes nothing away was meant as something else, such as a key without a value.
  void check_nulls(const Template& world, const Json& value, const std::string& at) {
    if (!value.is_object()) return;
    for (const auto& [key, inner] : value.items()) {
      const std::string pointer = at + pointer_step(key);
      check_nulls(world, inner, pointer);
      if (inner.is_null() && !world.takes_away(pointer))
        fail("found null for \"" + key +
                 "\", which takes away what the defaults have there, and they have nothing there; "
                 "leave the key out, or write {} for a mapping in which nothing is set",
             world.key_place_of(pointer));
    }
  }

  void check_shape(const Schema& schema, const Json& value, const std::string& at,
                   const Template& whole, const std::string& id) {
    for (const Finding& finding : schema.check(value)) {
      const std::string pointer = at + finding.pointer;
      fail_warehouse(finding.message,
                     finding.at_key ? whole.key_place_of(pointer) : whole.place_of(pointer), whole,
                     id);
    }
  }

  /// What stands in the defaults is wrong only together with a case's variables: names the case,
  /// and is told once where it is wrong in several of them.
  void fail_warehouse(std::string message, const Place& place, const Template& whole,
                      const std::string& id) {
    const Place own = whole.place_of("/id");
    if (place.file == own.file && place.line >= own.line) {
      fail(std::move(message), place);
      return;
    }
    auto& cases = wrong_defaults_[{place.file, place.line, place.column, message}];
    if (cases.empty() || cases.back() != id) cases.push_back(id);
  }

  /// Makes errors of what was found wrong in defaults.
  void tell_wrong_defaults() {
    for (const auto& [found, cases] : wrong_defaults_) {
      const auto& [file, line, column, message] = found;
      std::string where = "the case \"" + cases.front() + "\"";
      if (cases.size() > 1) where += " and " + count_of(cases.size() - 1, "other");
      fail(message + " (in " + where + ")", {file, line, column});
    }
    wrong_defaults_.clear();
  }

  void fill_expectation(const Template& whole, const Json& variables, model::Case& made) {
    auto expect = keep(whole.at("expect").fill(variables));
    if (!expect) return;
    if (expect->contains("actual_rows") && !(*expect)["actual_rows"].is_null() &&
        !(*expect)["actual_rows"].is_number_integer())
      fail("actual_rows: expected an integer or null once the variables are filled in, found " +
               dump_json((*expect)["actual_rows"]),
           whole.place_of("/expect/actual_rows"));
    check_expected_value(*expect, whole);
    made.expect = *std::move(expect);
  }

  void check_expected_value(const Json& expect, const Template& whole) {
    for (const char* key : {"tolerance", "any_order"})
      if (expect.contains(key) && !expect.contains("value"))
        fail(std::string(key) + " goes with `value`, which the case does not expect",
             whole.key_place_of("/expect" + pointer_step(key)));
    if (!expect.contains("any_order") || !expect.contains("value")) return;
    const Json& pointers = expect["any_order"];
    for (std::size_t i = 0; i < pointers.size(); ++i) {
      const auto pointer = pointers[i].get<std::string>();
      const Json* list = find_in(expect["value"], pointer);
      const Place place = whole.place_of("/expect/any_order" + pointer_step(i));
      if (list == nullptr || !list->is_array())
        fail("found \"" + pointer +
                 "\", expected the JSON pointer of a list in `value`: \"\" for the whole, or such "
                 "as /days",
             place);
      else if (list->size() > kMaxAnyOrder)
        fail("expected at most " + std::to_string(kMaxAnyOrder) +
                 " items in a list of any order, found " + std::to_string(list->size()),
             place);
    }
  }

  const CaseRules& rules_;
  std::vector<model::Case> cases_;
  std::vector<Error> errors_;
  std::map<std::string, Place> first_places_;
  /// File, line, column and what is wrong there, to the ids of the cases that it is wrong in.
  std::map<std::tuple<std::string, int, int, std::string>, std::vector<std::string>>
      wrong_defaults_;
};

}  // namespace

Result<std::vector<model::Case>> expand_cases(const CaseRules& rules,
                                              const std::vector<AuthoredDocument>& files) {
  Expander expander(rules);
  for (const AuthoredDocument& file : files) expander.expand_file(file);
  return expander.take();
}

}  // namespace assay::plan
