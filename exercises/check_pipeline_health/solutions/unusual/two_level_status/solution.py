import os

import requests

BASE = os.environ.get("WAREHOUSE_URL", "")
HEADERS = {"Authorization": "Bearer " + os.environ.get("WAREHOUSE_TOKEN", "")}


def fetch_partition(partition_date):
    """Returns (row_count, reason, detail); reason is None where the count can be judged."""
    url = f"{BASE}/v1/tables/orders/partitions/{partition_date}"
    try:
        resp = requests.get(url, headers=HEADERS, timeout=10)
    except requests.exceptions.RequestException as exc:
        return None, "WAREHOUSE_UNREACHABLE", type(exc).__name__
    try:
        body = resp.json()
    except ValueError:
        return None, "WAREHOUSE_BAD_RESPONSE", f"HTTP {resp.status_code}, not JSON"
    if resp.status_code == 404 and body.get("error", {}).get("code") == "partition_not_found":
        return None, "PARTITION_MISSING", "the warehouse has no such partition"
    if resp.status_code != 200:
        return None, "WAREHOUSE_ERROR", f"HTTP {resp.status_code}"
    row_count = body.get("row_count")
    if not isinstance(row_count, int) or row_count < 0:
        return None, "WAREHOUSE_BAD_RESPONSE", f"row_count was {row_count!r}"
    if body.get("state") != "complete":
        return row_count, "PARTITION_LOADING", f"{row_count} rows so far"
    return row_count, None, None


def decide(row_count, reason, detail, minimum):
    if reason is not None:
        return "FAIL", reason, detail
    if row_count < minimum:
        return "FAIL", "ROW_COUNT_LOW", f"{row_count} rows is below the minimum of {minimum}"
    return "PASS", "ROW_COUNT_OK", f"{row_count} rows, minimum {minimum}"


def check_pipeline_health(partition_date, expected_min_rows):
    row_count, reason, detail = fetch_partition(partition_date)
    status, reason, detail = decide(row_count, reason, detail, expected_min_rows)
    return {
        "status": status,
        "reason": reason,
        "actual_rows": row_count,
        "message": f"orders {partition_date}: {detail}",
    }
