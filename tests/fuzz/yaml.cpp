// What people write: YAML with its places, held against every schema of an exercise package.
//
// An input is a file as somebody saved it.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/authored/yaml.h"
#include "harness/plan/loader.h"
#include "mock_warehouse/schema.h"
#include "rubrics/check.h"
#include "rubrics/rubric.h"
#include "tests/fuzz/invariant.h"
#include "tests/fuzz/json_mutation.h"
#include "tests/fuzz/memory_file.h"

namespace assay::fuzz {
namespace {

constexpr const char* kPath = "a.yaml";

/// Each of the package's own schemas, with the others at hand, and that of a rubric at the end.
const std::vector<Schema>& schemas() {
  static const std::vector<Schema> all = [] {
    std::vector<Schema> made;
    const std::vector<plan::NamedText> texts = plan::schema_texts();
    std::vector<NamedSchema> named = {{"world.schema.json", warehouse::world_schema_text()},
                                      {"script.schema.json", warehouse::script_schema_text()}};
    for (const plan::NamedText& text : texts) named.push_back({text.name, text.text});
    for (const plan::NamedText& text : texts) made.emplace_back(text.text, named);
    made.emplace_back(
        rubrics::rubric_schema_text(),
        std::vector<NamedSchema>{{"checks.schema.json", rubrics::checks_schema_text()}});
    return made;
  }();
  return all;
}

/// Lines as an editor counts them: any of LF, CR and CRLF ends one.
int lines_of(std::string_view text) {
  int lines = 1;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n' || (text[i] == '\r' && text.substr(i + 1, 1) != "\n")) ++lines;
  return lines;
}

void check_place(const Place& place, std::string_view text) {
  FUZZ_CHECK(place.file == kPath, "a place in another file: " + place.to_string());
  FUZZ_CHECK(place.line >= 1 && place.line <= lines_of(text),
             "a place outside the file, which has " + std::to_string(lines_of(text)) +
                 " lines: " + place.to_string());
  // yaml-cpp counts the digits that are missing of an escape at the end of the file.
  constexpr std::size_t kLongestEscape = 10;
  FUZZ_CHECK(place.column >= 0 &&
                 static_cast<std::size_t>(place.column) <= text.size() + 1 + kLongestEscape,
             "a place outside its line: " + place.to_string());
}

void check_error(const Error& error, std::string_view text) {
  FUZZ_CHECK(error.kind == ErrorKind::kInput, "the host is blamed: " + error.to_string());
  FUZZ_CHECK(!error.message.empty(), "an error without words");
  FUZZ_CHECK(is_utf8(error.to_string()), "an error that is not UTF-8");
  FUZZ_CHECK(static_cast<std::size_t>(std::ranges::count(error.to_string(), '\n')) <
                 kMaxErrorsShown + static_cast<std::size_t>(lines_of(text)) + 4,
             "an error without end");
  check_place(error.place, text);
}

struct Walk {
  const AuthoredDocument& document;
  std::string_view text;
  std::size_t values = 0;

  void operator()(const Json& value, const std::string& pointer, int depth) {
    ++values;
    FUZZ_CHECK(depth <= kMaxAuthoredDepth, "nested too deeply");
    check_place(document.place_of(pointer), text);
    check_place(document.key_place_of(pointer), text);
    if (value.is_string()) check_text(value.get_ref<const std::string&>());
    if (value.is_number_float())
      FUZZ_CHECK(dump_json(value) != "null", "a number that JSON cannot hold");
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i)
        (*this)(value[i], pointer + pointer_step(i), depth + 1);
    if (value.is_object())
      for (const auto& [key, item] : value.items()) {
        check_text(key);
        (*this)(item, pointer + pointer_step(key), depth + 1);
      }
  }

  static void check_text(const std::string& found) {
    FUZZ_CHECK(is_utf8(found), "a text that is not UTF-8");
    FUZZ_CHECK(found.size() <= kMaxAuthoredScalar, "a text beyond the limit");
  }
};

/// What fits the schema of a rubric is a rubric, or an error in that file.
void check_rubric(std::string_view text) {
  MemoryFile file(text);
  const auto rubric = rubrics::load_rubric(file.path());
  if (rubric.ok()) return;
  FUZZ_CHECK(rubric.error().kind == ErrorKind::kInput, "the host is blamed");
  FUZZ_CHECK(rubric.error().place.file == file.path(), "a place in another file");
  FUZZ_CHECK(rubric.error().place.line <= lines_of(text), "a place outside the file");
}

void check(std::string_view text) {
  const auto parsed = parse_yaml(kPath, text);
  if (!parsed.ok()) return check_error(parsed.error(), text);
  Walk walk{*parsed, text};
  walk(parsed->value, "", 0);
  FUZZ_CHECK(walk.values <= kMaxAuthoredValues, "more values than the limit");
  const std::string written = dump_json(parsed->value);
  const auto read = parse_json(written, "written");
  FUZZ_CHECK(read.ok() && *read == parsed->value, "what was read is not JSON that comes back");
  for (const Schema& schema : schemas()) {
    const auto checked = parse_authored(kPath, text, schema);
    FUZZ_CHECK(checked.ok() == schema.check(parsed->value).empty(), "two verdicts on one text");
    if (!checked.ok()) check_error(checked.error(), text);
    if (checked.ok() && &schema == &schemas().back()) check_rubric(text);
  }
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}

/// JSON is YAML: what was read is changed as JSON and written as that.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace assay;
  auto parsed = parse_yaml("a.yaml", {reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return size;
  fuzz::Random random(seed);
  fuzz::change_json(parsed->value, random, kMaxAuthoredDepth + 1);
  const std::string text = dump_json(parsed->value, random.one_in(2) ? 1 : -1);
  if (text.size() > max_size) return size;
  std::copy(text.begin(), text.end(), data);
  return text.size();
}
