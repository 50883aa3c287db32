"""Pipeline health check. Low volume has a status of its own now."""

import json
import logging
import os
import urllib.request
from datetime import datetime

logger = logging.getLogger(__name__)

TABLE_NAME = "orders"
REQUEST_TIMEOUT = 30


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
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
        if row_count >= expected_min_rows:
            return {
                "status": "healthy",
                "actual_rows": row_count,
                "message": f"Partition {partition_date} is healthy with {row_count} rows",
                "last_modified": datetime.fromisoformat(data["last_modified"]),
            }
        return {
            "status": "low_volume",
            "actual_rows": row_count,
            "message": f"Row count {row_count} is below the expected minimum of {expected_min_rows}",
        }

    except Exception as error:  # same as before
        logger.error(
            "Health check failed: %s",
            error,
        )
        return {"status": "unhealthy", "actual_rows": 0, "message": f"Health check failed: {error}"}
