// The service's own description of its API, and whether shapes.json agrees with it.
//
// The client library brings it along: types.d.ts is generated from the API's discovery document
// (https://bigquery.googleapis.com/discovery/v1/apis/bigquery/v2/rest), with every field of every
// resource and every parameter of every method. What it lacks are the formats: int64 is a string
// there, so which strings are numbers is the matter of shapes.json alone, and so is what errors are.
import { readFileSync } from "node:fs";

/** {"IJob": {object: {kind: {text: true}, …}}, "jobs.IListParams": …}; a type is one of
 * {object}, {list}, {map}, {text}, {number}, {boolean}, {ref: "IJob"} and {any}. */
export function readDocumented(file) {
  return new Declarations(readFileSync(file, "utf8")).read();
}

class Declarations {
  #tokens;
  #at = 0;
  #types = {};

  constructor(source) {
    const bare = source.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/.*/g, "");
    this.#tokens = bare.match(/'[^']*'|"[^"]*"|[A-Za-z_$][\w$.]*|[^\s]/g);
  }

  #peek() {
    return this.#tokens[this.#at];
  }

  #take(wanted) {
    const token = this.#tokens[this.#at++];
    if (wanted !== undefined && token !== wanted) throw new Error(`expected ${wanted}, found ${token}, token ${this.#at}`);
    return token;
  }

  #skip(token) {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  read() {
    const spaces = []; // of the brackets that are open, the namespaces' names
    while (this.#at < this.#tokens.length) {
      const token = this.#take();
      if (token === "namespace") {
        spaces.push(this.#take());
        this.#take("{");
      } else if (token === "type") {
        const name = this.#take();
        this.#take("=");
        this.#types[[...spaces.slice(1), name].join(".")] = this.#type();
      } else if (token === "}") {
        spaces.pop();
      }
    }
    return this.#types;
  }

  #type() {
    this.#skip("|");
    let type = this.#one();
    while (this.#skip("|")) {
      const other = this.#one();
      if (!type.text || !other.text) type = { any: true };
    }
    while (this.#skip("[")) {
      this.#take("]");
      type = { list: type };
    }
    return type;
  }

  #one() {
    const token = this.#take();
    if (token === "{") return this.#object();
    if (token === "Array") {
      this.#take("<");
      const list = this.#type();
      this.#take(">");
      return { list };
    }
    if (token === "string" || /^['"]/.test(token)) return { text: true };
    if (token === "number" || token === "boolean") return { [token]: true };
    if (/^I[A-Z]/.test(token)) return { ref: token };
    return { any: true };
  }

  #object() {
    const object = {};
    while (!this.#skip("}")) {
      if (this.#skip("[")) {
        while (!this.#skip("]")) this.#take();
        this.#take(":");
        const map = this.#type();
        this.#skip(";");
        this.#take("}");
        return { map };
      }
      const name = this.#take().replace(/['"]/g, "");
      this.#skip("?");
      this.#take(":");
      object[name] = this.#type();
      this.#skip(";");
    }
    return { object };
  }
}

const TEXTS = ["string", "int64", "uint64", "scalar"];

/** Holds shapes.json against the description. */
class Comparison {
  problems = new Set();
  #done = new Set();

  constructor(documented, types) {
    this.documented = documented;
    this.types = types;
  }

  compare(form, type, at) {
    if (type === undefined) return this.problems.add(`${at}: the service's description has no such type`);
    if (type.ref) return this.compare(form, this.documented[type.ref], at);
    const bare = form.replace(/[!-]$/, "");
    const fits =
      bare === "any" || type.any ||
      (type.text && (TEXTS.includes(bare) || bare.startsWith("="))) ||
      (type.number && bare === "integer") || (type.boolean && bare === "boolean") ||
      (bare === "object" && (type.map || type.object)) ||
      (type.list && bare.endsWith("[]")) || (type.map && bare.endsWith("{}")) || (type.object && this.types[bare]);
    if (!fits) return this.problems.add(`${at} is ${bare} here, and ${Object.keys(type)[0]} in the service's description`);
    if (type.list && bare !== "any") return this.compare(bare.slice(0, -2), type.list, `${at}[]`);
    if (type.map && bare.endsWith("{}")) return this.compare(bare.slice(0, -2), type.map, `${at}{}`);
    if (type.object && this.types[bare]) this.#fields(bare, type.object, at);
  }

  #fields(name, documented, at) {
    if (this.#done.has(name)) return;
    this.#done.add(name);
    const own = this.types[name];
    for (const field of Object.keys(documented))
      if (!own[field]) this.problems.add(`${at}: ${name} lacks the documented field ${field}`);
    for (const [field, form] of Object.entries(own)) {
      if (!documented[field]) this.problems.add(`${at}: ${name}.${field} is not documented`);
      else this.compare(form, documented[field], `${at}.${field}`);
    }
  }
}

/** What shapes.json says otherwise than the description, in words. */
export function compareWithDocumented(shapes, documented) {
  const answers = new Comparison(documented, shapes.types);
  const requests = new Comparison(documented, shapes.requestTypes);
  const problems = [];
  for (const [name, method] of Object.entries(shapes.methods)) {
    if (method.response) answers.compare(method.response, documented[`I${method.response}`], `${name}, answer`);
    if (method.request) requests.compare(method.request, documented[`I${method.request}`], `${name}, request`);
    const [resource, verb] = name.split(".");
    const params = documented[`${resource}.I${verb[0].toUpperCase()}${verb.slice(1)}Params`]?.object ?? {};
    const known = Object.keys(params).sort().join();
    const own = [...method.parameters].sort().join();
    if (known !== own) problems.push(`${name}: its parameters are ${own || "none"} here, and ${known || "none"} in the service's description`);
  }
  return [...problems, ...answers.problems, ...requests.problems];
}
