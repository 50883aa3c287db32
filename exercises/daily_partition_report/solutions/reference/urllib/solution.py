"""The report on urllib alone: one function asks, one reads the pages, one judges the days."""

import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, datetime, time as time_of_day, timedelta, timezone
from statistics import median

TIMEOUT_S = 30
ATTEMPTS = 4
DEADLINE_S = 480
LONGEST_WAIT_S = 120
PASSING = {"rateLimitExceeded", "jobRateLimitExceeded", "backendError", "internalError", "jobBackendError",
           "jobInternalError"}
DUE = time_of_day(6, tzinfo=timezone.utc)
BASELINE_DAYS = 7

SQL = """
SELECT order_date, COUNT(DISTINCT order_id) AS orders, UNIX_SECONDS(MAX(ingested_at)) AS last_ingested
FROM `{table}`
WHERE order_date BETWEEN @first AND @last AND order_id IS NOT NULL
GROUP BY order_date
ORDER BY order_date
"""


class WarehouseError(Exception):
    """The warehouse could not be asked, or what it said cannot be relied on."""


class TableNotFound(Exception):
    """The warehouse says that it has no such table."""


class Passing(Exception):
    """A failure after which another try makes sense, after `wait_s` seconds at least."""

    def __init__(self, message, wait_s=0.0):
        super().__init__(message)
        self.wait_s = wait_s


def daily_partition_report(table: str, end_date: str, days: int = 30) -> dict:
    last = date.fromisoformat(end_date)
    if days < 1:
        raise ValueError(f"a window has at least one day, and not {days}")
    window = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    rows = fetch_days(table, window[0], last)
    return judge(window, rows)


# --- what the days look like


def judge(window, rows):
    """rows: {date: (orders, last ingested as seconds since 1970 or None)}."""
    gaps, late, anomalies, before = [], [], [], []
    for day in window:
        orders, ingested = rows.get(day, (0, None))
        if orders == 0:
            gaps.append(day.isoformat())
            continue
        due = datetime.combine(day + timedelta(days=1), DUE).timestamp()
        if ingested is not None and ingested > due:
            late.append({"date": day.isoformat(), "hours": int((ingested - due) // 3600)})
        if len(before) >= BASELINE_DAYS:
            baseline = median(before[-BASELINE_DAYS:])
            if 2 * orders < baseline or orders > 2 * baseline:
                direction = "low" if orders < baseline else "high"
                anomalies.append({"date": day.isoformat(), "orders": orders, "baseline": baseline,
                                  "direction": direction})
        before.append(orders)
    return {"gaps": gaps, "late": late, "anomalies": anomalies}


# --- what the warehouse says


def fetch_days(table, first, last):
    """Asks for all days at once. A failure that passes is tried again where it happened."""
    deadline = time.monotonic() + DEADLINE_S
    body = {
        "query": SQL.format(table=f"{os.environ['BIGQUERY_DATASET']}.{table}"),
        "useLegacySql": False,
        "parameterMode": "NAMED",
        "queryParameters": [
            {"name": name, "parameterType": {"type": "DATE"}, "parameterValue": {"value": day.isoformat()}}
            for name, day in (("first", first), ("last", last))
        ],
    }
    answer = patiently(deadline, lambda: ask("POST", "", body))
    path = "/" + urllib.parse.quote(job_id_of(answer), safe="")
    while not answer.get("jobComplete"):
        if time.monotonic() > deadline:
            raise WarehouseError("the query is still running")
        answer = patiently(deadline, lambda: ask("GET", path))
    found, token, seen = list(answer.get("rows", [])), answer.get("pageToken"), set()
    total = total_of(answer)
    while token:
        if token in seen or len(found) > total:
            raise WarehouseError("the pages of the result go in a circle")
        seen.add(token)
        query = "?" + urllib.parse.urlencode({"pageToken": token})
        page = patiently(deadline, lambda: ask("GET", path + query))
        found += page.get("rows", [])
        token = page.get("pageToken")
    if len(found) != total:
        raise WarehouseError(f"the result has {total} rows, and {len(found)} came")
    return read_rows(found)


def job_id_of(answer):
    try:
        return answer["jobReference"]["jobId"]
    except (KeyError, TypeError) as error:
        raise WarehouseError("the answer names no job") from error


def total_of(answer):
    try:
        return int(answer["totalRows"])
    except (KeyError, TypeError, ValueError) as error:
        raise WarehouseError("the answer does not say how many rows there are") from error


def read_rows(rows):
    try:
        cells = [[cell["v"] for cell in row["f"]] for row in rows]
        return {date.fromisoformat(day): (int(orders), None if at is None else int(at)) for day, orders, at in cells}
    except (KeyError, TypeError, ValueError) as error:
        raise WarehouseError("a row is not in the form that was asked for") from error


def patiently(deadline, once):
    """Tries a few times, with growing pauses, what may pass."""
    pause = 1.0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return once()
        except Passing as problem:
            wait = max(pause, problem.wait_s)
            if attempt == ATTEMPTS or wait > LONGEST_WAIT_S or time.monotonic() + wait > deadline:
                raise WarehouseError(str(problem)) from problem
        time.sleep(wait)
        pause *= 2


def ask(method, path, body=None):
    """One request, and its answer as a dict."""
    url = f"{os.environ['BIGQUERY_URL']}/projects/{os.environ['BIGQUERY_PROJECT']}/queries{path}"
    headers = {"Authorization": f"Bearer {os.environ['BIGQUERY_TOKEN']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, method=method, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise what_it_means(error) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Passing(f"no whole answer: {type(error).__name__}") from error
    if not isinstance(answer, dict):
        raise WarehouseError("the answer is no object")
    if answer.get("errors"):
        raise of_reason(answer["errors"][0].get("reason"), "the query failed", 0.0)
    return answer


def what_it_means(error):
    wait_s = retry_after_s(error.headers.get("Retry-After"))
    try:
        reason = json.load(error)["error"]["errors"][0]["reason"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError, TypeError):
        reason = None
    if error.code >= 500 or error.code == 429:
        return Passing(f"HTTP {error.code} ({reason})", wait_s)
    return of_reason(reason, f"HTTP {error.code}", wait_s)


def of_reason(reason, what, wait_s):
    if reason in PASSING:
        return Passing(f"{what} ({reason})", wait_s)
    if reason == "notFound":
        return TableNotFound(f"{what} ({reason})")
    return WarehouseError(f"{what} ({reason or 'no reason given'})")


def retry_after_s(text):
    try:
        return max(0.0, float(text))
    except (TypeError, ValueError):
        return 0.0
