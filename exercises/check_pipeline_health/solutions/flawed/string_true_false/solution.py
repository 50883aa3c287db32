import os

import requests


def row_count(partition_date):
    r = requests.get(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
        timeout=5,
    )
    r.raise_for_status()
    return r.json()["row_count"]


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        rows = row_count(partition_date)
    except Exception as e:
        return {"status": "false", "actual_rows": None, "message": f"check failed: {e!r}"}
    return {
        "status": str(rows >= expected_min_rows).lower(),
        "actual_rows": rows,
        "message": f"{rows} rows for {partition_date}, minimum {expected_min_rows}",
    }
