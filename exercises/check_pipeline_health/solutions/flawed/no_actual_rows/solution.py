import os

import requests


class WarehouseProblem(Exception):
    pass


def fetch(partition_date):
    try:
        response = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        payload = response.json()
    except ValueError as e:
        raise WarehouseProblem("not JSON") from e
    except requests.RequestException as e:
        raise WarehouseProblem(f"{type(e).__name__}") from e
    if response.status_code == 404 and payload["error"]["code"] == "partition_not_found":
        return None
    if response.status_code != 200 or not isinstance(payload.get("row_count"), int):
        raise WarehouseProblem(f"HTTP {response.status_code}")
    return payload


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = fetch(partition_date)
    except WarehouseProblem as e:
        return {"status": "failed", "message": f"Warehouse problem: {e}"}
    if partition is None:
        return {"status": "missing", "message": f"No partition {partition_date}"}
    rows = partition["row_count"]
    if rows < expected_min_rows:
        return {"status": "low", "message": f"{rows} rows is less than {expected_min_rows}"}
    return {"status": "ok", "message": f"{rows} rows is enough"}
