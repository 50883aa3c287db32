// check.mjs FILE...
//
// Opens each page in headless Chromium, in both colour schemes, wide and narrow and printed, with all
// that opens closed and open. axe finds nothing; nothing scrolls sideways but what says that it does;
// nothing is loaded, and nothing is refused by the page's own policy; the keyboard reaches and opens
// what the mouse does. First the checks are shown to fail on a page that breaks them.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// As ctest's SKIP_RETURN_CODE has it; where CI is set, what is missing is a failure.
const SKIPPED = 77;
const BROWSER = "/usr/bin/chromium";

function missing(what) {
  console.error(`${what}: run script/setup test`);
  process.exit(process.env.CI ? 1 : SKIPPED);
}

let chromium, axe;
try {
  ({ chromium } = await import("playwright-core"));
  axe = (await import("axe-core")).default.source;
} catch {
  missing("playwright-core or axe-core is not installed");
}
if (!existsSync(BROWSER)) missing(`there is no ${BROWSER}`);

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const VIEWS = [
  { name: "light, wide", colorScheme: "light", width: 1440, open: false },
  { name: "dark, narrow, all open", colorScheme: "dark", width: 390, open: true },
  { name: "light, narrow", colorScheme: "light", width: 390, open: false },
  { name: "dark, wide, all open", colorScheme: "dark", width: 1440, open: true },
  { name: "light, wide, all open", colorScheme: "light", width: 900, open: true },
  { name: "printed", colorScheme: "light", width: 900, open: false, media: "print" },
  { name: "as narrow as WCAG 1.4.10 asks", colorScheme: "light", width: 320, open: true, axe: false },
];

/** What axe finds, a line for each node. */
async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    RULES,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 2).map((node) => `${id}: ${node.html.slice(0, 200)}\n    ${node.failureSummary}`),
  );
}

/** Whether the page as a whole scrolls sideways, and by what. */
async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("main *, header *")].find(
      (element) => element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll"),
    );
    return [`wider than the window: ${wide ? wide.outerHTML.slice(0, 200) : "something"}`];
  });
}

/** The keyboard's way: the skip link first, and Enter on a summary. */
async function keyboard(page) {
  const found = [];
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  if (first !== "skip") found.push(`the first Tab leads to "${first}", not to the skip link`);
  const seen = await page.evaluate(() => document.querySelector(".skip").getBoundingClientRect().left >= 0);
  if (!seen) found.push("the skip link has the focus and cannot be seen");
  const summary = page.locator("main summary").first();
  if ((await summary.count()) === 0) return found;
  const isOpen = () => summary.evaluate((element) => element.parentElement.open);
  const before = await isOpen();
  await summary.focus();
  await page.keyboard.press("Enter");
  if ((await isOpen()) === before) found.push("Enter does not open what it should");
  return found;
}

const browser = await chromium.launch({
  executablePath: BROWSER,
  // Chromium's own sandbox refuses root, which tests in containers are.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});

async function look(url, view, spoil) {
  const page = await browser.newPage({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.colorScheme,
  });
  const found = [];
  page.on("console", (message) => message.type() === "error" && found.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("request", (request) => request.url() !== url && found.push(`loads ${request.url()}`));
  if (view.media) await page.emulateMedia({ media: view.media });
  await page.goto(url);
  if (spoil) await page.evaluate(spoil);
  if (view.open)
    await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  if (view.axe !== false) found.push(...(await barriers(page)));
  found.push(...(await overflow(page)));
  if (!view.open && !view.media) found.push(...(await keyboard(page)));
  await page.close();
  return found;
}

/** What each check must find on a page that it should not accept. */
const SPOILED = [
  ["color-contrast", () => (document.querySelector("h1").style.color = "#ddd")],
  ["image-alt", () => document.querySelector("main").append(document.createElement("img"))],
  ["wider than the window", () => (document.querySelector("h1").style.width = "200vw")],
  ["loads ", () => (document.body.append(Object.assign(new Image(), { src: "x.png", alt: "" })))],
  ["skip link", () => document.querySelector(".skip").remove()],
];

let failures = 0;
const files = process.argv.slice(2);
const urls = files.map((file) => pathToFileURL(resolve(file)).href);
for (const [expected, spoil] of SPOILED) {
  const found = await look(urls[0], VIEWS[0], spoil).catch((error) => [String(error)]);
  // A policy that works refuses the load instead, and says so.
  const loads = expected === "loads " && found.some((each) => each.includes("Content Security Policy"));
  const skips = expected === "skip link" && found.length > 0;
  if (!loads && !skips && !found.some((each) => each.includes(expected))) {
    failures += 1;
    console.error(`a page that is spoiled passes: ${expected}`);
  }
}
for (const [i, url] of urls.entries())
  for (const view of VIEWS)
    for (const found of await look(url, view)) {
      failures += 1;
      console.error(`${files[i]} (${view.name}): ${found}`);
    }
await browser.close();
if (files.length === 0) failures += 1;
console.log(`${files.length} pages, ${VIEWS.length} views each, ${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
