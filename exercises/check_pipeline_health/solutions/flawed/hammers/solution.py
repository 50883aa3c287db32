import os

import requests

TRIES = 6


class WarehouseDown(Exception):
    pass


def ask_until_ok(url):
    problem = None
    for _ in range(TRIES):
        try:
            response = requests.get(
                url, headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}, timeout=10
            )
            if response.status_code in (200, 404):
                return response.status_code, response.json()
            problem = f"HTTP {response.status_code}"
        except (requests.RequestException, ValueError) as e:
            problem = type(e).__name__
    raise WarehouseDown(f"{TRIES} tries, the last one ended with {problem}")


def get_partition(partition_date):
    status, body = ask_until_ok(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    )
    if status == 404:
        if body["error"]["code"] == "partition_not_found":
            return None
        raise WarehouseDown(f"HTTP 404 ({body['error']['code']})")
    if not isinstance(body.get("row_count"), int) or body["row_count"] < 0:
        raise WarehouseDown("no usable row count")
    return body


def evaluate(partition_date, partition, minimum):
    if partition is None:
        return "missing", None, f"there is no partition {partition_date}"
    rows = partition["row_count"]
    if partition["state"] == "loading":
        return "loading", rows, f"{partition_date} is loading, {rows} rows so far"
    if rows < minimum:
        return "low_volume", rows, f"{partition_date} has {rows} rows, expected {minimum}"
    return "healthy", rows, f"{partition_date} has {rows} rows, expected {minimum}"


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = get_partition(partition_date)
    except WarehouseDown as e:
        return {"status": "api_failure", "actual_rows": None, "message": f"warehouse down: {e}"}
    status, rows, message = evaluate(partition_date, partition, expected_min_rows)
    return {"status": status, "actual_rows": rows, "message": message}
