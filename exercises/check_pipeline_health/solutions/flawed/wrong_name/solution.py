import os

import requests


def get_rows(date):
    r = requests.get(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
        timeout=10,
    )
    if r.status_code == 404:
        return None
    r.raise_for_status()
    return r.json()["row_count"]


def check_health(date, min_rows):
    try:
        rows = get_rows(date)
    except requests.RequestException as e:
        return {"status": "error", "actual_rows": None, "message": str(e)}
    if rows is None:
        return {"status": "missing", "actual_rows": None, "message": f"no partition {date}"}
    status = "ok" if rows >= min_rows else "low"
    return {"status": status, "actual_rows": rows, "message": f"{rows} rows, minimum {min_rows}"}
