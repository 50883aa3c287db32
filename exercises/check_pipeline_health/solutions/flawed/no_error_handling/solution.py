import os

import requests


def get_partition(partition_date):
    response = requests.get(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return response.json()


def check_pipeline_health(partition_date, expected_min_rows):
    partition = get_partition(partition_date)
    if partition is None:
        return {
            "status": "MISSING",
            "actual_rows": None,
            "message": f"No partition found for {partition_date}",
        }
    rows = partition["row_count"]
    status = "OK" if rows >= expected_min_rows else "LOW_ROWS"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"{rows} rows in {partition_date} (expected {expected_min_rows})",
    }
