// warehouse_page_test.mjs ASSAY
//
// The control page of `assay warehouse` in headless Chromium: it follows the journal, puts a fault in
// by keyboard alone, tells what does not fit, starts the case anew and says when all is over. axe finds
// nothing in either colour scheme, wide or narrow, and nothing is refused by the page's own policy.
// ASSAY_SCREENSHOTS=FOLDER keeps what it looked like.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

// As ctest's SKIP_RETURN_CODE has it; where CI is set, what is missing is a failure.
const SKIPPED = 77;
const BROWSER = "/usr/bin/chromium";
const TARGET = "/v1/tables/orders/partitions/2026-03-13";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

function missing(what) {
  console.error(`${what}: run script/setup test`);
  process.exit(process.env.CI ? 1 : SKIPPED);
}

let chromium, axe;
try {
  const require = createRequire(resolve("tests/unit/report/axe/check.mjs"));
  ({ chromium } = require("playwright-core"));
  axe = require("axe-core").source;
} catch {
  missing("playwright-core or axe-core is not installed");
}
if (!existsSync(BROWSER)) missing(`there is no ${BROWSER}`);

const folder = mkdtempSync(join(tmpdir(), "assay-page-"));
const served = spawn(resolve(process.argv[2]), ["warehouse", "check_pipeline_health", "--case", "healthy"],
  { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((done) => served.on("exit", (code, signal) => done(code ?? signal)));
const found = {};
for await (const line of createInterface({ input: served.stdout })) {
  const [, name, value] = line.match(/^(URL|token|control) +(\S+)/) ?? [];
  if (name) found[name] = value;
  if (line.startsWith("Ctrl-C")) break;
}

/** The status of an answer; "closed" without one. */
function ask(target = TARGET) {
  const { hostname, port } = new URL(found.URL);
  const headers = { Authorization: `Bearer ${found.token}` };
  return new Promise((done) => {
    const request = http.request({ hostname, port, path: target, headers, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => done(answer.statusCode));
    });
    request.on("error", () => done("closed"));
    request.end();
  });
}

const browser = await chromium.launch({
  executablePath: BROWSER,
  // Chromium's own sandbox refuses root, which tests in containers are.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
const complaints = [];

async function open(colorScheme, width) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(found.control);
  await page.locator("#state", { hasText: "live" }).waitFor();
  return page;
}

async function look(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    RULES,
  );
  const barriers = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
  assert.deepEqual(barriers, [], name);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(sideways, false, `${name}: the page scrolls sideways`);
  if (process.env.ASSAY_SCREENSHOTS)
    await page.screenshot({ path: join(process.env.ASSAY_SCREENSHOTS, `${name}.png`), fullPage: true });
}

try {
  const page = await open("light", 1280);
  const row = (seq) => page.locator("#rows tr").filter({ has: page.locator("td.number", { hasText: new RegExp(`^${seq}$`) }) });
  assert.equal(await page.locator("h1").textContent(), "check_pipeline_health, case healthy");

  assert.equal(await ask(), 200);
  await row(1).waitFor();
  assert.equal(await row(1).locator("td.asked").textContent(), "GET " + TARGET);

  // By keyboard alone: choose a fault, fill its field, send.
  await page.locator("#fault").focus();
  await page.keyboard.type("http_error");
  await page.keyboard.press("Tab");
  await page.keyboard.type("502");
  await page.keyboard.press("Enter");
  await page.locator("#said.good", { hasText: "the next request" }).waitFor();
  assert.deepEqual([await ask(), await ask()], [502, 200]);
  await row(3).waitFor();
  assert.equal(await row(2).locator("td.fault-name").textContent(), "http_error (put in by hand)");
  assert.match(await row(2).getAttribute("class"), /is-bad/);

  // What the form lets through and the schema does not.
  await page.locator("#fields summary").click();
  await page.locator("#field-headers").fill('{"Content-Length": "3"}');
  await page.locator("#inject button").click();
  await page.locator("#said.bad", { hasText: "Content-Length" }).waitFor();
  await page.locator("#field-headers").fill("{");
  await page.locator("#inject button").click();
  await page.locator("#said.bad", { hasText: "no JSON" }).waitFor();
  assert.equal(await ask(), 200);

  // A row that goes on, until its answer is over.
  await page.locator("#fault").selectOption("latency");
  await page.locator("#field-ms").fill("600");
  await page.locator("#inject button").click();
  await page.locator("#said.good").waitFor();
  const slow = ask("/v1/tables/orders");
  await page.locator("#rows tr.goes-on").waitFor();
  assert.equal(await slow, 200);
  await page.locator("#rows tr.goes-on").waitFor({ state: "detached" });

  // A kind of request: others pass, and that is said.
  await page.locator("#fault").selectOption("http_error");
  await page.locator("#field-status").fill("502");
  await page.locator("#operation").selectOption("get_table");
  await page.locator("#inject button").click();
  await page.locator("#said.good", { hasText: "It strikes the next get_table; other requests pass." }).waitFor();
  assert.deepEqual([await ask(), await ask("/v1/tables/orders")], [200, 502]);
  await page.locator("#operation").selectOption("");
  assert.match(await page.locator("#rows td.answer .about").first().textContent(), /^internal: /);

  // Text of a client stays text.
  await ask("/v1/<img/src=x/onerror=document.title='x'>");
  await row(8).waitFor();
  assert.equal(await page.locator("#rows img").count(), 0);
  assert.match(await row(8).locator("td.asked").textContent(), /<img/);
  await look(page, "light-wide");

  const narrow = await open("dark", 390);
  await narrow.locator("#rows tr").nth(5).waitFor();
  await look(narrow, "dark-narrow");
  await narrow.locator("#anew").click();
  await narrow.locator("#about", { hasText: "run 2" }).waitFor();
  await page.locator("#about", { hasText: "run 2" }).waitFor();
  assert.equal(await page.locator("#rows tr").count(), 0);

  served.kill("SIGTERM");
  assert.equal(await ended, 0);
  await page.locator("#state", { hasText: "ended" }).waitFor();
  assert.deepEqual(complaints.filter((each) => !each.includes("422")), []);
  console.log("the control page does what it says");
} finally {
  served.kill("SIGKILL");
  await browser.close();
  rmSync(folder, { recursive: true });
}
