"""What Python's HTTP clients raise or return for each fault of the mock warehouse.

Run from the root of the source tree: /usr/bin/python3 tests/clients/clients_test.py SERVER

SERVER is the warehouse_in_real_time executable. Every client asks every faulty warehouse for one
partition (or for the list of them, where the fault is about lists), in the plainest way that its
documentation shows, and the outcomes are held against mock_warehouse/CLIENTS.md, which has a row for
every fault. ASSAY_RENEW_GOLDEN=1 writes that file anew, and is refused where CI is set.
"""

import asyncio
import concurrent.futures
import difflib
import http.client
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

TABLE = pathlib.Path("mock_warehouse/CLIENTS.md")
FAULTS = pathlib.Path("mock_warehouse/faults")
LIST = "/v1/tables/orders/partitions"
PATH = LIST + "/2026-03-13"
BIGQUERY_TABLE = "/bigquery/v2/projects/warehouse/datasets/analytics/tables/orders"
# What becomes of jobs shows in answers to queries, which are POSTs: tests/e2e/bigquery has them.
OF_JOBS = {"job_failed_200", "job_pending"}
WORLD = {
    "queries": {},
    "tables": {
        "orders": {
            "partition_column": "order_date",
            "partitions": [{"date": "2026-03-12", "row_count": 900}, {"date": "2026-03-13", "row_count": 1500}],
        }
    }
}
PATIENCE = 30.0  # seconds; no row but those that hang comes near it
IMPATIENCE = 0.5  # of the rows below
# Faults behind which nothing comes, or not for long: their clients are to give up.
WAITS = ("hang", "slow_drip, slower", "length_mismatch, too many", "length_mismatch, no number",
         "connect_timeout")

# (name of the row, steps of the script, requests on one connection before the one that counts, and what
# is asked for where it is not PATH)
ROWS = [
    ("no fault", [{"answer": "world"}], 0),
    ("http_error 404", [{"fault": "http_error", "status": 404}], 0),
    ("http_error 500", [{"fault": "http_error", "status": 500}], 0),
    ("rate_limited", [{"fault": "rate_limited", "retry_after": 30}], 0),
    ("latency, within the timeout", [{"fault": "latency", "ms": 50}], 0),
    ("hang before_headers", [{"fault": "hang"}], 0),
    ("hang after_headers", [{"fault": "hang", "at": "after_headers"}], 0),
    ("hang mid_body", [{"fault": "hang", "at": "mid_body"}], 0),
    ("connection_reset before_headers", [{"fault": "connection_reset"}], 0),
    ("the same on a kept connection", [{"answer": "world"}, {"fault": "connection_reset"}], 1),
    ("connection_reset after_headers", [{"fault": "connection_reset", "at": "after_headers"}], 0),
    ("connection_reset mid_body", [{"fault": "connection_reset", "at": "mid_body"}], 0),
    ("empty_response", [{"fault": "empty_response"}], 0),
    ("the same on a kept connection", [{"answer": "world"}, {"fault": "empty_response"}], 1),
    ("truncated_body, content_length", [{"fault": "truncated_body"}], 0),
    ("truncated_body, chunked", [{"fault": "truncated_body", "framing": "chunked"}], 0),
    ("malformed_json", [{"fault": "malformed_json"}], 0),
    ("malformed_json, nothing kept", [{"fault": "malformed_json", "cut_at": 0}], 0),
    ("html_body 200", [{"fault": "html_body"}], 0),
    ("html_body 502", [{"fault": "html_body", "status": 502}], 0),
    ("wrong_content_type", [{"fault": "wrong_content_type"}], 0),
    ("redirect, 3 in a row", [{"fault": "redirect", "count": 3}, {"answer": "world"}], 0),
    ("redirect, loop", [{"fault": "redirect", "loop": True}], 0),
    ("auth_expired", [{"fault": "auth_expired"}], 0),
    ("value null", [{"fault": "value", "path": "row_count", "value": None}], 0),
    ("value NaN", [{"fault": "value", "path": "row_count", "literal": "NaN"}], 0),
    ("value 1e9", [{"fault": "value", "path": "row_count", "literal": "1e9"}], 0),
    ("value as text", [{"fault": "value", "path": "row_count", "as": "text"}], 0),
    ("value missing", [{"fault": "value", "path": "row_count", "missing": True}], 0),
    ("eventual", [{"fault": "eventual", "after_calls": 1}], 0),
    ("slow_drip, each drip within the timeout", [{"fault": "slow_drip", "chunk_bytes": 40, "every_ms": 300}], 0),
    ("slow_drip, slower than the timeout", [{"fault": "slow_drip", "chunk_bytes": 40, "every_ms": 60000}], 0),
    ("slow_drip and truncated_body", [{"faults": [{"fault": "slow_drip", "every_ms": 20}, {"fault": "truncated_body"}]}], 0),
    ("malformed_chunk, size", [{"fault": "malformed_chunk"}], 0),
    ("malformed_chunk, terminator", [{"fault": "malformed_chunk", "defect": "terminator"}], 0),
    ("malformed_chunk, last_chunk", [{"fault": "malformed_chunk", "defect": "last_chunk"}], 0),
    ("garbage", [{"fault": "garbage"}], 0),
    ("garbage, a greeting", [{"fault": "garbage", "text": "SSH-2.0-OpenSSH_9.2\r\n"}], 0),
    ("bad_status_line", [{"fault": "bad_status_line"}], 0),
    ("length_mismatch, too many", [{"fault": "length_mismatch", "by": 10}], 0),
    ("length_mismatch, too few", [{"fault": "length_mismatch", "by": -10}], 0),
    ("length_mismatch, no number", [{"fault": "length_mismatch", "text": "many"}], 0),
    ("bad_encoding, gzip that nobody asked for", [{"fault": "bad_encoding", "as": "gzip"}], 0),
    ("bad_encoding, not_gzip", [{"fault": "bad_encoding", "as": "not_gzip"}], 0),
    ("bad_encoding, invalid_utf8", [{"fault": "bad_encoding", "as": "invalid_utf8"}], 0),
    ("bad_encoding, bom", [{"fault": "bad_encoding", "as": "bom"}], 0),
    ("oversized_body, 16 MiB", [{"fault": "oversized_body"}], 0),
    ("oversized_header, a long field", [{"fault": "oversized_header"}], 0),
    ("oversized_header, many fields", [{"fault": "oversized_header", "fields": 200}], 0),
    ("stale_metadata", [{"fault": "stale_metadata"}], 0),
    ("page, size (a list)", [{"fault": "page", "size": 1}], 0, LIST),
    ("page, drop_token (a list)", [{"fault": "page", "size": 1, "drop_token": True}], 0, LIST),
    ("page, fault_on_page with http_error (a list)",
     [{"faults": [{"fault": "page", "fault_on_page": 1}, {"fault": "http_error", "status": 500}]}], 0, LIST),
    ("bigquery_error, rateLimitExceeded (a table)",
     [{"fault": "bigquery_error", "code": "rateLimitExceeded"}], 0, BIGQUERY_TABLE),
    ("connect_refused", [{"fault": "connect_refused"}], 0),
    ("connect_timeout", [{"fault": "connect_timeout"}], 0),
]


class Outcome:
    """What a client has returned so far, and how a person reads it in the table."""

    def __init__(self):
        self.status = None
        self.text = None

    def returned(self, status):
        self.status = status

    def parsed(self, document):
        if not isinstance(document, dict):
            self.text = f"JSON is `{document!r}`"
        elif "error" in document:
            self.text = f"error `{document['error']['code']}`"
        elif "partitions" in document:
            more = "and a next page" if document.get("next_page_token") else "and no next page"
            self.text = f"{len(document['partitions'])} of {len(WORLD['tables']['orders']['partitions'])} {more}"
        elif "row_count" in document:
            self.text = f"`row_count` {document['row_count']!r}"
        else:
            self.text = "no `row_count`"

    def raised(self, error):
        name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        self.text = f"raises `{name}`"
        if isinstance(error, urllib.error.HTTPError):
            self.text += f" {error.code}"
        elif isinstance(getattr(error, "reason", None), BaseException):
            self.text += f" of `{type(error.reason).__qualname__}`"

    def __str__(self):
        return self.text if self.status is None else f"{self.status}, {self.text}"


def with_urllib(url, timeout, earlier, outcome):
    for _ in range(earlier):  # on connections of their own: urllib keeps none
        urllib.request.urlopen(url, timeout=PATIENCE).close()
    with urllib.request.urlopen(url, timeout=timeout) as response:
        outcome.returned(response.status)
        outcome.parsed(json.load(response))


def with_http_client(url, timeout, earlier, outcome):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    for _ in range(earlier):
        connection.request("GET", parts.path)
        connection.getresponse().read()
    connection.request("GET", parts.path)
    response = connection.getresponse()
    outcome.returned(response.status)
    outcome.parsed(json.loads(response.read()))


def with_requests(url, timeout, earlier, outcome):
    import requests

    with requests.Session() as session:
        for _ in range(earlier):
            session.get(url, timeout=PATIENCE)
        response = session.get(url, timeout=timeout)
        outcome.returned(response.status_code)
        outcome.parsed(response.json())


def with_httpx(url, timeout, earlier, outcome):
    import httpx

    with httpx.Client(timeout=timeout) as client:
        for _ in range(earlier):
            client.get(url)
        response = client.get(url)
        outcome.returned(response.status_code)
        outcome.parsed(response.json())


def with_aiohttp(url, timeout, earlier, outcome):
    import aiohttp

    async def ask():
        limits = aiohttp.ClientTimeout(total=PATIENCE, sock_connect=timeout, sock_read=timeout)
        async with aiohttp.ClientSession(timeout=limits) as session:
            for _ in range(earlier):
                async with session.get(url) as response:
                    await response.read()
            async with session.get(url) as response:
                outcome.returned(response.status)
                outcome.parsed(await response.json())

    asyncio.run(ask())


CLIENTS = {
    "urllib": with_urllib,
    "http.client": with_http_client,
    "requests": with_requests,
    "httpx": with_httpx,
    "aiohttp": with_aiohttp,
}


class Warehouses:
    """The executable that serves a warehouse for each cell of the table."""

    def __init__(self, executable):
        self.process = subprocess.Popen(
            [executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lock = threading.Lock()

    def ask(self, command):
        with self.lock:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE)


def cell(warehouses, name, steps, earlier, path, client):
    script = [{"steps": steps, "then": "repeat"}]
    port = warehouses.ask({"world": WORLD, "script": script})["port"]
    timeout = IMPATIENCE if name.startswith(WAITS) else PATIENCE
    outcome = Outcome()
    try:
        client(f"http://127.0.0.1:{port}{path}", timeout, earlier, outcome)
    except Exception as error:  # whatever it is, it is the result
        outcome.raised(error)
    asked = len(warehouses.ask({"end": port})["journal"]) - earlier
    counts = asked != 1 and not name.startswith("connect_")  # those ask for nothing
    return str(outcome) + (f" ({asked} requests)" if counts else "")


def versions():
    import aiohttp
    import httpx
    import requests

    python = ".".join(map(str, sys.version_info[:2]))
    return (
        f"Python {python} (urllib, http.client), requests {requests.__version__}, "
        f"httpx {httpx.__version__}, aiohttp {aiohttp.__version__}"
    )


def table(executable):
    warehouses = Warehouses(executable)
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(CLIENTS)) as pool:
        rows = [
            (name, [pool.submit(cell, warehouses, name, steps, earlier, *(path or [PATH]), ask)
                    for ask in CLIENTS.values()])
            for name, steps, earlier, *path in ROWS
        ]
        lines = [f"| {name} | " + " | ".join(c.result() for c in cells) + " |" for name, cells in rows]
    assert warehouses.close() == 0, "the server did not end well"
    return "\n".join(
        [
            "# What clients make of each fault",
            "",
            "Written by `tests/clients/clients_test.py`, which asks a faulty warehouse for one partition, or",
            "for the list of its two, the way each client's documentation shows first, and then reads the",
            "body as JSON. Status first, where the client returned an answer; then what reading the body",
            "gave. `raise_for_status` is not called. A number of requests is told where it is not one: a",
            "client that follows redirects, or tries again by itself.",
            "",
            "To try one by hand: `assay warehouse EXERCISE --case ID` serves a case, and its control page puts",
            "any of these faults in for the next requests.",
            "",
            versions() + ".",
            "",
            "| fault | " + " | ".join(CLIENTS) + " |",
            "|---" * (len(CLIENTS) + 1) + "|",
            *lines,
            "",
        ]
    )


def faults_without_a_row():
    known = {path.stem for path in FAULTS.glob("*.cpp")}
    shown = {json_fault["fault"] for _, steps, *_ in ROWS for step in steps
             for json_fault in step.get("faults", [step]) if "fault" in json_fault}
    return sorted(known - shown - OF_JOBS)


def main():
    if missing := faults_without_a_row():
        sys.exit(f"no row shows what clients make of {', '.join(missing)}")
    for variable in list(os.environ):
        if variable.lower().endswith("_proxy"):
            del os.environ[variable]
    made = table(sys.argv[1])
    if os.environ.get("ASSAY_RENEW_GOLDEN"):
        if os.environ.get("CI"):
            sys.exit("ASSAY_RENEW_GOLDEN is refused where CI is set")
        TABLE.write_text(made, encoding="utf-8")
        return
    held = TABLE.read_text(encoding="utf-8")
    if held == made:
        return
    sys.stderr.writelines(
        difflib.unified_diff(
            held.splitlines(True), made.splitlines(True), str(TABLE), "what the clients do now"
        )
    )
    sys.exit("if that is meant: ASSAY_RENEW_GOLDEN=1 ctest -L clients")


if __name__ == "__main__":
    main()
