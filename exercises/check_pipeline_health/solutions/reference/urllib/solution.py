"""Is the partition of a day there, and does it hold enough rows?

fetch_partition() speaks HTTP, with_retries() decides how often, judge() compares, and
check_pipeline_health() puts the three together.
"""

import datetime
import email.utils
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

TABLE = "orders"
TIMEOUT_S = 10
ATTEMPTS = 4
FIRST_PAUSE_S = 1
MAX_TOTAL_PAUSE_S = 90
WORTH_RETRYING = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Partition:
    rows: int
    complete: bool


class PartitionMissing(Exception):
    """The warehouse says that it has no such partition."""


class WarehouseError(Exception):
    """The warehouse could not tell. `status` is what we report for it."""

    def __init__(self, status, message, retryable=False, retry_after_s=None):
        super().__init__(message)
        self.status = status
        self.retryable = retryable
        self.retry_after_s = retry_after_s


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """status is one of
    healthy, low_volume, missing_data, loading: the warehouse answered;
    api_error, api_denied, api_throttled, api_unreachable, api_timeout, api_bad_answer: it did
    not, or not in a way that can be trusted;
    invalid_request: the arguments make no sense, and nothing was asked.
    """
    try:
        day = datetime.date.fromisoformat(partition_date).isoformat()
    except (TypeError, ValueError):
        return report("invalid_request", None, f"{partition_date!r} is not an ISO date.")
    if not is_count(expected_min_rows):
        return report("invalid_request", None, f"{expected_min_rows!r} is not a row count.")

    try:
        partition = with_retries(lambda: fetch_partition(TABLE, day))
    except PartitionMissing:
        return report(
            "missing_data",
            None,
            f"{TABLE} has no partition {day}; at least {expected_min_rows} rows were expected.",
        )
    except WarehouseError as error:
        return report(error.status, None, f"{TABLE} {day} could not be checked: {error}")
    return judge(day, partition, expected_min_rows)


def judge(day, partition, minimum):
    """What the partition is worth to the caller. No I/O."""
    found = f"{TABLE} {day} has {partition.rows} rows, at least {minimum} expected"
    if not partition.complete:
        return report("loading", partition.rows, f"{found}, but it is still being loaded.")
    if partition.rows < minimum:
        return report("low_volume", partition.rows, f"{found}: too few.")
    return report("healthy", partition.rows, f"{found}.")


def report(status, actual_rows, message):
    return {"status": status, "actual_rows": actual_rows, "message": message}


def with_retries(call):
    """Repeats what may pass, with growing pauses, or those that the server asks for."""
    paused_s = 0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return call()
        except WarehouseError as error:
            pause_s = max(FIRST_PAUSE_S * 2 ** (attempt - 1), error.retry_after_s or 0)
            paused_s += pause_s
            if not error.retryable or attempt == ATTEMPTS or paused_s > MAX_TOTAL_PAUSE_S:
                raise
            time.sleep(pause_s)


def fetch_partition(table, day):
    """One request. Raises PartitionMissing or WarehouseError."""
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/{table}/partitions/{day}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                body = response.read()
        except urllib.error.HTTPError as error:
            raise refusal(error.code, error.headers, error.read()) from error
    except urllib.error.URLError as error:
        raise transport_error(error.reason) from error
    except (OSError, http.client.HTTPException) as error:
        raise transport_error(error) from error
    return parse_partition(body)


def refusal(status, headers, body):
    """What an answer with an HTTP error status means."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        code = None
    if status == 404 and code == "partition_not_found":
        return PartitionMissing()
    if status in (401, 403):
        return WarehouseError("api_denied", f"the warehouse denied access (HTTP {status}).")
    return WarehouseError(
        "api_throttled" if status == 429 else "api_error",
        f"the warehouse answered HTTP {status} ({code or 'no error code'}).",
        retryable=status in WORTH_RETRYING,
        retry_after_s=parse_retry_after(headers.get("Retry-After")),
    )


def transport_error(reason):
    if isinstance(reason, TimeoutError):
        return WarehouseError(
            "api_timeout", f"no answer from the warehouse within {TIMEOUT_S} s.", retryable=True
        )
    return WarehouseError(
        "api_unreachable",
        f"the connection to the warehouse failed ({type(reason).__name__}).",
        retryable=True,
    )


def parse_partition(body):
    """Trusts nothing: a count that is no count must not be read as healthy or low."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise WarehouseError(
            "api_bad_answer", "the warehouse's answer is no JSON.", retryable=True
        ) from error
    if not isinstance(answer, dict) or not is_count(answer.get("row_count")):
        raise WarehouseError(
            "api_bad_answer", "the warehouse's answer has no usable row_count."
        )
    return Partition(answer["row_count"], complete=answer.get("state", "complete") == "complete")


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def parse_retry_after(value):
    """Seconds to wait, from either form of the header; None where it is absent or unusable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return int(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        now = datetime.datetime.now(datetime.timezone.utc)
        return max(0, (moment - now).total_seconds())
    except (TypeError, ValueError):
        return None
