import logging
import os

import requests

logger = logging.getLogger(__name__)


def fetch_partition(partition_date):
    response = requests.get(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
        timeout=10,
    )
    if response.status_code == 404:
        return {}
    response.raise_for_status()
    return response.json()


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = fetch_partition(partition_date)
    except requests.RequestException as e:
        logger.error("API call failed: %s", e)
        return None

    if not partition:
        return {
            "status": "missing",
            "actual_rows": 0,
            "message": f"Partition {partition_date} not found",
        }
    rows = partition["row_count"]
    if rows < expected_min_rows:
        return {
            "status": "low",
            "actual_rows": rows,
            "message": f"Only {rows} rows, expected {expected_min_rows}",
        }
    return {"status": "ok", "actual_rows": rows, "message": f"{rows} rows found"}
