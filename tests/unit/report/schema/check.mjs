// check.mjs SCHEMA DOCUMENT...
//
// Every DOCUMENT satisfies SCHEMA, and would not with one member more or less in any object whose
// members the schema lists. The second part is what makes the first worth having.
import { readFileSync } from "node:fs";

let Ajv;
try {
  ({ default: Ajv } = await import("ajv"));
} catch {
  console.error("ajv is not installed: run script/setup (it calls `npm ci` in tests/unit/report/schema)");
  process.exit(1);
}

// Objects whose members are data: a candidate's values, and maps by name.
const OPEN = new Set(["arguments", "value", "packages", "timing", "steps", "context", "environment"]);
// Members that a document may leave out.
const OPTIONAL = new Set([
  "family", "twin_of", "value", "detail", "exception", "exit_code", "signal", "ended_at_us",
  "body_sha256", "body", "sql", "rule", "step", "fault", "status", "suggestion", "questions",
  "draft", "draft_sha256", "of", "pairs", "lineage", "indicator", "exercise",
  "environment", "written_bytes", "processes_at_most", "real_time", "repeated", "lost",
  "waits", "deadline_us", "not_compared",
]);
// `rule`, `status` and `exercise` have other places in which they are required; `request` and `stream` leave a
// whole citation behind, and so does the last member of a pair that a oneOf names.
const REQUIRED_IN = { rule: ["overall"], status: ["final"], indicator: ["marks", "changed"], exercise: ["graded"] };
const optional = (key, place) =>
  key === "request" || key === "stream" || (OPTIONAL.has(key) && !(REQUIRED_IN[key] ?? []).includes(place));

/** Every object that the schema closes, with the name of the member that holds it. */
function* closedObjects(node, place = "") {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) yield [node, place];
  for (const [key, child] of Object.entries(node))
    if (Array.isArray(node)) yield* closedObjects(child, place);
    else if (!OPEN.has(key)) yield* closedObjects(child, key);
}

const [schemaFile, ...documents] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

let failures = 0;
const fail = (message) => {
  console.error(message);
  failures += 1;
};

let changes = 0;
for (const file of documents) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  if (!validate(document)) {
    fail(`${file}: ${JSON.stringify(validate.errors, null, 1)}`);
    continue;
  }
  for (const [object, place] of closedObjects(document)) {
    object["not in the schema"] = 1;
    if (validate(document)) fail(`${file}: an unknown member of ${place || "the document"} is accepted`);
    delete object["not in the schema"];
    for (const [key, value] of Object.entries(object)) {
      if (optional(key, place)) continue;
      delete object[key];
      if (validate(document)) fail(`${file}: ${place || "the document"} may be without ${key}`);
      object[key] = value;
      changes += 1;
    }
  }
}
if (documents.length === 0 || changes === 0) fail("no document was checked");
console.log(`${documents.length} documents, ${changes} changes refused, ${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
