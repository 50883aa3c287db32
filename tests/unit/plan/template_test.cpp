#include "harness/plan/template.h"

#include <doctest/doctest.h>

#include "harness/authored/yaml.h"

namespace assay::plan {
namespace {

Template template_of(const std::string& yaml) {
  const auto document = parse_yaml("t.yaml", yaml);
  REQUIRE_MESSAGE(document.ok(), document.error().to_string());
  return Template(document.value(), "");
}

const Json kVariables = {{"date", "2026-03-13"},
                         {"rows", 1500},
                         {"share", 0.5},
                         {"on", true},
                         {"nothing", nullptr},
                         {"word", "heron"},
                         {"long", std::string(900, 'x')}};

std::string filled(const std::string& text) {
  const auto result = template_of("k: \"" + text + "\"\n").fill(kVariables);
  return result.ok() ? result->at("k").dump() : result.error().to_string();
}

TEST_CASE("a scalar that is just a variable takes its type, and any other takes its text") {
  CHECK(filled("${rows}") == "1500");
  CHECK(filled("${share}") == "0.5");
  CHECK(filled("${on}") == "true");
  CHECK(filled("${nothing}") == "null");
  CHECK(filled("${word}") == "\"heron\"");
  CHECK(filled(" ${rows}") == "\" 1500\"");
  CHECK(filled("${rows} of ${word}, ${on}") == "\"1500 of heron, true\"");
  CHECK(filled("plain") == "\"plain\"");
  CHECK(filled("") == "\"\"");
}

TEST_CASE("an escaped variable is left as it reads") {
  CHECK(filled("$${rows}") == "\"${rows}\"");
  CHECK(filled("a $${rows} ${rows} $ {x} $") == "\"a ${rows} 1500 $ {x} $\"");
}

TEST_CASE("integers and dates take an offset") {
  CHECK(filled("${rows+1}") == "1501");
  CHECK(filled("${rows-1500}") == "0");
  CHECK(filled("${date+1}") == "\"2026-03-14\"");
  CHECK(filled("${date-13}") == "\"2026-02-28\"");
  CHECK(filled("at ${date+19}T06:00:00Z") == "\"at 2026-04-01T06:00:00Z\"");
  CHECK(
      filled("${word+1}") ==
      "t.yaml:1:4: ${word} is \"heron\", to which nothing can be added; expected an integer or an "
      "ISO date");
  CHECK(filled("${share-1}").find("nothing can be added") != std::string::npos);
}

TEST_CASE("a day is counted by the calendar") {
  const auto next = [](const char* date) {
    return template_of("k: ${date+1}\n").fill({{"date", date}})->at("k").get<std::string>();
  };
  CHECK(next("2024-02-28") == "2024-02-29");
  CHECK(next("2023-02-28") == "2023-03-01");
  CHECK(next("2026-12-31") == "2027-01-01");
  CHECK_FALSE(template_of("k: ${date+1}\n").fill({{"date", "2026-02-30"}}).ok());
}

TEST_CASE("an unknown variable is told with its place, the near one and the known ones") {
  CHECK(filled("${rowz}") == "t.yaml:1:4: unknown variable ${rowz}; did you mean ${rows}?");
  CHECK(filled("${partition}") ==
        "t.yaml:1:4: unknown variable ${partition}; known here: date, rows, share, on, nothing, "
        "word, long");
  CHECK(filled("${}").find("expected ${name}, ${name+1} or ${name-1}") != std::string::npos);
  CHECK(filled("${Rows}").find("expected ${name}") != std::string::npos);
  CHECK(filled("${rows").find("expected ${name}") != std::string::npos);
  CHECK(filled("${rows+}").find("expected ${name}") != std::string::npos);
  CHECK(filled("${rows+99999999999999999999}").find("expected ${name}") != std::string::npos);
}

TEST_CASE("a text that grows without end is refused") {
  std::string text;
  for (int i = 0; i < 3; ++i) text += "${long}";
  CHECK(filled(text) == "t.yaml:1:4: more than 2048 bytes once the variables are filled in");
}

TEST_CASE("all that is wrong in a template is told at once") {
  const auto result = template_of("a: ${x}\nb: [\"${y}\"]\n").fill(Json::object());
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().to_string() ==
        "t.yaml:1:4: unknown variable ${x}; known here: none\n"
        "t.yaml:2:5: unknown variable ${y}; known here: none");
}

TEST_CASE("merging keeps what is not replaced, and where each part was written") {
  Template below = template_of("a: 1\nmap: {x: 1, y: {z: 2}}\nlist: [1, 2, 3]\n");
  const auto above = parse_yaml("over.yaml", "map: {y: {w: 3}}\nlist: [{k: 9}]\nnew: 4\n");
  REQUIRE(above.ok());
  below.merge(Template(above.value(), ""));
  CHECK(below.value().dump() ==
        R"({"a":1,"map":{"x":1,"y":{"z":2,"w":3}},"list":[{"k":9}],"new":4})");
  CHECK(below.place_of("/a").to_string() == "t.yaml:1:4");
  CHECK(below.place_of("/map/y/z").to_string() == "t.yaml:2:20");
  CHECK(below.place_of("/map/y/w").to_string() == "over.yaml:1:14");
  CHECK(below.place_of("/list/0/k").to_string() == "over.yaml:2:12");
  CHECK(below.place_of("/list/2").to_string() == "over.yaml:2:7");
  CHECK(below.key_place_of("/new").to_string() == "over.yaml:3:1");
}

TEST_CASE("variables may rest on one another, but not on themselves") {
  const auto resolved =
      resolve_variables(template_of("rows: ${minimum-1}\nminimum: 10\nnote: a ${rows}\n"));
  REQUIRE(resolved.ok());
  CHECK(resolved->dump() == R"({"rows":9,"minimum":10,"note":"a 9"})");
  const auto circle = resolve_variables(template_of("a: ${b}\nb: ${a}\n"));
  REQUIRE_FALSE(circle.ok());
  CHECK(circle.error().message.find("rests on itself") != std::string::npos);
}

}  // namespace
}  // namespace assay::plan
