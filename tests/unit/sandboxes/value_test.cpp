#include <doctest/doctest.h>

#include "harness/model/value.h"
#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

namespace {

/// The value of one expression, with `before` at the top of the file.
Json value_of(const std::string& expression, const std::string& before = "",
              std::size_t limit = 1 << 20) {
  return run(Job{.source = before + "\ndef check(): return " + expression + "\n",
                 .value_bytes = limit})
      .value();
}

Json parse(const char* text) { return Json::parse(text); }

}  // namespace

TEST_CASE("plain values stand for themselves") {
  CHECK(value_of("[None, True, False, 0, -5, 1.5, 'ü🦆', '', [], {}, {'a': {'b': [1]}}]") ==
        parse(R"([null, true, false, 0, -5, 1.5, "ü🦆", "", [], {}, {"a": {"b": [1]}}])"));
  CHECK(value_of("{'z': 1, 'a': 2}").dump() == R"({"z":1,"a":2})");
}

TEST_CASE("numbers that JSON lacks are tagged") {
  CHECK(value_of("[2**63 - 1, -(2**63 - 1), 2**63, -2**63, 10**30]") ==
        parse(R"([9223372036854775807, -9223372036854775807,
                  {"$type":"int","text":"9223372036854775808"},
                  {"$type":"int","text":"-9223372036854775808"},
                  {"$type":"int","text":"1000000000000000000000000000000"}])"));
  CHECK(value_of("[float('nan'), float('inf'), -float('inf')]") ==
        parse(R"([{"$type":"float","text":"nan"}, {"$type":"float","text":"inf"},
                  {"$type":"float","text":"-inf"}])"));
  CHECK(value_of("10 ** 10_000") == parse(R"({"$type":"cut","class":"int","because":"size"})"));
}

TEST_CASE("bytes, tuples and sets are tagged, sets in one order") {
  CHECK(value_of("[b'\\x00\\xff', bytearray(b'a')]") ==
        parse(R"([{"$type":"bytes","base64":"AP8="}, {"$type":"bytes","base64":"YQ=="}])"));
  CHECK(value_of("(1, (), 'x')") ==
        parse(R"({"$type":"tuple","items":[1, {"$type":"tuple","items":[]}, "x"]})"));
  CHECK(value_of("{3, 1, 2}") == value_of("{2, 3, 1}"));
  CHECK(value_of("frozenset(['b', 'a'])") == parse(R"({"$type":"frozenset","items":["a", "b"]})"));
}

TEST_CASE("a dict with other keys, or keys like tags, keeps its pairs") {
  CHECK(
      value_of("{1: 'a', None: 'b', (2,): 'c'}") ==
      parse(
          R"({"$type":"dict","items":[[1,"a"],[null,"b"],[{"$type":"tuple","items":[2]},"c"]]})"));
  CHECK(value_of("{'$type': 'cut'}") == parse(R"({"$type":"dict","items":[["$type","cut"]]})"));
}

TEST_CASE("subclasses of plain types keep class and value, and are read past their methods") {
  const std::string classes =
      "import collections\n"
      "class S(str):\n"
      "    def __str__(self): return 'lie'\n"
      "    __repr__ = __str__\n"
      "class I(int):\n    def __int__(self): return 99\n    __index__ = __int__\n"
      "class F(float): pass\n"
      "class L(list):\n    def __iter__(self): return iter(['lie'])\n    def __len__(self): return "
      "1\n"
      "class D(dict):\n"
      "    def __getitem__(self, k): return 'lie'\n"
      "    def items(self): return [('lie', 1)]\n"
      "    keys = __iter__ = items\n";
  CHECK(value_of("[S('true'), I(5), F(0.5), L([1, 2])]", classes) == parse(R"([
    {"$type":"str","class":"solution.S","value":"true"},
    {"$type":"int","class":"solution.I","value":5},
    {"$type":"float","class":"solution.F","value":0.5},
    {"$type":"list","class":"solution.L","value":[1,2]}])"));
  CHECK(value_of("D(a=1)", classes) ==
        parse(R"({"$type":"dict","class":"solution.D","items":[["a",1]]})"));
  CHECK(value_of("collections.defaultdict(list, a=[1])", classes) ==
        parse(R"({"$type":"dict","class":"collections.defaultdict","items":[["a",[1]]]})"));
}

TEST_CASE("an Enum tells class, name, value and mixin") {
  const std::string classes =
      "import enum\n"
      "class A(enum.Enum):\n    LOW = 'low'\n    PAIR = (1, 2)\n"
      "class B(str, enum.Enum):\n    OK = 'ok'\n"
      "class C(enum.IntEnum):\n    ONE = 1\n";
  CHECK(value_of("[A.LOW, A.PAIR, B.OK, C.ONE]", classes) == parse(R"([
    {"$type":"enum","class":"solution.A","name":"LOW","value":"low","mixin":null},
    {"$type":"enum","class":"solution.A","name":"PAIR","value":{"$type":"tuple","items":[1,2]},"mixin":null},
    {"$type":"enum","class":"solution.B","name":"OK","value":"ok","mixin":"str"},
    {"$type":"enum","class":"solution.C","name":"ONE","value":1,"mixin":"int"}])"));
}

TEST_CASE("dataclasses, with slots too, and namedtuples tell their fields") {
  const std::string classes =
      "import collections, dataclasses, typing\n"
      "@dataclasses.dataclass\nclass R:\n    status: str\n    rows: int = 3\n    kind: "
      "typing.ClassVar[str] = 'no'\n"
      "@dataclasses.dataclass(frozen=True, slots=True)\nclass P:\n    x: float\n    y: object = "
      "None\n"
      "N = collections.namedtuple('N', 'a b')\n"
      "class T(typing.NamedTuple):\n    a: int\n";
  CHECK(value_of("[R('ok'), P(1.5, R('in')), N(1, 2), T(3)]", classes) == parse(R"([
    {"$type":"dataclass","class":"solution.R","fields":{"status":"ok","rows":3}},
    {"$type":"dataclass","class":"solution.P","fields":{"x":1.5,"y":
      {"$type":"dataclass","class":"solution.R","fields":{"status":"in","rows":3}}}},
    {"$type":"namedtuple","class":"solution.N","fields":{"a":1,"b":2}},
    {"$type":"namedtuple","class":"solution.T","fields":{"a":3}}])"));
}

TEST_CASE("a Mapping tells its items; one that raises is cut, with the reason") {
  const std::string classes =
      "import types, collections.abc\n"
      "class M(collections.abc.Mapping):\n"
      "    def __init__(self, n): self.n = n\n"
      "    def __getitem__(self, k): return k * 2\n"
      "    def __iter__(self): return iter(range(self.n))\n"
      "    def __len__(self): return self.n\n"
      "class Bad(M):\n    def __getitem__(self, k): raise LookupError(k)\n"
      "class Endless(M):\n"
      "    def __iter__(self):\n        while True: yield 1\n";
  CHECK(value_of("[M(2), types.MappingProxyType({'a': 1}), Bad(1), Endless(1)]", classes) ==
        parse(R"([{"$type":"mapping","class":"solution.M","items":[[0,0],[1,2]]},
                  {"$type":"mapping","class":"mappingproxy","items":[["a",1]]},
                  {"$type":"cut","class":"solution.Bad","because":"raised LookupError"},
                  {"$type":"cut","class":"solution.Endless","because":"raised OverflowError"}])"));
}

TEST_CASE("what cannot be encoded tells its class and a bounded repr") {
  CHECK(value_of("decimal.Decimal('1.50')", "import decimal") ==
        parse(R"~({"$type":"object","class":"decimal.Decimal","repr":"Decimal('1.50')"})~"));
  CHECK(
      value_of("datetime.date(2026, 3, 14)", "import datetime") ==
      parse(R"~({"$type":"object","class":"datetime.date","repr":"datetime.date(2026, 3, 14)"})~"));
  const std::string classes =
      "class Raises:\n    def __repr__(self): raise SystemExit(3)\n"
      "class Long:\n    def __repr__(self): return 'ä' * 10**6\n"
      "class Number:\n    def __repr__(self): return 5\n"
      "class Lies:\n    @property\n    def __class__(self): return dict\n"
      "    def __getattr__(self, n): raise RuntimeError(n)\n"
      "    def __eq__(self, o): return True\n    __hash__ = None\n"
      "    def __repr__(self): print('printed'); return 'L'\n";
  const Json value =
      value_of("[Raises(), Long(), Number(), Lies(), Lies, (x for x in [])]", classes);
  CHECK(value[0] == parse(R"({"$type":"object","class":"solution.Raises","repr":""})"));
  CHECK(value[1].at("repr").get<std::string>().size() == 500);
  CHECK(value[2].at("repr") == "");
  CHECK(value[3] == parse(R"({"$type":"object","class":"solution.Lies","repr":"L"})"));
  CHECK(value[4].at("class") == "type");
  CHECK(value[5].at("class") == "generator");
}

TEST_CASE("text with lone surrogates is told as lossy, not refused") {
  CHECK(value_of("'a\\ud800b'") == parse(R"({"$type":"str","text":"a���b","lossy":true})"));
  CHECK(value_of("{'\\udfff': 1}").at("$type") == "dict");
}

TEST_CASE("a cycle is cut where it closes, and a shared value is not one") {
  CHECK(value_of("a", "a = [1]; a.append(a)") ==
        parse(R"([1, {"$type":"cut","class":"list","because":"cycle"}])"));
  CHECK(value_of("d", "d = {}; d['d'] = {'x': d}").at("d").at("x").at("because") == "cycle");
  CHECK(value_of("[a, a]", "a = [1]") == parse("[[1], [1]]"));
}

TEST_CASE("depth is bounded, whatever it is made of") {
  for (const char* wrap : {"[v]", "(v,)", "{'k': v}", "{1: v}", "L([v])"}) {
    CAPTURE(std::string(wrap));
    const std::string source = std::string("class L(list): pass\ndef deep(n):\n    v = 0\n") +
                               "    for _ in range(n): v = " + wrap + "\n    return v\n";
    const std::string shallow = value_of("deep(15)", source).dump();
    CHECK(shallow.find("\"cut\"") == std::string::npos);
    const std::string deep = value_of("deep(100_000)", source).dump();
    CHECK(deep.find(R"("because":"depth")") != std::string::npos);
  }
}

TEST_CASE("size is bounded: what does not fit is cut, and what does stays") {
  const Json cut = parse(R"({"$type":"cut","class":"str","because":"size"})");
  CHECK(value_of("{'status': 'ok', 'dump': 'x' * 10**7}", "", 4096) ==
        Json{{"status", "ok"}, {"dump", cut}});
  CHECK(
      value_of("{'status': 'ok', 'rows': list(range(10**6))}", "", 4096).at("rows").at("because") ==
      "size");
  CHECK(value_of("{'status': 'ok', 'rows': [['x' * 100] * 50] * 50}", "", 4096).at("status") ==
        "ok");
  CHECK(value_of("['x' * 90] * 1000", "", 4096).at("because") == "size");
  CHECK(value_of("b'x' * 10**6", "", 4096).at("because") == "size");
  CHECK(value_of("[[0] * 10**7] * 3", "", 4096)[2].at("because") == "size");
}
