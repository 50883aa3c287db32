import os

import requests

MIN_ROWS = 1000


class ApiError(Exception):
    pass


def fetch_rows(partition_date):
    """Row count, or None if the partition does not exist."""
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    try:
        resp = requests.get(
            url, headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}, timeout=10
        )
        data = resp.json()
    except ValueError:
        raise ApiError("invalid JSON from warehouse")
    except requests.RequestException as e:
        raise ApiError(f"request failed: {e}")
    if resp.status_code == 404 and data["error"]["code"] == "partition_not_found":
        return None
    if resp.status_code != 200:
        raise ApiError(f"warehouse returned {resp.status_code}")
    if not isinstance(data.get("row_count"), int):
        raise ApiError("no row count in response")
    return data["row_count"]


def validate(rows):
    if rows is None:
        return "missing"
    if rows < MIN_ROWS:
        return "low_volume"
    return "healthy"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        rows = fetch_rows(partition_date)
    except ApiError as e:
        return {"status": "api_error", "actual_rows": None, "message": str(e)}
    return {
        "status": validate(rows),
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, expected at least {expected_min_rows}",
    }
