import json
import os
import urllib.error
import urllib.request


def fetch_partition(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def validate(row_count, expected_min_rows):
    return "healthy" if row_count >= expected_min_rows else "low_volume"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    partition = fetch_partition(partition_date)
    if partition is None:
        return {"status": "missing_data", "actual_rows": None, "message": f"{partition_date} is missing"}
    rows = partition["row_count"]
    return {
        "status": validate(rows, expected_min_rows),
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, at least {expected_min_rows} expected",
    }
