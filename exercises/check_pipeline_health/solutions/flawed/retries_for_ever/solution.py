import os
import time

import requests


def get_partition(partition_date):
    """Keeps asking until the warehouse answers."""
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    while True:
        try:
            response = requests.get(url, headers=headers, timeout=10)
            if response.status_code == 404:
                return None
            if response.status_code == 200:
                return response.json()
        except requests.RequestException:
            pass
        time.sleep(20)


def check_pipeline_health(partition_date, expected_min_rows):
    partition = get_partition(partition_date)
    if partition is None:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"Partition {partition_date} is missing",
        }
    return evaluate(partition_date, partition["row_count"], expected_min_rows)


def evaluate(partition_date, rows, expected_min_rows):
    status = "low" if rows < expected_min_rows else "healthy"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"Partition {partition_date}: {rows} rows (minimum {expected_min_rows})",
    }
