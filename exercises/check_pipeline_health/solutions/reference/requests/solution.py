"""Health of one day's partition of `orders`: a warehouse client on requests, and a pure judge."""

import itertools
import os
import random
import time
from dataclasses import dataclass
from datetime import date, datetime, timezone
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TypedDict

import requests


class Status(StrEnum):
    HEALTHY = "healthy"
    LOW_VOLUME = "low_volume"
    MISSING = "missing"
    STILL_LOADING = "still_loading"
    API_FAILURE = "api_failure"
    BAD_DATA = "bad_data"


class Health(TypedDict):
    status: Status
    actual_rows: int | None
    message: str


@dataclass(frozen=True)
class Partition:
    row_count: object  # as the API sent it; assess() decides whether it is a count
    state: str


class WarehouseUnavailable(Exception):
    """The warehouse gave no usable answer, also after retries."""


class Warehouse:
    """Reads partitions over HTTP. Timeouts and retries are its business alone."""

    TIMEOUT = (3.05, 10)  # seconds to connect, seconds between bytes
    MAX_ATTEMPTS = 4
    MAX_PAUSE_S = 60
    TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
    TRANSIENT_ERRORS = (
        requests.Timeout,
        requests.ConnectionError,
        requests.exceptions.ChunkedEncodingError,
    )

    def __init__(self, url: str, token: str, session: requests.Session | None = None):
        self._url = url.rstrip("/")
        self._session = session or requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def find_partition(self, table: str, day: date) -> Partition | None:
        """The partition, or None if the warehouse says that there is none."""
        response = self._get(f"/v1/tables/{table}/partitions/{day.isoformat()}")
        body = _json_or_none(response)
        if response.status_code == 404 and _error_code(body) == "partition_not_found":
            return None
        if response.status_code != 200:
            raise WarehouseUnavailable(
                f"it answered HTTP {response.status_code} ({_error_code(body) or 'no code'})"
            )
        if not isinstance(body, dict):
            raise WarehouseUnavailable("its answer is not a JSON object")
        return Partition(body.get("row_count"), str(body.get("state", "complete")))

    def _get(self, path: str) -> requests.Response:
        """The first answer that is not transient, or the last one there is patience for."""
        for attempt in itertools.count(1):
            out_of_attempts = attempt == self.MAX_ATTEMPTS
            asked_s = 0.0
            try:
                response = self._session.get(self._url + path, timeout=self.TIMEOUT)
            except requests.RequestException as error:
                if out_of_attempts or not isinstance(error, self.TRANSIENT_ERRORS):
                    raise WarehouseUnavailable(_describe(error)) from error
            else:
                asked_s = _retry_after_s(response)
                is_final = response.status_code not in self.TRANSIENT_STATUSES
                if is_final or out_of_attempts or asked_s > self.MAX_PAUSE_S:
                    return response
            backoff_s = 2 ** (attempt - 1) * random.uniform(1.0, 1.3)
            time.sleep(max(backoff_s, asked_s))


def assess(day: date, partition: Partition | None, minimum: int) -> Health:
    """Turns what the warehouse knows into a verdict. Pure."""
    if partition is None:
        return _health(
            Status.MISSING, None, f"No partition for {day}; expected at least {minimum:,} rows."
        )
    rows = partition.row_count
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
        return _health(Status.BAD_DATA, None, f"Partition {day} has no sane row count: {rows!r}.")
    if partition.state != "complete":
        return _health(
            Status.STILL_LOADING,
            rows,
            f"Partition {day} is {partition.state} with {rows:,} of at least {minimum:,} rows.",
        )
    if rows < minimum:
        return _health(
            Status.LOW_VOLUME,
            rows,
            f"Partition {day} has {rows:,} rows, {minimum - rows:,} short of {minimum:,}.",
        )
    return _health(
        Status.HEALTHY, rows, f"Partition {day} has {rows:,} rows (minimum {minimum:,})."
    )


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> Health:
    """Raises ValueError for arguments that cannot be meant; every other outcome is returned."""
    day = date.fromisoformat(partition_date)
    if expected_min_rows < 0:
        raise ValueError(f"expected_min_rows must not be negative: {expected_min_rows}")

    warehouse = Warehouse(os.environ["WAREHOUSE_URL"], os.environ["WAREHOUSE_TOKEN"])
    try:
        partition = warehouse.find_partition("orders", day)
    except WarehouseUnavailable as error:
        return _health(
            Status.API_FAILURE, None, f"The warehouse could not be asked about {day}: {error}."
        )
    return assess(day, partition, expected_min_rows)


def _health(status: Status, rows: int | None, message: str) -> Health:
    return {"status": status, "actual_rows": rows, "message": message}


def _describe(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    return f"the request failed ({type(error).__name__})"


def _json_or_none(response: requests.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None


def _error_code(body: object) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) else None


def _retry_after_s(response: requests.Response) -> float:
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        return (moment - datetime.now(timezone.utc)).total_seconds()
    except (TypeError, ValueError):
        return 0.0
