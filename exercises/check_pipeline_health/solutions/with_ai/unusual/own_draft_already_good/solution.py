"""Health of one day's partition of the orders table."""

import http.client
import json
import os
import urllib.error
import urllib.request


class WarehouseError(Exception):
    """The warehouse could not be asked; `kind` says in which way."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def fetch_partition(partition_date):
    """The partition as a dict, or None where the warehouse has none."""
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            partition = json.load(response)
        if type(partition["row_count"]) is not int or partition["row_count"] < 0:
            raise WarehouseError("bad_answer", f"row_count is {partition['row_count']!r}")
        return partition
    except urllib.error.HTTPError as error:
        if error.code == 404 and b"partition_not_found" in error.read():
            return None
        raise WarehouseError("http_error", f"HTTP {error.code}") from error
    except TimeoutError as error:
        raise WarehouseError("timeout", "no answer in 30 seconds") from error
    except (OSError, http.client.HTTPException) as error:
        raise WarehouseError("connection", str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise WarehouseError("bad_answer", "the answer is not what the API promises") from error


def evaluate(partition, expected_min_rows):
    if partition is None:
        return "missing_data", None, "the partition does not exist"
    rows = partition["row_count"]
    if partition.get("state") == "loading":
        return "loading", rows, f"{rows} rows so far, still being loaded"
    if rows < expected_min_rows:
        return "low_volume", rows, f"{rows} rows, fewer than the {expected_min_rows} expected"
    return "healthy", rows, f"{rows} rows, at least {expected_min_rows} expected"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        partition = fetch_partition(partition_date)
    except WarehouseError as error:
        return {
            "status": "api_failure",
            "error_kind": error.kind,
            "actual_rows": None,
            "message": f"{partition_date} could not be checked: {error}",
        }
    status, rows, message = evaluate(partition, expected_min_rows)
    return {
        "status": status,
        "error_kind": None,
        "actual_rows": rows,
        "message": f"{partition_date}: {message}",
    }
