import json
import os
import urllib.request


def get_row_count(partition_date):
    req = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    with urllib.request.urlopen(req, timeout=10) as resp:
        return json.load(resp)["row_count"]


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        rows = get_row_count(partition_date)
    except Exception as e:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"Partition {partition_date} is missing: {e!r}",
        }

    if rows < expected_min_rows:
        return {
            "status": "low",
            "actual_rows": rows,
            "message": f"Partition {partition_date} only has {rows} of {expected_min_rows} rows",
        }
    return {"status": "ok", "actual_rows": rows, "message": f"{partition_date}: {rows} rows"}
