#include "harness/reference/reference.h"

#include <algorithm>
#include <map>

#include "assay_reference_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/model/json.h"
#include "harness/plan/files.h"
#include "harness/plan/loader.h"
#include "mock_warehouse/schema.h"
#include "rubrics/check.h"
#include "rubrics/rubric.h"

namespace assay::reference {
namespace {

/// References followed one after the other; a schema that needs more refers to itself.
constexpr int kMaxReferences = 16;

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

/// Text for a cell of a table: a bar would end it.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

/// What begins with a name, such as error.code, stays as it is.
std::string capital(std::string text) {
  const std::string_view first = std::string_view(text).substr(0, text.find(' '));
  const bool name = first.find_first_of("._/") < first.size() - 1;
  if (!text.empty() && !name && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string as_sentence(std::string text) {
  text = capital(std::move(text));
  const bool ends = !text.empty() && (text.back() == '.' || text.ends_with("…"));
  return text.empty() || ends ? text : text + ".";
}

/// A part of a schema, and the document that its local references are for.
struct Node {
  const Json* schema;
  std::string file;
};

class Page {
 public:
  void add_schema(const std::string& file, std::string_view text) {
    Result<Json> parsed = parse_json(text, file);
    ASSAY_ASSERT(parsed.ok(), parsed.error().to_string());
    schemas_[file] = std::move(parsed).value();
  }

  void line(const std::string& text = "") { text_ += text + "\n"; }

  /// One file of a package: a heading, what it is, and a table of all its keys.
  void file(const std::string& heading, const std::string& schema) {
    line("## " + heading);
    line();
    line(schemas_.at(schema).value("description", ""));
    line();
    keys({&schemas_.at(schema), schema});
  }

  void keys(const Node& node) {
    line("| key | | value | meaning |");
    line("|---|---|---|---|");
    rows(node, "", 0);
    line();
  }

  /// A heading, the description and the keys of a mapping.
  void entry(const std::string& name, const Node& unresolved, const std::vector<std::string>& but) {
    Node node = resolve(unresolved);
    line("### " + code(name));
    line();
    const std::string text = describe(unresolved);
    if (text.empty()) undescribed_.push_back(name);
    line(as_sentence(text));
    line();
    Json own = *node.schema;
    for (const std::string& key : but)
      if (own.contains("properties")) own["properties"].erase(key);
    if (!own.contains("properties") || own["properties"].empty()) return;
    keys({&own, node.file});
  }

  Node at(const std::string& file, const std::string& pointer) const {
    const Json* found = find_in(schemas_.at(file), pointer);
    ASSAY_ASSERT(found != nullptr, "a schema lacks " + pointer);
    return {found, file};
  }

  /// What a chain of references ends at.
  Node resolved(const Node& node) const { return resolve(node); }

  Reference take() { return {std::move(text_), std::move(undescribed_)}; }

 private:
  Node resolve(Node node) const {
    for (int i = 0; node.schema->is_object() && node.schema->contains("$ref"); ++i) {
      ASSAY_ASSERT(i < kMaxReferences, "a schema refers to itself: " + node.file);
      node = target(node, node.schema->at("$ref").get<std::string>());
    }
    return node;
  }

  Node target(const Node& from, const std::string& reference) const {
    const std::size_t hash = std::min(reference.find('#'), reference.size());
    std::string file = reference.substr(0, hash);
    file = file.substr(file.rfind('/') + 1);
    return at(file.empty() ? from.file : file,
              hash < reference.size() ? reference.substr(hash + 1) : "");
  }

  /// Its own description, or that of what it refers to.
  std::string describe(const Node& node) const {
    if (!node.schema->is_object()) return "";
    if (node.schema->contains("description")) return node.schema->at("description");
    if (!node.schema->contains("$ref")) return "";
    return describe(target(node, node.schema->at("$ref").get<std::string>()));
  }

  void rows(const Node& unresolved, const std::string& path, int depth) {
    const Node node = resolve(unresolved);
    ASSAY_ASSERT(depth < kMaxReferences, "a schema refers to itself at " + path);
    const Json& schema = *node.schema;
    if (!schema.is_object()) return;
    for (const char* forms : {"oneOf", "anyOf", "allOf"})
      if (schema.contains(forms))
        for (const Json& form : schema[forms]) rows({&form, node.file}, path, depth + 1);
    if (schema.contains("items")) rows({&schema["items"], node.file}, path + "[]", depth + 1);
    if (schema.contains("properties"))
      for (const auto& [name, property] : schema["properties"].items())
        row({&property, node.file}, path.empty() ? name : path + "." + name,
            is_required(schema, name), depth);
    if (const Json* others = named_by_author(schema))
      row({others, node.file}, path.empty() ? "NAME" : path + ".NAME", false, depth);
  }

  static bool is_required(const Json& schema, const std::string& name) {
    return schema.contains("required") &&
           std::ranges::find(schema["required"], Json(name)) != schema["required"].end();
  }

  /// The schema of values whose keys the author chooses.
  static const Json* named_by_author(const Json& schema) {
    if (schema.contains("patternProperties")) return &*schema["patternProperties"].begin();
    const bool open = schema.contains("additionalProperties");
    return open && schema["additionalProperties"].is_object() ? &schema["additionalProperties"]
                                                              : nullptr;
  }

  void row(const Node& property, const std::string& path, bool required, int depth) {
    const std::string text = describe(property);
    if (text.empty()) undescribed_.push_back(property.file + ": " + path);
    const std::string section = section_of(property);
    line("| " + code(path) + " | " + (required ? "required" : "") + " | " +
         (section.empty() ? cell(value_of(property)) : section) + " | " + cell(as_sentence(text)) +
         " |");
    if (section.empty()) rows(property, path, depth + 1);
  }

  /// What has a section of its own is not told again.
  std::string section_of(const Node& node) const {
    static const std::map<std::string, std::string> kSections = {
        {"world.schema.json", "[a world](#a-world)"},
        {"script.schema.json", "[a script](#a-script)"},
        {"checks.schema.json", "[a check](#checks)"},
        {"#/definitions/step", "[a step](#a-step-of-a-script)"},
        {"#/definitions/with", "list of the faults of [a step](#a-step-of-a-script)"},
        {"#/definitions/defaults", "[keys of a case](#casesyaml)"}};
    for (const auto& [what, link] : kSections)
      if (refers_to(*node.schema, what)) return link;
    return "";
  }

  static bool refers_to(const Json& schema, const std::string& what) {
    if (!schema.is_object()) return false;
    if (schema.contains("$ref")) {
      const auto reference = schema["$ref"].get<std::string>();
      if (reference.ends_with(what)) return true;
      // The two keys of a case that have sections are definitions of their own.
      const bool world = reference.ends_with("/world") && what.starts_with("world.");
      return world || (reference.ends_with("/script") && what.starts_with("script."));
    }
    return schema.contains("items") && refers_to(schema["items"], what);
  }

  /// Type, choices and bounds, in words.
  std::string value_of(const Node& unresolved) const {
    const Node node = resolve(unresolved);
    const Json& schema = *node.schema;
    if (!schema.is_object()) return "";
    if (schema.contains("const")) return code(dump_json(schema["const"]));
    if (schema.contains("enum")) return one_of(schema["enum"]);
    for (const char* forms : {"oneOf", "anyOf"})
      if (schema.contains(forms) && !schema.contains("type"))
        return forms_of(schema[forms], node.file);
    if (schema.contains("allOf")) return value_of({&schema["allOf"][0], node.file});
    if (!schema.contains("type")) return "anything";
    return types_of(schema["type"], schema, node.file) + bounds_of(schema);
  }

  static std::string one_of(const Json& choices) {
    std::string text;
    for (const Json& choice : choices)
      text += (text.empty() ? "" : ", ") +
              code(choice.is_string() ? choice.get<std::string>() : dump_json(choice));
    return text;
  }

  std::string forms_of(const Json& forms, const std::string& file) const {
    std::string text;
    for (const Json& form : forms) text += (text.empty() ? "" : ", or ") + value_of({&form, file});
    return text;
  }

  std::string types_of(const Json& types, const Json& schema, const std::string& file) const {
    if (types.is_array()) {
      std::string text;
      for (const Json& type : types) text += (text.empty() ? "" : " or ") + type.get<std::string>();
      return text;
    }
    const auto type = types.get<std::string>();
    if (type == "string") return "text";
    if (type == "boolean") return "`true` or `false`";
    if (type == "object") return "mapping";
    if (type != "array") return type;
    if (!schema.contains("items") || !schema["items"].is_object()) return "list";
    return "list of " + value_of({&schema["items"], file});
  }

  static std::string bounds_of(const Json& schema) {
    const bool low = schema.contains("minimum"), high = schema.contains("maximum");
    if (low && high)
      return ", " + dump_json(schema["minimum"]) + " to " + dump_json(schema["maximum"]);
    if (low) return ", at least " + dump_json(schema["minimum"]);
    return high ? ", at most " + dump_json(schema["maximum"]) : "";
  }

  std::map<std::string, Json> schemas_;
  std::string text_;
  std::vector<std::string> undescribed_;
};

void write_faults(Page& page) {
  page.line("## A step of a script");
  page.line();
  page.line("Either what the world answers, or one of the faults below, or several; each with");
  page.line();
  page.keys(page.at("rule.schema.json", "/definitions/common"));
  const Node steps = page.at("script.schema.json", "/definitions/step/oneOf");
  for (const Json& step : *steps.schema) {
    const auto reference = step.at("$ref").get<std::string>();
    const std::string name = reference.substr(reference.rfind('/') + 1);
    // What has no fault of its own: the world's answer, and the list of several faults.
    const std::string title = name == "answer"   ? "answer: world"
                              : name == "faults" ? "faults: […]"
                                                 : "fault: " + name;
    page.entry(title, {&step, steps.file},
               {"fault", "answer", "times", "until_ms", "delay_ms", "connection"});
  }
}

constexpr const char* kApi = "openapi.json";
constexpr const char* kJsonContent = "/content/application~1json";

/// The codes that errors of a status have, which a form of an answer lists.
std::string codes_of(const Json& schema) {
  std::string codes;
  for (const Json& form : schema.value("allOf", Json::array()))
    if (const Json* listed = find_in(form, "/properties/error/properties/code/enum"))
      for (const Json& each : *listed)
        codes += (codes.empty() ? "" : ", ") + code(each.get<std::string>());
  return codes;
}

void write_errors(Page& page, const std::string& operation) {
  page.line("| status | | `error.code` |");
  page.line("|---|---|---|");
  for (const auto& [status, unused] : page.at(kApi, operation + "/responses").schema->items()) {
    const Node answer = page.resolved(page.at(kApi, operation + "/responses/" + status));
    const Json* schema = find_in(*answer.schema, kJsonContent + std::string("/schema"));
    const std::string codes = schema == nullptr ? "" : codes_of(*schema);
    if (!codes.empty())
      page.line("| " + status + " | " + cell(as_sentence(answer.schema->value("description", ""))) +
                " | " + codes + " |");
  }
  page.line();
}

void write_json(Page& page, const std::string& before, const Json& value) {
  page.line("```http");
  page.line(before + dump_json(value));
  page.line("```");
  page.line();
}

/// The warehouse's own way to ask SQL, for who writes a statement: what is sent, what comes back.
void write_queries(Page& page) {
  const std::string asked = "/paths/~1v1~1queries/post";
  const Node operation = page.at(kApi, asked);
  page.line("## SQL at `/v1/queries`");
  page.line();
  page.line(
      "What a statement may tell candidates where the world has `queries`. `POST /v1/queries`: " +
      operation.schema->at("description").get<std::string>());
  page.line();
  const std::string body = asked + "/requestBody" + kJsonContent;
  write_json(page,
             "POST /v1/queries HTTP/1.1\nAuthorization: Bearer <token>\n"
             "Content-Type: application/json\n\n",
             *page.at(kApi, body + "/examples/named/value").schema);
  page.keys(page.at(kApi, body + "/schema"));
  page.line("The answer, 200:");
  page.line();
  const std::string done = std::string("/components/responses/query_done") + kJsonContent;
  write_json(page, "HTTP/1.1 200 OK\nContent-Type: application/json\n\n",
             *page.at(kApi, done + "/examples/done/value").schema);
  page.keys(page.at(kApi, done + "/schema"));
  page.line(
      "Where the world has `queries.run_ms` it is 202 with `job_id` and the state `RUNNING`, and "
      "`GET /v1/queries/{id}` gives the same until the query is done, and the result from then on. "
      "A query that is wrong, asks for too much or may not be asked gets the body of an error:");
  page.line();
  page.keys(page.at(kApi, "/components/schemas/Error"));
  write_errors(page, asked);
}

void write_checks(Page& page) {
  page.line("## Checks");
  page.line();
  page.line("What `check` of an indicator or a term may be: one `kind`, with its `parameters`.");
  page.line();
  for (const rubrics::Check* check : rubrics::all_checks()) {
    const Node use = page.at("checks.schema.json", "/definitions/" + std::string(check->kind));
    Json shown = use.schema->at("properties").at("parameters");
    shown["description"] = use.schema->at("description");
    page.entry("kind: " + std::string(check->kind), {&shown, use.file}, {});
  }
}

Status write_words(Page& page, const AuthoredDocument& document, const char* key) {
  if (!document.value.contains(key)) return success();
  const Json& words = document.value[key];
  page.line(std::string("| ") + key + " | |");
  page.line("|---|---|");
  for (const auto& [name, meaning] : words.items())
    page.line("| " + code(words.is_array() ? meaning.get<std::string>() : name) + " | " +
              (words.is_array() ? "" : cell(meaning.get<std::string>())) + " |");
  page.line();
  return success();
}

Status write_labels(Page& page, const std::string& exercises) {
  page.line("## Labels and families");
  page.line();
  page.line("An exercise chooses its own words. Those of the exercises that are here:");
  page.line();
  for (const std::string& name : plan::exercise_names(exercises)) {
    ASSAY_TRY(const AuthoredDocument document, plan::read_exercise_file(exercises + "/" + name));
    page.line("### " + code(name));
    page.line();
    ASSAY_CHECK(write_words(page, document, "labels"));
    ASSAY_CHECK(write_words(page, document, "families"));
  }
  return success();
}

}  // namespace

Result<Reference> make_reference(const std::string& exercises) {
  Page page;
  for (const plan::NamedText& schema : plan::schema_texts())
    page.add_schema(schema.name, schema.text);
  page.add_schema("world.schema.json", warehouse::world_schema_text());
  page.add_schema("rule.schema.json", warehouse::rule_schema_text());
  page.add_schema("script.schema.json", warehouse::script_schema_text());
  page.add_schema(kApi, k_openapi_json);
  page.add_schema("rubric.schema.json", rubrics::rubric_schema_text());
  page.add_schema("checks.schema.json", rubrics::checks_schema_text());
  page.line("# Everything that a package may say");
  page.line();
  page.line(
      "Put together from the schemas that packages are held against (`assay reference` prints "
      "it),");
  page.line("so it is changed there: `harness/plan/schemas/`, `rubrics/schemas/`, the checks in");
  page.line(
      "`rubrics/checks/`, and `mock_warehouse/schemas/` with the faults in "
      "`mock_warehouse/faults/`.");
  page.line(
      "A key such as `a.b` is `b` inside `a`, `a[].b` is `b` of each item of the list `a`, and "
      "`NAME`");
  page.line("is a word that the author chooses.");
  page.line();
  page.file("`exercise.yaml`", "exercise.schema.json");
  page.file("`cases/*.yaml`", "cases.schema.json");
  page.file("`shared/*.yaml`", "shared.schema.json");
  page.file("A world", "world.schema.json");
  write_queries(page);
  page.file("A script", "script.schema.json");
  write_faults(page);
  page.file("A rubric", "rubric.schema.json");
  write_checks(page);
  page.file("`solutions/<kind>/<name>/expected.yaml`", "expected.schema.json");
  page.file("`solutions/mutants.yaml`", "mutants.schema.json");
  ASSAY_CHECK(write_labels(page, exercises));
  return page.take();
}

}  // namespace assay::reference
