import json
import os
import urllib.request
from contextlib import suppress


def fetch_row_count(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return int(json.load(response)["row_count"])


def status_of(row_count, expected_min_rows):
    if row_count is None:
        return "unavailable"
    return "healthy" if row_count >= expected_min_rows else "low_volume"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    row_count = None
    with suppress(Exception):
        row_count = fetch_row_count(partition_date)
    return {
        "status": status_of(row_count, expected_min_rows),
        "actual_rows": row_count,
        "message": f"{partition_date}: {row_count} rows, at least {expected_min_rows} expected",
    }
