import os
import sys

import requests


def fetch(partition_date):
    try:
        response = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        if response.status_code == 404:
            return None
        response.raise_for_status()
        return response.json()
    except requests.RequestException as e:
        print(f"warehouse request failed: {e}", file=sys.stderr)
        sys.exit(1)


def check_pipeline_health(partition_date, expected_min_rows):
    partition = fetch(partition_date)
    if partition is None:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"{partition_date}: no partition",
        }
    rows = partition["row_count"]
    status = "healthy" if rows >= expected_min_rows else "low_volume"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, {expected_min_rows} expected",
    }
