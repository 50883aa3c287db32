"""The report by a class over requests that reads a result from its first page on once more where one fails."""

import os
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from statistics import median

import requests


class WarehouseError(Exception):
    """The warehouse could not be asked, or what it said cannot be relied on."""


class TableNotFound(Exception):
    """The warehouse says that it has no such table."""


@dataclass(frozen=True)
class Day:
    date: date
    orders: int
    last_ingested: datetime | None

    @property
    def due(self) -> datetime:
        following = self.date + timedelta(days=1)
        return datetime(following.year, following.month, following.day, 6, tzinfo=timezone.utc)

    @property
    def late_by(self) -> timedelta:
        """Zero or less for a day that came in time."""
        return self.last_ingested - self.due if self.last_ingested else timedelta(0)


@dataclass(frozen=True)
class Anomaly:
    date: str
    orders: int
    baseline: int
    direction: str


class Retry(Exception):
    """What failed may work later."""

    def __init__(self, message, after_s=0.0):
        super().__init__(message)
        self.after_s = after_s


class BigQuery:
    TIMEOUT = (10, 30)
    TRIES = 4
    GIVE_UP_AFTER_S = 400
    NOT_READY_AT_MOST = 20
    PASSING = frozenset(
        ["rateLimitExceeded", "backendError", "internalError", "jobBackendError", "jobInternalError"]
    )

    def __init__(self):
        base, project = os.environ["BIGQUERY_URL"], os.environ["BIGQUERY_PROJECT"]
        self._queries = f"{base}/projects/{project}/queries"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {os.environ['BIGQUERY_TOKEN']}"

    def rows(self, sql, **parameters):
        """All rows of a result, as lists of texts. A failure that passes makes it ask the query anew."""
        began = time.monotonic()
        for attempt in range(1, self.TRIES + 1):
            try:
                return self._rows_once(sql, parameters)
            except Retry as problem:
                wait = max(problem.after_s, 2.0**attempt)
                if attempt == self.TRIES or time.monotonic() - began + wait > self.GIVE_UP_AFTER_S:
                    raise WarehouseError(f"given up after {attempt} tries: {problem}") from problem
                time.sleep(wait)

    def _rows_once(self, sql, parameters):
        page = self._ask("POST", self._queries, json={
            "query": sql,
            "useLegacySql": False,
            "parameterMode": "NAMED",
            "queryParameters": [
                {"name": name, "parameterType": {"type": "DATE"}, "parameterValue": {"value": value.isoformat()}}
                for name, value in parameters.items()
            ],
        })
        with reliable():
            result = f"{self._queries}/{page['jobReference']['jobId']}"
            page = self._wait_for(page, result)
            total, rows, tokens = int(page["totalRows"]), list(page.get("rows", ())), []
            while token := page.get("pageToken"):
                if token in tokens:
                    raise WarehouseError("a page leads back to one before it")
                tokens.append(token)
                page = self._ask("GET", result, params={"pageToken": token})
                rows.extend(page.get("rows", ()))
            if len(rows) != total:
                raise WarehouseError(f"{len(rows)} rows came, and there are {total}")
            return [[cell["v"] for cell in row["f"]] for row in rows]

    def _wait_for(self, page, result):
        for _ in range(self.NOT_READY_AT_MOST):
            if page["jobComplete"]:
                return page
            page = self._ask("GET", result)
        raise WarehouseError("the query does not come to an end")

    def _ask(self, method, url, **what):
        try:
            response = self._session.request(method, url, timeout=self.TIMEOUT, **what)
            body = response.json()
        except requests.exceptions.JSONDecodeError:
            if response.ok:
                raise Retry("the answer is no JSON")
            body = None
        except requests.RequestException as error:
            raise Retry(f"no answer: {type(error).__name__}") from error
        if response.ok:
            return self._without_errors(body)
        after_s = response.headers.get("Retry-After", "")
        reason = reason_in(body)
        if reason == "notFound":
            raise TableNotFound("the warehouse says notFound")
        if response.status_code >= 500 or response.status_code == 429 or reason in self.PASSING:
            raise Retry(f"{response.status_code} {reason}", float(after_s) if after_s.isdecimal() else 0.0)
        raise WarehouseError(f"{response.status_code} {reason}")

    def _without_errors(self, body):
        if not isinstance(body, dict):
            raise WarehouseError("the answer is no object")
        for error in body.get("errors", ()):
            reason = error.get("reason")
            raise Retry(reason) if reason in self.PASSING else WarehouseError(f"the query failed: {reason}")
        return body


@contextmanager
def reliable():
    """What an answer lacks, or has in another form, is the warehouse's fault."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise WarehouseError(f"an answer is not as it should be: {error!r}") from error


def reason_in(body):
    match body:
        case {"error": {"errors": [{"reason": str(reason)}, *_]}}:
            return reason
    return None


def daily_partition_report(table: str, end_date: str, days: int = 30) -> dict:
    if days < 1:
        raise ValueError("days must be 1 at least")
    last = date.fromisoformat(end_date)
    first = last - timedelta(days=days - 1)
    present = days_with_orders(BigQuery(), table, first, last)
    return {
        "gaps": [day.isoformat() for day in calendar(first, days) if day not in present],
        "late": [
            {"date": day.date.isoformat(), "hours": day.late_by // timedelta(hours=1)}
            for day in present.values()
            if day.late_by > timedelta(0)
        ],
        "anomalies": [asdict(anomaly) for anomaly in anomalies(list(present.values()))],
    }


def days_with_orders(warehouse, table, first, last):
    dataset = os.environ["BIGQUERY_DATASET"]
    rows = warehouse.rows(
        f"SELECT order_date, COUNT(DISTINCT order_id) AS n, MAX(ingested_at) AS latest FROM `{dataset}.{table}` "
        "WHERE order_date >= @first AND order_date <= @last AND order_id IS NOT NULL GROUP BY 1 ORDER BY 1",
        first=first, last=last,
    )
    with reliable():
        found = [
            Day(date.fromisoformat(day), int(n), latest and datetime.fromtimestamp(float(latest), timezone.utc))
            for day, n, latest in rows
        ]
    return {day.date: day for day in found}


def calendar(first, days):
    return [first + timedelta(days=ahead) for ahead in range(days)]


def anomalies(present):
    for index, day in islice(enumerate(present), 7, None):
        baseline = median(other.orders for other in present[index - 7 : index])
        if not baseline <= 2 * day.orders <= 4 * baseline:
            direction = "low" if day.orders < baseline else "high"
            yield Anomaly(day.date.isoformat(), day.orders, baseline, direction)
