import os

import requests


def check_pipeline_health(partition_date, expected_min_rows):
    """Returns True if the partition is healthy, False otherwise."""
    try:
        response = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        response.raise_for_status()
        return response.json()["row_count"] >= expected_min_rows
    except Exception:
        return False
