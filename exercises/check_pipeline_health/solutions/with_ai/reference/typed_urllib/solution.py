"""Is the partition of a day there, and does it hold enough rows?

Reworked from draft.py: asking (ask, read_partition) and judging (judge) are apart, and what went wrong
keeps its name on the way out.
"""

import datetime
import email.utils
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from typing import Optional, TypedDict

TABLE = "orders"
TIMEOUT_S = 20
TRIES = 4
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0


class Health(TypedDict):
    """The same keys whatever happens. status: ok, too_few_rows, no_partition, still_loading or
    api_failure; cause: why the warehouse could not be asked, else None."""

    status: str
    cause: Optional[str]
    actual_rows: Optional[int]
    message: str


class NoPartition(Exception):
    """The warehouse says that it has no such partition."""


class Unreachable(Exception):
    def __init__(self, cause, message, retry=True, wait=None):
        super().__init__(message)
        self.cause = cause
        self.retry = retry
        self.wait = wait


def ask(day):
    """The bytes of one answer. Raises NoPartition or Unreachable."""
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/{TABLE}/partitions/{day}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        raise from_status(error) from error
    except TimeoutError as error:
        raise Unreachable("timeout", f"no answer within {TIMEOUT_S} seconds") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable("connection", f"the connection failed: {error}") from error


def from_status(error):
    code = None
    try:
        code = json.loads(error.read())["error"]["code"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        pass  # a proxy answers in a format of its own
    if error.code == 404 and code == "partition_not_found":
        return NoPartition()
    if error.code in (401, 403):
        return Unreachable("not_allowed", f"it answered {error.code}", retry=False)
    if error.code == 429 or error.code >= 500:
        return Unreachable("server", f"it answered {error.code}", wait=seconds(error.headers))
    return Unreachable("unexpected_answer", f"it answered {error.code}", retry=False)


def seconds(headers):
    """What Retry-After asks for, a number of seconds or a date; None where it asks for nothing."""
    asked = headers.get("Retry-After", "")
    try:
        return float(asked)
    except ValueError:
        pass
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return None
    left = (until - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    return max(left, 0.0)


def read_partition(day):
    """(rows, state) of the day. Raises NoPartition or Unreachable."""
    try:
        partition = json.loads(ask(day))
        rows, state = partition["row_count"], partition.get("state", "complete")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable("bad_body", "its answer cannot be parsed") from error
    if type(rows) is not int or rows < 0:
        raise Unreachable("bad_body", f"its row count makes no sense: {rows!r}", retry=False)
    return rows, state


def patiently(day):
    pause = FIRST_PAUSE_S
    for left in reversed(range(TRIES)):
        try:
            return read_partition(day)
        except Unreachable as problem:
            if not problem.retry or left == 0 or (problem.wait or 0) > LONGEST_PAUSE_S:
                raise
            time.sleep(pause if problem.wait is None else max(problem.wait, pause))
            pause *= 2


def judge(rows, state, minimum):
    if state != "complete":
        return "still_loading"
    return "too_few_rows" if rows < minimum else "ok"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> Health:
    datetime.date.fromisoformat(partition_date)
    if expected_min_rows < 0:
        raise ValueError(f"expected_min_rows is negative: {expected_min_rows}")

    def result(status, rows, text, cause=None) -> Health:
        message = f"{TABLE}/{partition_date}: {text}; at least {expected_min_rows} rows were expected."
        return {"status": status, "cause": cause, "actual_rows": rows, "message": message}

    try:
        rows, state = patiently(partition_date)
    except NoPartition:
        return result("no_partition", None, "there is no such partition")
    except Unreachable as problem:
        return result("api_failure", None, f"the warehouse could not be asked, {problem}", problem.cause)
    return result(judge(rows, state, expected_min_rows), rows, f"{rows} rows")
