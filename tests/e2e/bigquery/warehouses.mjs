// Warehouses for a test in JavaScript, and a record of all that is asked of them.
//
// SERVER is the executable warehouse_in_real_time, ENGINE is assay-sql. Each warehouse is reached
// through a relay of its own, which writes down requests and answers as they are on the wire.
import { spawn } from "node:child_process";
import http from "node:http";
import { createInterface } from "node:readline";

export class Warehouses {
  #server;
  #lines;
  #relays = [];
  /** {method, path, query, request, sentType, status, type, answer}, in the order of the answers. */
  exchanges = [];

  constructor(server, engine) {
    this.#server = spawn(server, [engine], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#server.stdout })[Symbol.asyncIterator]();
  }

  async #ask(command) {
    this.#server.stdin.write(JSON.stringify(command) + "\n");
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the server has ended, asked for ${JSON.stringify(command).slice(0, 400)}`);
    return JSON.parse(value);
  }

  /** {url, journal()}: the journal is had once, and ends the warehouse. */
  async open(world, script = []) {
    const { port } = await this.#ask({ world, script });
    const relay = http.createServer((request, response) => this.#relay(port, request, response));
    await new Promise((done) => relay.listen(0, "127.0.0.1", done));
    this.#relays.push(relay);
    return {
      url: `http://127.0.0.1:${relay.address().port}`,
      journal: async () => (await this.#ask({ end: port })).journal,
    };
  }

  async #relay(port, request, response) {
    const sent = await text(request);
    const headers = { ...request.headers };
    const forward = http.request(
      { host: "127.0.0.1", port, method: request.method, path: request.url, headers, agent: false },
      async (answer) => {
        const body = await text(answer);
        const url = new URL(request.url, "http://warehouse");
        this.exchanges.push({
          method: request.method,
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          request: sent && JSON.parse(sent),
          sentType: request.headers["content-type"],
          status: answer.statusCode,
          type: answer.headers["content-type"],
          answer: body && JSON.parse(body),
        });
        response.writeHead(answer.statusCode, answer.headers);
        response.end(body);
      });
    forward.on("error", () => response.destroy());
    forward.end(sent);
  }

  close() {
    for (const relay of this.#relays) {
      relay.close();
      relay.closeAllConnections();
    }
    this.#server.stdin.end();
    return new Promise((done) => this.#server.on("exit", done));
  }
}

async function text(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
