// editor_check.mjs: what an editor makes of Assay's authored files.
//
// Starts the language server that editors use for YAML and opens every authored file of the source
// tree in it. By the schema line at its top alone, with no setting of the editor, each file must be
// without findings, mistakes must be found where they are, and the words that fit a place must be
// offered, with the description that the schema gives. One run, one server; exits with 1 after all
// failures are told.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const require = createRequire(import.meta.url);
let rpc, server, Ajv;
try {
  Ajv = require("ajv").default;
  rpc = require("vscode-jsonrpc/node");
  server = join(dirname(require.resolve("yaml-language-server/package.json")), "bin/yaml-language-server");
} catch {
  console.error("yaml-language-server is not installed: run `script/setup test` (it calls `npm ci` in tests/editor)");
  process.exit(1);
}

const DEADLINE_MS = 60_000;
const SETTINGS = {
  yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false, url: "" } },
};

const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = rpc.createMessageConnection(child.stdout, child.stdin);
connection.onRequest("workspace/configuration", ({ items }) => items.map(({ section }) => SETTINGS[section] ?? {}));
connection.onRequest("client/registerCapability", () => null);
connection.onRequest("custom/schema/request", () => []);

// Findings come when the server has them: one waiter a document.
const waiting = new Map();
connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
  waiting.get(uri)?.(diagnostics);
  waiting.delete(uri);
});
connection.listen();

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the language server said nothing of ${what}`)), DEADLINE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

let opened = 0;
/** Opens a text as if it lay at `path`, under a name of its own; its uri and findings. */
async function open(path, text) {
  opened += 1;
  const uri = pathToFileURL(join(root, dirname(path), `opened-${opened}.yaml`)).href;
  const found = new Promise((give) => waiting.set(uri, give));
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "yaml", version: 1, text },
  });
  return { uri, findings: await within(found, path) };
}

/** The text without its mark ‸, and where that stood. */
function marked(text) {
  const at = text.indexOf("‸");
  if (at < 0) throw new Error("a probe has no mark");
  const before = text.slice(0, at).split("\n");
  return { text: text.replace("‸", ""), position: { line: before.length - 1, character: before.at(-1).length } };
}

let failures = 0;
function check(holds, message) {
  if (holds) return;
  console.error(message);
  failures += 1;
}

/** The file with `from` replaced by `to`, which holds the mark. */
function probe(path, from, to) {
  const text = readFileSync(join(root, path), "utf8");
  if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
  return marked(text.replace(from, to));
}

async function offers(path, from, to, ...labels) {
  const { text, position } = probe(path, from, to);
  const { uri } = await open(path, text);
  const answer = await within(
    connection.sendRequest("textDocument/completion", { textDocument: { uri }, position }), path);
  const offered = (answer?.items ?? answer ?? []).map(({ label }) => label);
  for (const label of labels)
    check(offered.includes(label), `${path}: at ${JSON.stringify(to)} there is no offer of ${label}, only ${offered}`);
}

async function finds(path, from, to, words) {
  const { text, position } = probe(path, from, to);
  const { findings } = await open(path, text);
  check(findings.some(({ message, range }) => message.includes(words) && range.start.line === position.line),
    `${path}: at ${JSON.stringify(to)} no finding says ${JSON.stringify(words)}: ${JSON.stringify(findings)}`);
}

async function explains(path, from, to, words) {
  const { text, position } = probe(path, from, to);
  const { uri } = await open(path, text);
  const answer = await within(
    connection.sendRequest("textDocument/hover", { textDocument: { uri }, position }), path);
  check(JSON.stringify(answer?.contents ?? "").replaceAll("\\\\", "").includes(words),
    `${path}: at ${JSON.stringify(to)} the server explains ${JSON.stringify(answer)}`);
}

/** Each schema is plain JSON Schema, and each of its references leads to a file beside it. */
function checkSchemas() {
  const ajv = new Ajv({ strict: false });
  const files = execFileSync("git", ["ls-files", "harness/plan/schemas", "mock_warehouse/schemas", "rubrics/schemas"],
    { cwd: root }).toString().trim().split("\n");
  for (const path of files) {
    const schema = JSON.parse(readFileSync(join(root, path), "utf8"));
    check(schema.$schema === "http://json-schema.org/draft-07/schema#", `${path} does not say which draft it is`);
    check(ajv.validateSchema(schema), `${path}: ${JSON.stringify(ajv.errors)}`);
    for (const [, reference] of JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)/g))
      check(existsSync(join(root, dirname(path), reference)), `${path} refers to ${reference}, which is not there`);
  }
  check(files.length >= 8, `only ${files.length} schemas were found`);
}

const EXERCISE = "exercises/daily_totals/exercise.yaml";
const CASES = "exercises/check_pipeline_health/cases/01_healthy.yaml";
const TOTALS = "exercises/daily_totals/cases/01_totals.yaml";
const RUBRIC = "exercises/daily_totals/rubric.yaml";
const EXPECTED = "exercises/daily_totals/solutions/reference/latest_by_id/expected.yaml";

async function run() {
  checkSchemas();
  await within(connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: {
      workspace: { configuration: true },
      textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: {} },
    },
  }), "its start");
  await connection.sendNotification("initialized", {});

  const files = execFileSync("git", ["ls-files", "exercises/*.yaml", "rubrics/definitions/*.yaml"], { cwd: root })
    .toString().trim().split("\n");
  for (const path of files) {
    const text = readFileSync(join(root, path), "utf8");
    check(text.startsWith("# yaml-language-server: $schema="), `${path} has no schema line at its top`);
    const { findings } = await open(path, text);
    check(findings.length === 0, `${path}: ${JSON.stringify(findings)}`);
  }

  await offers(EXERCISE, "needs_warehouse: false", "needs_‸", "needs_warehouse");
  await offers(EXERCISE, "type: list", "type: ‸", "iso_date", "dict");
  await offers(CASES, "{fault: latency, ms: 400}", "{fault: ‸}", "hang", "http_error", "rate_limited");
  await offers(TOTALS, "label: plain\n", "label: plain\n    vis‸\n", "visibility");
  await offers(RUBRIC, "kind: expected_value\n      parameters: {labels: [plain, repeated, deleted, nothing]}",
    "kind: ‸", "told_apart", "expected_exception");
  await offers(RUBRIC, "parameters: {labels: [bad_event], answers_in: [plain]}",
    "parameters:\n        labels: [bad_event]\n        ‸", "answers_in", "observed_where");
  await offers(EXPECTED, "totals: observed", "totals: ‸", "not_exercised");

  await finds(EXERCISE, "needs_warehouse: false", "needs_warehouse‸: perhaps", "boolean");
  await finds(EXERCISE, "title: Daily", "titel‸: Daily", "titel");
  await finds(TOTALS, "visibility: public", "visibility: secret‸", "hidden");
  await finds(RUBRIC, "polarity: negative", "polarity: bad‸", "positive");
  await finds(EXPECTED, "totals: observed", "totals: perhaps‸", "not_exercised");

  await explains(EXERCISE, "needs_warehouse", "needs_‸warehouse", "never asks the warehouse");
  await explains(TOTALS, "tolerance", "toler‸ance", "How far a number");
  await explains(RUBRIC, "answers_in", "answers‸_in", "no credit for failing");
  console.log(`${files.length} files without findings wanted, ${opened - files.length} probes, ${failures} failures`);
}

try {
  await run();
} catch (error) {
  check(false, String(error));
}
child.kill();
process.exit(failures === 0 ? 0 : 1);
