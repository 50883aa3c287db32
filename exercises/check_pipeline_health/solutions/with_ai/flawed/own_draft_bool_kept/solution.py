"""The same with a log, so that one can look up what went wrong."""

import logging
import os

import requests

logging.basicConfig(level=logging.INFO)


def check_pipeline_health(partition_date, expected_min_rows):
    """Returns True if the partition is healthy, False otherwise."""
    try:
        response = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        response.raise_for_status()
        rows = response.json()["row_count"]
        logging.info("%s has %s rows", partition_date, rows)
        return rows >= expected_min_rows
    except Exception as e:
        logging.error("check failed: %s", e)
        return False
