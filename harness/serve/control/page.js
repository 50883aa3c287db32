// The control page: rows from a stream of events, a form from the vocabulary of faults. All text is put
// in as text, so nothing that a client of the warehouse wrote is markup here.
"use strict";

const kMaxRows = 2000; // more are in the journal's file
const kShownFields = 3; // more that may be left out are shown when they are asked for
const byId = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="assay-token"]').content;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// ---- the journal

const rows = new Map();

function rowOf(data) {
  const row = make("tr", [data.bad ? "is-bad" : "", data.over ? "" : "goes-on"].join(" ").trim());
  row.append(make("td", "number", String(data.seq)), make("td", "time", data.at), make("td", "time", "+" + data.gap),
    make("td", "asked", data.asked), make("td", "answer", data.answer), make("td", "fault-name", data.fault));
  if (data.sql) row.querySelector(".asked").append(make("div", "about", data.sql));
  if (data.refusal) row.querySelector(".answer").append(make("div", "about", data.refusal));
  return row;
}

function put(data) {
  const row = rowOf(data);
  const before = rows.get(data.seq);
  if (before) before.replaceWith(row);
  else byId("rows").prepend(row);
  rows.set(data.seq, row);
  byId("none").hidden = true;
  if (rows.size > kMaxRows) {
    const [oldest, element] = rows.entries().next().value;
    element.remove();
    rows.delete(oldest);
  }
}

function say(state, tone) {
  byId("state").textContent = state;
  byId("state").className = "chip " + tone;
}

function listen() {
  const events = new EventSource("events");
  events.addEventListener("begun", (event) => {
    const data = JSON.parse(event.data);
    rows.clear();
    byId("rows").replaceChildren();
    byId("notices").replaceChildren();
    byId("none").hidden = false;
    byId("case").textContent = data.exercise + ", case " + data.case;
    byId("about").textContent = data.title + " · run " + data.run + " · its clock starts at " + data.now;
    document.title = data.case + " · Warehouse · Assay";
    say("live", "good");
  });
  events.addEventListener("request", (event) => put(JSON.parse(event.data)));
  events.addEventListener("notice", (event) =>
    byId("notices").append(make("li", "", JSON.parse(event.data).join("\n"))));
  events.addEventListener("closed", () => {
    events.close();
    say("ended", "open");
  });
  events.onerror = () => say("not connected", "bad");
}

// ---- the form

let menu = { faults: [], operations: [] };

function option(value, text) {
  const element = make("option", "", text);
  element.value = value;
  return element;
}

function inputOf(field) {
  if (field.kind === "choice" || field.kind === "yes_no") {
    const select = make("select");
    if (!field.required) select.append(option("", "as usual"));
    for (const choice of field.kind === "yes_no" ? [true, false] : field.choices)
      select.append(option(JSON.stringify(choice), field.kind === "yes_no" ? (choice ? "yes" : "no") : String(choice)));
    return select;
  }
  if (field.kind === "json") {
    const area = make("textarea");
    area.rows = 2;
    area.placeholder = "as JSON";
    return area;
  }
  const input = make("input");
  input.type = { integer: "number", flag: "checkbox" }[field.kind] ?? "text";
  if (field.kind === "integer") {
    input.step = 1;
    if (field.min !== undefined) input.min = field.min;
    if (field.max !== undefined) input.max = field.max;
  }
  if (field.kind !== "flag") input.required = field.required;
  return input;
}

function boxOf(field) {
  const box = make("p", "field");
  const input = inputOf(field);
  input.id = "field-" + field.name;
  input.dataset.name = field.name;
  input.dataset.kind = field.kind;
  input.setAttribute("aria-describedby", input.id + "-about");
  const label = make("label", "", field.name);
  label.htmlFor = input.id;
  const about = make("span", "about", field.description);
  about.id = input.id + "-about";
  box.append(label, input, about);
  return box;
}

function showFault() {
  const fault = menu.faults.find((each) => each.name === byId("fault").value);
  byId("fault-about").textContent = fault.description;
  const fields = byId("fields");
  fields.replaceChildren(...fault.fields.filter((field) => field.required).map(boxOf));
  const others = fault.fields.filter((field) => !field.required);
  if (others.length > 0) {
    const details = make("details");
    details.open = others.length <= kShownFields;
    details.append(make("summary", "", "Other fields"), ...others.map(boxOf));
    fields.append(details);
  }
  byId("operation").disabled = fault.for_connections;
}

/** The value of a field of the form; undefined where it is left out. */
function valueOf(input) {
  if (input.dataset.kind === "flag") return input.checked ? true : undefined;
  if (input.value === "") return undefined;
  if (input.dataset.kind === "text") return input.value;
  if (input.dataset.kind === "integer") return Number(input.value);
  try {
    return JSON.parse(input.value);
  } catch {
    throw new Error(input.dataset.name + ": this is no JSON; text stands in quotes");
  }
}

function ruleOf() {
  const step = { fault: byId("fault").value };
  for (const input of byId("fields").querySelectorAll("[data-name]")) {
    const value = valueOf(input);
    if (value !== undefined) step[input.dataset.name] = value;
  }
  step.times = Number(byId("times").value);
  const rule = { steps: [step], then: "world" };
  const operation = byId("operation");
  if (operation.value && !operation.disabled) rule.match = { operation: operation.value };
  return rule;
}

/** What is said once a fault was put in: which requests it strikes. */
function whatItStrikes() {
  const operation = byId("operation");
  const times = byId("times").value;
  const many = times === "1" ? "" : times + " ";
  if (!operation.value || operation.disabled) return `It strikes the next ${many}request${many && "s"}.`;
  const name = operation.value.replace(/^bigquery\./, "");
  return `It strikes the next ${many}${name}; other requests pass.`;
}

async function act(path, body, done) {
  const said = byId("said");
  said.className = "said";
  said.textContent = "";
  try {
    const headers = { "X-Assay-Token": token, "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body()) });
    if (!answer.ok) throw new Error((await answer.json()).error);
    said.classList.add("good");
    said.textContent = done();
  } catch (error) {
    said.classList.add("bad");
    said.textContent = error.message;
  }
}

async function start() {
  listen();
  menu = await (await fetch("faults")).json();
  byId("fault").append(...menu.faults.map((fault) => option(fault.name, fault.name)));
  byId("operation").append(option("", "any"), ...menu.operations.map((each) => option(each, each)));
  byId("fault").value = "http_error";
  byId("fault").addEventListener("change", showFault);
  showFault();
  byId("inject").addEventListener("submit", (event) => {
    event.preventDefault();
    act("inject", ruleOf, whatItStrikes);
  });
  byId("anew").addEventListener("click", () => act("start_anew", () => ({}), () => "The case starts anew."));
}

start();
