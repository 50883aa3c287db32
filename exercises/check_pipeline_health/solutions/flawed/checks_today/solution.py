import os
from datetime import date

import requests


class ApiError(Exception):
    pass


def fetch_today():
    today = date.today().isoformat()
    try:
        r = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{today}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        data = r.json()
    except ValueError:
        raise ApiError("no JSON")
    except requests.RequestException as e:
        raise ApiError(f"no connection, {type(e).__name__}")
    if r.status_code == 404:
        return None
    if r.status_code != 200:
        raise ApiError(f"status {r.status_code}")
    return data["row_count"]


def check_pipeline_health(partition_date, expected_min_rows):
    """Checks that today's partition exists and has enough rows."""
    try:
        rows = fetch_today()
    except ApiError as e:
        return {"status": "API_ERROR", "actual_rows": None, "message": f"API error: {e}"}
    if rows is None:
        return {"status": "MISSING", "actual_rows": None, "message": "today's partition is missing"}
    status = "OK" if rows >= expected_min_rows else "LOW"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"{rows} rows today, expected {expected_min_rows}",
    }
