"""Pipeline health check for the daily partitions of the `orders` table."""

import json
import logging
import os
import urllib.request
from datetime import datetime

logger = logging.getLogger(__name__)

TABLE_NAME = "orders"
REQUEST_TIMEOUT = 30
DEFAULT_MIN_ROWS = 1000


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """
    Check the health of a daily partition.

    Args:
        partition_date: The date of the partition to check (YYYY-MM-DD).
        expected_min_rows: The minimum number of rows expected in the partition.

    Returns:
        A dictionary with the health status, the actual row count and a message.
    """
    # Fall back to a sensible default if no threshold is provided
    min_rows = expected_min_rows or DEFAULT_MIN_ROWS

    try:
        base_url = os.environ["WAREHOUSE_URL"]
        token = os.environ["WAREHOUSE_TOKEN"]
        request = urllib.request.Request(
            f"{base_url}/v1/tables/{TABLE_NAME}/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {token}"},
        )

        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            data = json.loads(response.read())

        row_count = data.get("row_count", 0)

        # Check if the row count meets the threshold
        if row_count >= min_rows:
            logger.info("Partition %s is healthy", partition_date)
            return {
                "status": "healthy",
                "actual_rows": row_count,
                "message": f"Partition {partition_date} is healthy with {row_count} rows",
                "last_modified": datetime.fromisoformat(data["last_modified"]),
            }

        logger.warning("Partition %s is below the threshold", partition_date)
        return {
            "status": "unhealthy",
            "actual_rows": row_count,
            "message": f"Row count {row_count} is below the expected minimum of {min_rows}",
        }

    except Exception as e:
        # Handle any errors gracefully
        logger.error("Health check failed: %s", e)
        return {
            "status": "unhealthy",
            "actual_rows": 0,
            "message": f"Health check failed: {e}",
        }


if __name__ == "__main__":
    print(check_pipeline_health("2026-03-13", 1000))
