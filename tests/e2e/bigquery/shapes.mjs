// Holds recorded exchanges against the shapes of shapes.json.
//
// A shape lists all fields that the service documents for a resource (documented.mjs holds them
// against its description). Behind a field's type stands "!" where every answer or request has it,
// and "-" where this warehouse never gives it, or nothing here asks for it; any other has to be seen
// at least once. A field that is not documented is a problem, and so is one of another type.

const isText = (value) => typeof value === "string";
const PRIMITIVES = {
  string: isText,
  int64: (value) => isText(value) && /^-?\d+$/.test(value),
  uint64: (value) => isText(value) && /^\d+$/.test(value),
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  any: () => true,
  // What is documented as text, and what clients send as JSON numbers and booleans all the same.
  scalar: (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
};

class Checker {
  problems = new Set();
  seen = new Set();
  /** Whether some fields were asked for, so that others may be missing. */
  partial = false;

  constructor(types) {
    this.types = types;
  }

  check(type, value, at) {
    if (type.endsWith("[]")) {
      if (!Array.isArray(value)) return this.problems.add(`${at}: expected a list, found ${JSON.stringify(value)}`);
      for (const item of value) this.check(type.slice(0, -2), item, `${at}[]`);
    } else if (type.endsWith("{}")) {
      if (!PRIMITIVES.object(value)) return this.problems.add(`${at}: expected an object, found ${JSON.stringify(value)}`);
      for (const [name, item] of Object.entries(value)) this.check(type.slice(0, -2), item, `${at}.${name}`);
    } else if (type.startsWith("=")) {
      if (value !== type.slice(1)) this.problems.add(`${at}: expected ${type.slice(1)}, found ${JSON.stringify(value)}`);
    } else if (PRIMITIVES[type]) {
      if (!PRIMITIVES[type](value)) this.problems.add(`${at}: expected ${type}, found ${JSON.stringify(value)}`);
    } else {
      this.object(type, value, at);
    }
  }

  object(type, value, at) {
    const fields = this.types[type];
    if (!fields) return this.problems.add(`${at}: there is no shape ${type}`);
    if (!PRIMITIVES.object(value)) return this.problems.add(`${at}: expected ${type}, found ${JSON.stringify(value)}`);
    for (const [name, form] of Object.entries(fields))
      if (form.endsWith("!") && value[name] === undefined && !this.partial) this.problems.add(`${at}: ${name} is missing`);
    for (const [name, field] of Object.entries(value)) {
      const form = fields[name];
      if (form === undefined) {
        this.problems.add(`${at}.${name} is not documented`);
      } else if (form.endsWith("-")) {
        this.problems.add(`${at}.${name} is said never to be given`);
      } else {
        this.seen.add(`${type}.${name}`);
        this.check(form.replace(/!$/, ""), field, `${at}.${name}`);
      }
    }
  }
}

const segments = (path) => path.replace(/^\/bigquery\/v2/, "").split("/").slice(1);
const fits = (pattern, path) =>
  pattern.length === path.length && pattern.every((part, i) => part.startsWith("{") || part === path[i]);

/** What is wrong with the exchanges, in words; and what of the shapes none of them shows. */
export function checkShapes(shapes, exchanges) {
  const checker = new Checker(shapes.types);
  const requests = new Checker(shapes.requestTypes);
  const called = new Set();
  for (const exchange of exchanges) {
    const found = Object.entries(shapes.methods).find(([, method]) =>
      method.http === exchange.method && fits(segments(method.path), segments(exchange.path)));
    if (exchange.type !== shapes.contentType) checker.problems.add(`${exchange.path}: Content-Type ${exchange.type}`);
    // What a client sends is its own matter, whatever it is answered.
    if (found) checkRequest(requests, shapes, found[0], exchange);
    checker.partial = false;
    if (exchange.answer?.error) {
      checker.check("ErrorResponse", exchange.answer, "error");
    } else if (!found) {
      checker.problems.add(`${exchange.method} ${exchange.path}: answered, and no documented method`);
    } else {
      const [name, method] = found;
      called.add(name);
      checker.partial = exchange.query.fields !== undefined;
      checker.check(method.response ?? "Nothing", exchange.answer, name);
    }
  }
  const problems = [...checker.problems, ...requests.problems];
  for (const name of Object.keys(shapes.methods)) if (!called.has(name)) problems.push(`${name} was never called`);
  return [...problems, ...unseen(shapes.types, checker, "answered"), ...unseen(shapes.requestTypes, requests, "asked")];
}

function checkRequest(requests, shapes, name, exchange) {
  const method = shapes.methods[name];
  const problem = (text) => requests.problems.add(`${name}, request: ${text}`);
  for (const parameter of Object.keys(exchange.query))
    if (!method.parameters.includes(parameter) && !shapes.commonParameters.includes(parameter))
      problem(`the parameter ${parameter} is not documented`);
  if (!method.request) {
    // A method without a body is called without one, or with nothing in it.
    if (exchange.request && Object.keys(exchange.request).length > 0) problem(`it has a body: ${JSON.stringify(exchange.request)}`);
    return;
  }
  if (!/^application\/json/.test(exchange.sentType)) problem(`its body is said to be ${exchange.sentType}`);
  requests.check(method.request, exchange.request, `${name}, request`);
}

function unseen(types, checker, how) {
  return Object.entries(types).flatMap(([type, fields]) =>
    Object.entries(fields)
      .filter(([field, form]) => !form.endsWith("-") && !checker.seen.has(`${type}.${field}`))
      .map(([field]) => `${type}.${field} was never ${how}`));
}
