"""Is the partition of a day there, and does it hold enough rows?

Built on the starter's client: look_up() asks and translates errors, judge() compares.
"""

import datetime
import http.client

from warehouse import WarehouseClient, WarehouseHTTPError

TABLE = "orders"
TIMEOUT_S = 15


class LookupFailed(Exception):
    """The warehouse could not be asked. The first argument is the cause, one of a few words."""

    def __init__(self, cause, message):
        super().__init__(message)
        self.cause = cause


def look_up(client, day):
    """The partition as a dict, or None if there is none. Raises LookupFailed."""
    try:
        partition = client.get_partition(TABLE, day)
    except WarehouseHTTPError as error:
        if error.code == "partition_not_found":
            return None
        raise LookupFailed("http_error", f"it answered {error.status} ({error.code})") from error
    except TimeoutError as error:
        raise LookupFailed("timeout", f"it gave no answer for {TIMEOUT_S} seconds") from error
    except (OSError, http.client.HTTPException) as error:
        raise LookupFailed("connection", f"the connection failed: {error}") from error
    except ValueError as error:
        raise LookupFailed("bad_answer", "its answer cannot be parsed") from error

    rows = partition.get("row_count") if isinstance(partition, dict) else None
    if type(rows) is not int or rows < 0:
        raise LookupFailed("bad_answer", f"its row count makes no sense: {rows!r}")
    return partition


def judge(partition, minimum):
    """(status, sentence) for a partition, or for None."""
    if partition is None:
        return "missing", f"there is no such partition, and {minimum} rows were expected"
    rows = partition["row_count"]
    if partition.get("state", "complete") != "complete":
        return "incomplete", f"{rows} rows so far, and it is still being loaded"
    if rows < minimum:
        return "low", f"only {rows} rows, at least {minimum} were expected"
    return "ok", f"{rows} rows, at least {minimum} were expected"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """status: ok, low, missing, incomplete, or unknown with the `cause` beside it.

    Raises ValueError for arguments that cannot be meant.
    """
    datetime.date.fromisoformat(partition_date)
    if expected_min_rows < 0:
        raise ValueError(f"expected_min_rows is negative: {expected_min_rows}")

    name = f"{TABLE}/{partition_date}"
    try:
        partition = look_up(WarehouseClient(timeout=TIMEOUT_S), partition_date)
    except LookupFailed as error:
        return {
            "status": "unknown",
            "cause": error.cause,
            "actual_rows": None,
            "message": f"{name}: the warehouse could not be asked: {error}.",
        }
    status, sentence = judge(partition, expected_min_rows)
    return {
        "status": status,
        "cause": None,
        "actual_rows": partition["row_count"] if partition else None,
        "message": f"{name}: {sentence}.",
    }
