#include "harness/model/value.h"

#include <doctest/doctest.h>

namespace assay::model {
namespace {

Json json(const char* text) { return parse_json(text, "test").value(); }

TEST_CASE("a value tells its Python type") {
  CHECK(python_type(json("null")) == "NoneType");
  CHECK(python_type(json("true")) == "bool");
  CHECK(python_type(json("7")) == "int");
  CHECK(python_type(json("7.5")) == "float");
  CHECK(python_type(json("[]")) == "list");
  CHECK(python_type(json(R"({"a": 1})")) == "dict");
  CHECK(python_type(json(R"({"$type": "enum", "class": "m.S", "name": "LOW", "value": 1})")) ==
        "enum");
}

TEST_CASE("fields are found in a dict, a dataclass, a namedtuple and a Mapping") {
  for (const char* text :
       {R"({"status": "ok"})", R"({"$type":"dataclass","class":"m.R","fields":{"status":"ok"}})",
        R"({"$type":"namedtuple","class":"m.R","fields":{"status":"ok"}})",
        R"({"$type":"mapping","class":"m.R","items":[["status","ok"]]})",
        R"({"$type":"dict","class":"m.R","items":[[1,2],["status","ok"]]})"}) {
    CAPTURE(text);
    const Json value = json(text);
    const Json* status = field(value, "status");
    REQUIRE(status != nullptr);
    CHECK(*status == "ok");
    CHECK(field(value, "message") == nullptr);
  }
  CHECK(field(json("[1]"), "status") == nullptr);
  CHECK_FALSE(entries(json("3")));
}

TEST_CASE(
    "a Mapping that yields a key twice has no entries, for which of them counts is not known") {
  const Json twice =
      json(R"({"$type":"mapping","class":"m.R","items":[["status","ok"],["status","bad"]]})");
  CHECK_FALSE(entries(twice));
  CHECK(field(twice, "status") == nullptr);
}

TEST_CASE("text is read through an Enum and a subclass of str, and an int is not a bool") {
  CHECK(text_of(json(R"({"$type":"enum","class":"m.S","name":"LOW","value":"low"})")) == "low");
  CHECK(text_of(json(R"({"$type":"str","class":"m.S","value":"low"})")) == "low");
  CHECK_FALSE(text_of(json("3")));
  CHECK(integer_of(json("-3")) == -3);
  CHECK_FALSE(integer_of(json("true")));
  CHECK_FALSE(integer_of(json("3.0")));
  CHECK_FALSE(integer_of(json("18446744073709551615")));
}

TEST_CASE("json.dumps of Python would take exactly these") {
  for (const char* text :
       {"[1, {\"a\": null}]", R"({"$type":"tuple","items":[1]})",
        R"({"$type":"enum","class":"m.S","name":"A","value":"a","mixin":"str"})",
        R"({"$type":"dict","items":[[1,2]]})", R"({"$type":"float","text":"nan"})"}) {
    CAPTURE(text);
    CHECK(json_serialisable(json(text)));
  }
  for (const char* text :
       {R"({"$type":"enum","class":"m.S","name":"A","value":"a","mixin":null})",
        R"({"$type":"set","items":[1]})", R"({"a":{"$type":"bytes","base64":""}})",
        R"({"$type":"dict","items":[[{"$type":"tuple","items":[1]},2]]})",
        R"({"$type":"dataclass","class":"m.R","fields":{}})",
        R"({"$type":"cut","class":"dict","because":"depth"})"}) {
    CAPTURE(text);
    CHECK_FALSE(json_serialisable(json(text)));
  }
}

TEST_CASE("a value is described as Python writes it, within its limit") {
  CHECK(describe(json(R"({"status": "low", "actual_rows": 3, "ok": false, "x": null})")) ==
        "{'status': 'low', 'actual_rows': 3, 'ok': False, 'x': None}");
  CHECK(describe(json(R"({"$type":"enum","class":"m.S","name":"LOW","value":1})")) == "m.S.LOW");
  CHECK(describe(json(R"({"$type":"tuple","items":[1]})")) == "(1,)");
  CHECK(describe(json(R"({"$type":"dataclass","class":"m.R","fields":{"a":"b"}})")) ==
        "m.R(a='b')");
  CHECK(describe(json(R"("it's")")) == "'it\\'s'");
  const std::string cut = describe(json("\"äääääääääääääääääääää\""), 10);
  CHECK(cut.size() <= 10);
  CHECK(cut == to_valid_utf8(cut));
  CHECK(cut.ends_with("…"));
}

TEST_CASE("a tagged value is well formed where it has the members of its tag and no others") {
  for (const char* text :
       {R"([1, {"a": null}, "x", 1.5, true])", R"({"$type":"int","text":"12345678901234567890"})",
        R"({"$type":"int","class":"m.I","value":3})", R"({"$type":"float","text":"-inf"})",
        R"({"$type":"str","text":"x","lossy":true})", R"({"$type":"tuple","items":[1,[2]]})",
        R"({"$type":"dict","items":[[1,2]]})", R"({"$type":"dict","class":"m.D","items":[]})",
        R"({"$type":"mapping","class":"m.M","items":[["a",{"$type":"set","items":[]}]]})",
        R"({"$type":"dataclass","class":"m.R","fields":{"$odd":1}})",
        R"({"$type":"enum","class":"m.S","name":"A","value":1,"mixin":null})",
        R"({"$type":"str","class":"m.S","value":{"$type":"cut","class":"str","because":"size"}})",
        R"({"$type":"object","class":"m.C","repr":""})"}) {
    CAPTURE(text);
    CHECK(well_formed(json(text)));
  }
  for (const char* text :
       {R"({"$type":"dataclass","class":"m.R","fields":3})", R"({"$type":"int","text":5})",
        R"({"$type":"float","text":"1.5"})", R"({"$type":"tuple"})", R"({"$type":"unknown"})",
        R"({"$type":7})", R"({"$other":7})", R"({"$type":"dict","items":[[1]]})",
        R"({"$type":"object","class":"m.C","repr":"","extra":1})",
        R"([{"a":{"$type":"list","class":"m.L","value":{}}}])",
        R"({"$type":"tuple","items":[{"$type":"bytes"}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(well_formed(json(text)));
  }
}

TEST_CASE("text that is not UTF-8 is replaced byte by byte") {
  CHECK(to_valid_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(to_valid_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  CHECK(to_valid_utf8("\xED\xA0\x80").size() == 9);                // a surrogate
  CHECK(to_valid_utf8("h\xC3\xA4 \xF0\x9F\xA6\x8A") == "h\xC3\xA4 \xF0\x9F\xA6\x8A");
}

TEST_CASE("what is no JSON is an error in a few words, whatever its bytes are") {
  for (const std::string& text :
       {std::string("[1e999]"), std::string("-1e999"), std::string("[\"\xff\"]"),
        std::string("nul"), "[\"" + std::string(100'000, 'x'), std::string("\"\\ud800\"")}) {
    const auto parsed = parse_json(text, "t");
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message.starts_with("this is not JSON: "));
    CHECK(is_utf8(parsed.error().message));
    CHECK(parsed.error().message.size() < 400);
  }
}

TEST_CASE("JSON that is nested too deeply is refused before it is parsed") {
  CHECK(parse_json(std::string(80, '[') + std::string(80, ']'), "t").ok());
  CHECK_FALSE(parse_json(std::string(100'000, '['), "t").ok());
  CHECK(parse_json(R"(["[[[[", "\"["])", "t").ok());
}

}  // namespace
}  // namespace assay::model
