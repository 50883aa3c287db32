import json
import os
import urllib.error
import urllib.request


def fetch(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=15) as response:
        return json.load(response)


def evaluate(rows, minimum):
    return "healthy" if rows >= minimum else "low_volume"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        rows = fetch(partition_date)["row_count"]
    except (urllib.error.URLError, OSError, ValueError, KeyError) as e:
        return {"status": "failed", "actual_rows": None, "message": f"{partition_date}: {e!r}"}
    return {
        "status": evaluate(rows, expected_min_rows),
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, {expected_min_rows} expected",
    }
