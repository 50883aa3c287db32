// bigquery_test.mjs SERVER ENGINE
//
// The client library that people use for BigQuery, unchanged, asks the mock warehouse: queries,
// jobs, pages, tables, rows, and every error that the service documents. It runs in real time: what
// waits here waits for an answer. In the end all that was on the wire is held against shapes.json.
// One test by name: node --test-name-pattern 'dry run' bigquery_test.mjs SERVER ENGINE
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, test } from "node:test";

import { compareWithDocumented, readDocumented } from "./documented.mjs";
import { checkShapes } from "./shapes.mjs";
import { Warehouses } from "./warehouses.mjs";
import { DATASET, ORDERS, PROJECT, world } from "./world.mjs";

let BigQuery, OAuth2Client;
try {
  ({ BigQuery } = await import("@google-cloud/bigquery"));
  ({ OAuth2Client } = await import("google-auth-library"));
} catch {
  console.error("the client is not installed: run script/setup test (it calls `npm ci` in tests/e2e/bigquery)");
  process.exit(1);
}

// No credentials are looked for on the machine or its network.
process.env.METADATA_SERVER_DETECTION = "none";

const warehouses = new Warehouses(process.argv[2], process.argv[3]);
after(() => warehouses.close());

/** The client waits for seconds before it tries again; here for a hundredth of one. */
const RETRIES = { autoRetry: true, maxRetries: 3, maxRetryDelay: 0.01 };

async function open(of = world(), script = []) {
  const warehouse = await warehouses.open(of, script);
  const client = new BigQuery({
    projectId: PROJECT, apiEndpoint: warehouse.url, authClient: bearer("good"), retryOptions: RETRIES });
  return { ...warehouse, client };
}

function bearer(token) {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}

const TABLE = `\`${PROJECT}.${DATASET}.orders\``;
const rejection = (promise) => promise.then(() => assert.fail("it was answered"), (error) => error);
const operations = (journal) => journal.map((request) => request.operation);

// ---- queries

test("a query with named parameters is answered with its rows", async () => {
  const { client } = await open();
  const [rows] = await client.query({
    query: `SELECT id, customer FROM ${TABLE} WHERE order_date >= @day AND customer IN UNNEST(@who)
            AND amount < @most AND paid = @paid AND created_at > @since ORDER BY id`,
    params: {
      day: BigQuery.date("2026-03-11"), who: ["ada", "cy"], most: 300.5, paid: true,
      since: new Date("2026-03-11T00:30:00Z") },
  });
  const expected = ORDERS.filter((o) => ["ada", "cy"].includes(o.customer) && Number(o.amount) < 300.5 && o.paid)
    .map(({ id, customer }) => ({ id, customer }));
  assert.ok(expected.length > 1);
  assert.deepEqual(rows, expected);
});

test("a query with positional parameters is answered with its rows", async () => {
  const { client } = await open();
  const [rows] = await client.query({
    query: `SELECT COUNT(*) AS n FROM ${TABLE} WHERE order_date = ? AND id > ?`,
    params: [BigQuery.date("2026-03-11"), 1] });
  assert.deepEqual(rows, [{ n: 2 }]);
});

test("a query with records and lists of them as parameters is answered with its rows", async () => {
  const { client } = await open();
  const [rows] = await client.query({
    query: `SELECT id FROM ${TABLE} AS o WHERE customer = @one.customer AND order_date IN UNNEST(@one.days)
            OR EXISTS (SELECT 1 FROM UNNEST(@pairs) AS p WHERE p.id = o.id AND p.paid = o.paid) ORDER BY id`,
    params: {
      one: { customer: "ada", days: [BigQuery.date("2026-03-11"), BigQuery.date("2026-03-12")] },
      pairs: [{ id: 2, paid: false }, { id: 3, paid: false }] } });
  const expected = ORDERS.filter((o) => (o.customer === "ada" && o.order_date < "2026-03-13") || o.id === 2);
  assert.deepEqual(rows, expected.map(({ id }) => ({ id })));
});

test("bytes that are no text come back as they went", async () => {
  const { client } = await open();
  const bytes = Buffer.from([0, 0xff, 0xfe, 0x41]);
  // This client would send a Buffer as JSON.stringify has it, and not in base64.
  const [[row]] = await client.query({
    query: "SELECT @b AS b, [@b] AS bs", params: { b: bytes.toString("base64") }, types: { b: "BYTES" } });
  assert.deepEqual(row, { b: bytes, bs: [bytes] });
});

test("every type comes back as the client's class for it", async () => {
  const { client } = await open();
  const [[row]] = await client.query(`SELECT 9007199254740991 AS i, 2.0 AS f, 1e10 AS g, NUMERIC '1.25' AS n,
      TRUE AS b, 'x' AS s, DATE '2026-03-13' AS d, DATETIME '2026-03-13 02:10:00' AS dt,
      TIMESTAMP '2026-03-13 02:10:00.123456+00' AS ts, [1, 2] AS list, STRUCT(1 AS a, 'b' AS c) AS rec,
      [STRUCT(7 AS k)] AS recs, CAST(NULL AS STRING) AS nothing`);
  assert.equal(row.i, Number.MAX_SAFE_INTEGER);
  assert.equal(row.f, 2);
  assert.equal(row.g, 1e10);
  assert.equal(row.n.toString(), "1.25");
  assert.equal(row.b, true);
  assert.equal(row.s, "x");
  assert.equal(row.d.constructor.name, "BigQueryDate");
  assert.equal(row.d.value, "2026-03-13");
  assert.equal(row.dt.constructor.name, "BigQueryDatetime");
  assert.equal(row.dt.value, "2026-03-13T02:10:00");
  assert.equal(row.ts.constructor.name, "BigQueryTimestamp");
  assert.equal(row.ts.value, "2026-03-13T02:10:00.123456000Z");
  assert.deepEqual(row.list, [1, 2]);
  assert.deepEqual(row.rec, { a: 1, c: "b" });
  assert.deepEqual(row.recs, [{ k: 7 }]);
  assert.equal(row.nothing, null);
});

test("a timestamp comes as seconds, as microseconds or as ISO 8601, as the request says", async () => {
  const { client, url } = await open();
  const [job] = await client.createQueryJob("SELECT TIMESTAMP '2026-03-13 02:10:00.123456+00' AS ts");
  const at = async (format) => {
    const answer = await fetch(`${url}/bigquery/v2/projects/${PROJECT}/queries/${job.id}?${format}`);
    return (await answer.json()).rows[0].f[0].v;
  };
  assert.equal(await at(""), "1.773367800123456E9");
  assert.equal(await at("formatOptions.useInt64Timestamp=true"), "1773367800123456");
  assert.equal(await at("formatOptions.timestampOutputFormat=ISO8601_STRING"), "2026-03-13T02:10:00.123456Z");
});

test("a job tells how it was configured", async () => {
  const { client } = await open();
  const [job] = await client.createQueryJob({
    query: "SELECT COUNT(*) AS n FROM orders WHERE customer = @who AND amount > @least",
    params: { who: "ada", least: 1.25 }, labels: { team: "finance" }, jobTimeoutMs: 60000,
    maximumBytesBilled: "100000000", defaultDataset: { projectId: PROJECT, datasetId: DATASET } });
  const [{ configuration, statistics }] = await job.getMetadata();
  assert.deepEqual(statistics.query.referencedTables, [{ projectId: PROJECT, datasetId: DATASET, tableId: "orders" }]);
  assert.deepEqual(configuration.labels, { team: "finance" });
  assert.equal(configuration.query.parameterMode, "named");
  assert.deepEqual(configuration.query.queryParameters.map((parameter) => parameter.name), ["who", "least"]);
  assert.deepEqual(await job.getQueryResults().then(([rows]) => rows), [{ n: 3 }]);
});

test("what is said of a query that is no job's own configuration is heeded, too", async () => {
  const { client } = await open();
  const [rows, , response] = await client.query(
    { query: "SELECT id, created_at FROM orders ORDER BY id", labels: { team: "finance" }, useQueryCache: false,
      maximumBytesBilled: "100000000", defaultDataset: { projectId: PROJECT, datasetId: DATASET }, maxResults: 2, location: "US" },
    { "formatOptions.timestampOutputFormat": "ISO8601_STRING", autoPaginate: false });
  assert.deepEqual(rows.map((row) => row.id), [1, 2]);
  assert.ok(response.pageToken);
  const [[job]] = await client.getJobs({ projection: "full" });
  assert.deepEqual(job.metadata.configuration.labels, { team: "finance" });
  assert.equal(job.metadata.configuration.query.maximumBytesBilled, "100000000");
  const [named] = await client.createQueryJob({ query: "SELECT 1 AS x", location: "US" });
  assert.equal(named.location, "US");
});

test("a dry run tells what the run processes, and leaves no job behind", async () => {
  const { client } = await open();
  const query = `SELECT id FROM ${TABLE} WHERE order_date = '2026-03-12'`;
  const [dry] = await client.createQueryJob({ query, dryRun: true });
  assert.equal(dry.metadata.status.state, "DONE");
  assert.equal(dry.metadata.jobReference.jobId, undefined);
  const [run] = await client.createQueryJob(query);
  const [metadata] = await run.getMetadata();
  // Two rows of a partition, of two columns of eight bytes: the filter reads the date.
  assert.equal(dry.metadata.statistics.totalBytesProcessed, String(2 * (8 + 8)));
  assert.equal(metadata.statistics.query.totalBytesProcessed, dry.metadata.statistics.query.totalBytesProcessed);
  assert.equal(metadata.statistics.query.totalBytesBilled, String(10 << 20));
  const [jobs] = await client.getJobs();
  assert.deepEqual(jobs.map((job) => job.id), [run.id]);
});

test("the same query again comes from the cache and processes nothing", async () => {
  const { client } = await open();
  const query = `SELECT COUNT(note) AS n FROM ${TABLE}`;
  const ask = async (more = {}) => {
    const [job] = await client.createQueryJob({ query, ...more });
    return (await job.getMetadata())[0].statistics.query;
  };
  const first = await ask();
  assert.equal(first.cacheHit, false);
  assert.notEqual(first.totalBytesProcessed, "0");
  const second = await ask();
  assert.equal(second.cacheHit, true);
  assert.equal(second.totalBytesProcessed, "0");
  assert.equal((await ask({ useQueryCache: false })).cacheHit, false);
});

test("more bytes than maximumBytesBilled are refused", async () => {
  const { client } = await open();
  const error = await rejection(client.query({ query: `SELECT id FROM ${TABLE}`, maximumBytesBilled: "1" }));
  assert.equal(error.errors[0].reason, "bytesBilledLimitExceeded");
});

test("a query that is wrong is an ApiError with the service's reason and place", async () => {
  const { client } = await open();
  const error = await rejection(client.query(`SELECT amont FROM ${TABLE}`));
  assert.equal(error.constructor.name, "ApiError");
  assert.equal(error.code, 400);
  assert.deepEqual(error.errors.map(({ reason, domain, location, locationType }) => ({ reason, domain, location, locationType })),
                   [{ reason: "invalidQuery", domain: "global", location: "q", locationType: "parameter" }]);
  assert.match(error.message, /Unrecognized name: amont; Did you mean amount\? at \[1:8\]/);
  const missing = await rejection(client.query("SELECT 1 FROM sales.nothing"));
  assert.equal(missing.code, 404);
  assert.equal(missing.errors[0].reason, "notFound");
  const unfiltered = await rejection(client.query("SELECT COUNT(*) AS n FROM sales.guarded"));
  assert.equal(unfiltered.errors[0].reason, "invalidQuery");
  // As a job it is taken, and has failed.
  const failed = await rejection(client.createQueryJob(`SELECT amont FROM ${TABLE}`));
  assert.equal(failed.errors[0].reason, "invalidQuery");
  assert.equal(failed.response.status.state, "DONE");
  assert.equal(failed.response.status.errorResult.location, "query");
});

// ---- pages

test("three pages of rows are read by hand, each with the token of the one before", async () => {
  const { client, journal } = await open();
  const [job] = await client.createQueryJob(`SELECT id FROM ${TABLE} ORDER BY id`);
  const sizes = [];
  const ids = [];
  let query = { maxResults: 3, autoPaginate: false };
  while (query) {
    const [rows, next, response] = await job.getQueryResults(query);
    assert.equal(response.totalRows, "7");
    sizes.push(rows.length);
    ids.push(...rows.map((row) => row.id));
    query = next;
  }
  assert.deepEqual(sizes, [3, 3, 1]);
  assert.deepEqual(ids, ORDERS.map((order) => order.id));
  const requests = (await journal()).filter((r) => r.operation === "bigquery.jobs.getQueryResults");
  assert.deepEqual(requests.map((r) => r.next_page === true), [true, true, false]);
});

test("the client itself reads on where the service's pages are small", async () => {
  const script = [{ match: { operation: "bigquery.jobs.getQueryResults" }, steps: [{ fault: "page", size: 2 }], then: "repeat" },
                  { match: { operation: "bigquery.jobs.query" }, steps: [{ fault: "page", size: 3 }], then: "repeat" }];
  const { client, journal } = await open(world(), script);
  const [rows] = await client.query(`SELECT id FROM ${TABLE} ORDER BY id`);
  assert.deepEqual(rows.map((row) => row.id), ORDERS.map((order) => order.id));
  assert.deepEqual(operations(await journal()),
                   ["bigquery.jobs.query", "bigquery.jobs.getQueryResults", "bigquery.jobs.getQueryResults"]);
});

test("a fault strikes on the second of three pages, and the client tries that page again", async () => {
  const struck = { fault: "bigquery_error", code: "backendError" };
  const script = [{
    match: { operation: "bigquery.jobs.getQueryResults" },
    steps: [{ faults: [{ fault: "page", size: 3, fault_on_page: 2 }, struck], times: 1 }, { fault: "page", size: 3 }],
    then: "repeat" }];
  const { client, journal } = await open(world(), script);
  const [job] = await client.createQueryJob(`SELECT id FROM ${TABLE} ORDER BY id`);
  const [rows] = await job.getQueryResults();
  assert.deepEqual(rows.map((row) => row.id), ORDERS.map((order) => order.id));
  assert.deepEqual((await journal()).slice(1).map((request) => request.status), [200, 503, 200, 200]);
});

test("the token of another listing is refused", async () => {
  const { client } = await open();
  const [one] = await client.createQueryJob(`SELECT id FROM ${TABLE}`);
  const [other] = await client.createQueryJob(`SELECT id + 1 AS id FROM ${TABLE}`);
  const [, next] = await one.getQueryResults({ maxResults: 3, autoPaginate: false });
  const error = await rejection(other.getQueryResults({ pageToken: next.pageToken }));
  assert.equal(error.code, 400);
  assert.equal(error.errors[0].location, "pageToken");
});

// ---- jobs

test("a job that takes time is polled until it is done", async () => {
  const { client, journal } = await open(world({ run_ms: 2000 }));
  const [job] = await client.createQueryJob("SELECT 7 AS x");
  assert.equal(job.metadata.status.state, "RUNNING");
  assert.equal(job.metadata.statistics.endTime, undefined);
  const [metadata] = await job.promise();
  assert.equal(metadata.status.state, "DONE");
  assert.equal(metadata.statistics.endTime - metadata.statistics.creationTime, 2000);
  const [rows] = await job.getQueryResults();
  assert.deepEqual(rows, [{ x: 7 }]);
  const asked = operations(await journal());
  assert.ok(asked.filter((operation) => operation === "bigquery.jobs.get").length >= 2, asked.join());
});

test("an answer is held back until the job is done, or for timeoutMs", async () => {
  const quick = await open(world({ run_ms: 300 }));
  const [rows] = await quick.client.query("SELECT 7 AS x");
  assert.deepEqual(rows, [{ x: 7 }]);
  assert.deepEqual(operations(await quick.journal()), ["bigquery.jobs.query"]);
  const slow = await open(world({ run_ms: 3_600_000 }));
  const error = await rejection(slow.client.query("SELECT 7 AS x", { timeoutMs: 50 }));
  assert.equal(error.message, "The query did not complete before 50ms");
});

test("job_pending: the job is told to go on for so many polls", async () => {
  const script = [{ match: { operation: "bigquery.jobs.get" }, steps: [{ fault: "job_pending", polls: 2, state: "PENDING" }], then: "world" }];
  const { client, journal } = await open(world(), script);
  const [job] = await client.createQueryJob("SELECT 7 AS x");
  const [metadata] = await job.promise();
  assert.equal(metadata.status.state, "DONE");
  assert.deepEqual((await journal()).map((r) => r.fault), ["", "job_pending", "job_pending", ""]);
});

test("job_failed_200: an error within answers of 200, from then on", async () => {
  const script = [{ match: { operation: "bigquery.jobs.insert" }, steps: [{ fault: "job_failed_200" }], then: "world" }];
  const { client } = await open(world(), script);
  const error = await rejection(client.createQueryJob({ query: "SELECT 7 AS x", jobId: "mine" }));
  assert.equal(error.errors[0].reason, "jobBackendError");
  const job = client.job("mine");
  const failure = await rejection(job.promise());
  assert.equal(failure.constructor.name, "ApiError");
  assert.equal(failure.errors[0].reason, "jobBackendError");
  // This client takes the answer for one without rows.
  const [rows, , response] = await job.getQueryResults({ autoPaginate: false });
  assert.deepEqual(rows, []);
  assert.equal(response.errors[0].reason, "jobBackendError");
  assert.equal((await client.getJobs())[0][0].metadata.errorResult.reason, "jobBackendError");
  const [again] = await client.createQueryJob({ query: "SELECT 7 AS x", jobId: "mine2" });
  assert.deepEqual((await again.getQueryResults())[0], [{ x: 7 }]);
});

test("job_failed_200 of jobs.query looks like an answer without rows", async () => {
  const script = [{ match: { operation: "bigquery.jobs.query" }, steps: [{ fault: "job_failed_200", code: "backendError", message: "no slots" }], then: "repeat" }];
  const { client } = await open(world(), script);
  const [rows, , response] = await client.query("SELECT 7 AS x", { autoPaginate: false });
  assert.deepEqual(rows, []);
  assert.equal(response.jobComplete, true);
  assert.equal(response.totalRows, undefined);
  assert.deepEqual(response.errors, [{ reason: "backendError", message: "no slots" }]);
});

test("a job is cancelled", async () => {
  const { client } = await open(world({ run_ms: 3_600_000 }));
  const [job] = await client.createQueryJob("SELECT 7 AS x");
  const [response] = await job.cancel();
  assert.equal(response.job.status.errorResult.reason, "stopped");
  const error = await rejection(job.getQueryResults());
  assert.equal(error.errors[0].reason, "stopped");
});

test("a job that takes too long for its jobTimeoutMs is stopped", async () => {
  const { client } = await open(world({ run_ms: 3_600_000 }));
  const [job] = await client.createQueryJob({ query: "SELECT 7 AS x", jobTimeoutMs: 50 });
  const error = await rejection(job.promise());
  assert.equal(error.errors[0].reason, "stopped");
  const late = await rejection(client.query({ query: "SELECT 7 AS x", jobTimeoutMs: 50 }));
  assert.match(late.message, /^Job execution was cancelled: Job timed out after 0 sec/);
});

test("a job that is over is deleted", async () => {
  const { client } = await open();
  const [job] = await client.createQueryJob("SELECT 7 AS x");
  await job.delete();
  assert.deepEqual(await job.exists(), [false]);
  const [running] = await (await open(world({ run_ms: 3_600_000 }))).client.createQueryJob("SELECT 7 AS x");
  assert.equal((await rejection(running.delete())).errors[0].reason, "resourceInUse");
});

test("the id of a job is taken once", async () => {
  const { client } = await open();
  await client.createQueryJob({ query: "SELECT 1 AS x", jobId: "report-1" });
  const error = await rejection(client.createQueryJob({ query: "SELECT 1 AS x", jobId: "report-1" }));
  assert.equal(error.code, 409);
  assert.equal(error.errors[0].reason, "duplicate");
  assert.equal(await client.job("report-1").exists().then(([there]) => there), true);
  assert.equal(await client.job("report-2").exists().then(([there]) => there), false);
});

test("a repeated requestId is the same job", async () => {
  const script = [{ match: { operation: "bigquery.jobs.query" }, steps: [{ fault: "bigquery_error", code: "backendError" }], then: "world" }];
  const { client } = await open(world(), script);
  await client.query("SELECT 1 AS x");
  assert.equal((await client.getJobs())[0].length, 1);
  await client.query("SELECT 1 AS x");
  assert.equal((await client.getJobs())[0].length, 2);
});

test("jobs are listed, the latest first, page by page", async () => {
  const { client } = await open();
  for (const jobId of ["a", "b", "c"]) await client.createQueryJob({ query: "SELECT 1 AS x", jobId });
  const [jobs, next] = await client.getJobs({ maxResults: 2, autoPaginate: false, projection: "full" });
  assert.deepEqual(jobs.map((job) => job.id), ["c", "b"]);
  assert.equal(jobs[0].metadata.configuration.query.query, "SELECT 1 AS x");
  const [rest] = await client.getJobs(next);
  assert.deepEqual(rest.map((job) => job.id), ["a"]);
  assert.equal((await client.getJobs({ stateFilter: "running" }))[0].length, 0);
  assert.equal((await client.getJobs({ stateFilter: ["pending", "running"] }))[0].length, 0);
  assert.equal((await client.getJobs({ stateFilter: ["running", "done"] }))[0].length, 3);
});

// ---- tables

test("a table tells its schema, its layout and what is in it", async () => {
  const { client } = await open();
  const table = client.dataset(DATASET).table("orders");
  assert.deepEqual(await table.exists(), [true]);
  assert.deepEqual(await client.dataset(DATASET).table("nothing").exists(), [false]);
  const [metadata] = await table.getMetadata();
  assert.equal(metadata.numRows, "7");
  assert.deepEqual(metadata.timePartitioning, { type: "DAY", field: "order_date" });
  assert.deepEqual(metadata.clustering, { fields: ["customer"] });
  assert.equal(metadata.lastModifiedTime, String(Date.parse("2026-03-13T23:00:00Z")));
  assert.deepEqual(metadata.schema.fields.map(({ name, type, mode }) => `${name} ${type} ${mode}`).slice(0, 6), [
    "id INTEGER REQUIRED", "order_date DATE NULLABLE", "customer STRING NULLABLE", "amount NUMERIC NULLABLE",
    "score FLOAT NULLABLE", "paid BOOLEAN NULLABLE"]);
  const [partition] = await client.dataset(DATASET).table("orders$20260312").getMetadata();
  assert.equal(partition.numRows, "2");
  const [guarded] = await client.dataset(DATASET).table("guarded").getMetadata();
  assert.equal(guarded.requirePartitionFilter, true);
});

test("stale_metadata: the catalogue disagrees with the rows", async () => {
  const script = [{ match: { operation: "bigquery.tables.get" }, steps: [{ fault: "stale_metadata", rows_percent: 0 }], then: "repeat" }];
  const { client } = await open(world(), script);
  const [metadata] = await client.dataset(DATASET).table("orders").getMetadata();
  assert.equal(metadata.numRows, "0");
  assert.deepEqual(await client.query(`SELECT COUNT(*) AS n FROM ${TABLE}`).then(([rows]) => rows), [{ n: 7 }]);
});

test("the rows of a table are listed, page by page", async () => {
  const { client } = await open();
  const table = client.dataset(DATASET).table("orders");
  const [first, next, response] = await table.getRows({ maxResults: 4, autoPaginate: false });
  assert.equal(response.totalRows, "7");
  const [rest, last] = await table.getRows(next);
  assert.equal(last, null);
  const rows = [...first, ...rest];
  assert.deepEqual(
    rows.map((row) => ({
      id: row.id, order_date: row.order_date.value, customer: row.customer, amount: row.amount.toString(),
      score: row.score, paid: row.paid, created_at: new Date(row.created_at.value).toISOString() })),
    ORDERS);
  const [day] = await client.dataset(DATASET).table("orders$20260313").getRows({ selectedFields: "id,customer" });
  assert.deepEqual(day, ORDERS.filter((o) => o.order_date === "2026-03-13").map(({ id, customer }) => ({ id, customer })));
});

test("a partial answer has the fields that are asked for", async () => {
  const { client, url } = await open();
  const at = async (path) => (await fetch(`${url}/bigquery/v2/projects/${PROJECT}${path}`)).json();
  assert.deepEqual(await at(`/datasets/${DATASET}/tables?fields=tables(tableReference/tableId,type),totalItems`), {
    tables: ["guarded", "orders", "users"].map((tableId) => ({ tableReference: { tableId }, type: "TABLE" })), totalItems: 3 });
  const [job] = await client.createQueryJob(`SELECT id FROM ${TABLE} ORDER BY id`);
  assert.deepEqual(await at(`/queries/${job.id}?maxResults=1&fields=rows`), { rows: [{ f: [{ v: "1" }] }] });
  assert.equal((await at(`/queries/${job.id}?fields=rows(`)).error.errors[0].location, "fields");
});

test("datasets and tables are listed", async () => {
  const { client } = await open();
  assert.deepEqual((await client.getDatasets())[0].map((dataset) => dataset.id), [DATASET]);
  assert.deepEqual(await client.dataset(DATASET).exists(), [true]);
  assert.deepEqual(await client.dataset("other").exists(), [false]);
  const [tables, next] = await client.dataset(DATASET).getTables({ maxResults: 2, autoPaginate: false });
  const [rest] = await client.dataset(DATASET).getTables(next);
  assert.deepEqual([...tables, ...rest].map((table) => table.id), ["guarded", "orders", "users"]);
});

test("the project is listed", async () => {
  const { url } = await open(); // the client has no method for it
  const list = await (await fetch(`${url}/bigquery/v2/projects`)).json();
  assert.deepEqual(list.projects.map((project) => project.projectReference.projectId), [PROJECT]);
});

// ---- who asks, and where

test("a client that was told of an emulator finds the same without the prefix", async () => {
  const { url, journal } = await open();
  process.env.BIGQUERY_EMULATOR_HOST = url;
  const client = new BigQuery({ projectId: PROJECT });
  delete process.env.BIGQUERY_EMULATOR_HOST;
  const [rows] = await client.query(`SELECT COUNT(*) AS n FROM ${TABLE}`);
  assert.deepEqual(rows, [{ n: 7 }]);
  const [request] = await journal();
  assert.match(request.target, /^\/projects\/acme-data\/queries/);
  assert.equal(request.operation, "bigquery.jobs.query");
});

test("without the world's token nothing is told", async () => {
  const scopes = ["bigquery.jobs.query"];
  const { client, url } = await open(world({}, { auth: { token: "good", scopes } }));
  const answer = await fetch(`${url}/bigquery/v2/projects/${PROJECT}/datasets`);
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error.errors[0].reason, "required");
  // Without credentials the client tells what it was missing in the place of the answer.
  const anonymous = new BigQuery({ projectId: PROJECT, apiEndpoint: url });
  assert.match((await rejection(anonymous.query("SELECT 1 AS x"))).message, /Could not load the default credentials/);
  const stranger = new BigQuery({ projectId: PROJECT, apiEndpoint: url, authClient: bearer("bad") });
  const refused = await rejection(stranger.query("SELECT 1 AS x"));
  assert.equal(refused.code, 401);
  assert.equal(refused.errors[0].reason, "authError");
  assert.deepEqual((await client.query("SELECT 1 AS x"))[0], [{ x: 1 }]);
  const outside = await rejection(client.dataset(DATASET).table("orders").getMetadata());
  assert.equal(outside.code, 403);
  assert.equal(outside.errors[0].reason, "accessDenied");
});

test("what this warehouse does not do is refused as not implemented", async () => {
  const { client } = await open();
  const legacy = await rejection(client.query({ query: "SELECT 1", useLegacySql: true }));
  assert.equal(legacy.errors[0].location, "useLegacySql");
  const error = await rejection(client.createDataset("more"));
  assert.equal(error.code, 501);
  assert.equal(error.errors[0].reason, "notImplemented");
  const elsewhere = await rejection(client.query({ query: "SELECT 1 AS x", location: "EU" }));
  assert.equal(elsewhere.code, 400);
  assert.equal(elsewhere.errors[0].location, "location");
  const absent = await rejection(client.query({ query: `SELECT id FROM ${TABLE}`, location: "EU" }));
  assert.equal(absent.code, 404);
});

// ---- errors

// By the client's documentation, and its source: it tries again at 408, 429, 500, 502, 503 and 504,
// and for two reasons.
const RETRIED_STATUSES = [408, 429, 500, 502, 503, 504];
const RETRIED_REASONS = ["rateLimitExceeded", "userRateLimitExceeded"];

const shapes = JSON.parse(readFileSync(new URL("shapes.json", import.meta.url)));
for (const [code, statuses] of Object.entries(shapes.reasons))
  test(`${code} is told with a status that is documented for it`, async () => {
    const { url } = await open(world(), [{ steps: [{ fault: "bigquery_error", code }], then: "repeat" }]);
    // Not by fetch, which takes a 407 for the end of the network.
    const [response] = await once(http.get(`${url}/projects/${PROJECT}/jobs`), "response");
    const body = JSON.parse(Buffer.concat(await response.toArray()));
    assert.ok(statuses.includes(response.statusCode), `${response.statusCode}`);
    assert.equal(body.error.code, response.statusCode);
  });

for (const [code, status] of Object.entries(shapes.reasons).flatMap(([code, all]) => all.map((status) => [code, status])))
  test(`${code} (${status}) is an ApiError, and tried again or not as the client documents`, async () => {
    const script = [{ match: { operation: "bigquery.jobs.query" }, steps: [{ fault: "bigquery_error", code, status }], then: "repeat" }];
    const { client, journal } = await open(world(), script);
    const error = await rejection(client.query("SELECT 1 AS x"));
    assert.equal(error.constructor.name, "ApiError");
    assert.equal(error.code, status);
    assert.equal(error.errors[0].reason, code);
    const retried = RETRIED_STATUSES.includes(status) || RETRIED_REASONS.includes(code);
    assert.equal((await journal()).length, retried ? 1 + RETRIES.maxRetries : 1);
  });

test("other faults speak this API's language, too", async () => {
  for (const [fault, status, reason] of [
    [{ fault: "http_error", status: 503 }, 503, "backendError"],
    [{ fault: "http_error", status: 403 }, 403, "accessDenied"],
    [{ fault: "rate_limited" }, 429, "rateLimitExceeded"],
    [{ fault: "rate_limited", status: 403 }, 403, "rateLimitExceeded"],
    [{ fault: "auth_expired" }, 401, "authError"]]) {
    const { client } = await open(world(), [{ steps: [fault], then: "repeat" }]);
    const error = await rejection(client.dataset(DATASET).table("orders").getMetadata());
    assert.equal(error.code, status);
    assert.equal(error.errors[0].reason, reason);
  }
});

// ---- what was on the wire

test("the shapes are those of the service's description", () => {
  const types = new URL("node_modules/@google-cloud/bigquery/build/src/types.d.ts", import.meta.url);
  assert.deepEqual(compareWithDocumented(shapes, readDocumented(types)), []);
});

test("requests and answers have the documented shape, field by field", () => {
  const problems = checkShapes(shapes, warehouses.exchanges);
  assert.deepEqual(problems, []);
});
