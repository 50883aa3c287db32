import json
import os
import urllib.request
from datetime import datetime


class HealthCheckError(RuntimeError):
    """Raised when the health of a partition cannot be determined."""


def load(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except Exception as e:
        raise HealthCheckError(f"{partition_date}: {e}") from e


def is_low(row_count, expected_min_rows):
    return row_count < expected_min_rows


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    partition = load(partition_date)
    rows = partition["row_count"]
    return {
        "status": "low" if is_low(rows, expected_min_rows) else "healthy",
        "actual_rows": rows,
        "message": f"{rows} rows, at least {expected_min_rows} expected",
        "last_modified": datetime.fromisoformat(partition["last_modified"]),
    }
