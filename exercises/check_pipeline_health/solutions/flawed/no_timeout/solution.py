import os
import time

import requests

ATTEMPTS = 3


class ApiFailure(Exception):
    pass


def get_with_retries(url, headers):
    for attempt in range(ATTEMPTS):
        try:
            response = requests.get(url, headers=headers)
            if response.status_code < 500 and response.status_code != 429:
                return response
            failure = f"HTTP {response.status_code}"
        except requests.RequestException as e:
            failure = type(e).__name__
        time.sleep(2**attempt)
    raise ApiFailure(f"gave up after {ATTEMPTS} attempts, last: {failure}")


def get_partition(partition_date):
    response = get_with_retries(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        body = response.json()
    except ValueError:
        raise ApiFailure("the response is not JSON")
    if response.status_code == 200:
        if not isinstance(body.get("row_count"), int) or body["row_count"] < 0:
            raise ApiFailure("the response has no valid row_count")
        return body
    if body["error"]["code"] == "partition_not_found":
        return None
    raise ApiFailure(f"the API says {body['error']['code']}")


def evaluate(partition_date, partition, minimum):
    if partition is None:
        return "missing", None, f"no partition {partition_date}"
    rows = partition["row_count"]
    if partition["state"] == "loading":
        return "loading", rows, f"{partition_date} is loading, {rows} rows so far"
    if rows < minimum:
        return "low_volume", rows, f"{partition_date} has {rows} rows, expected {minimum}"
    return "healthy", rows, f"{partition_date} has {rows} rows, expected {minimum}"


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = get_partition(partition_date)
        status, rows, message = evaluate(partition_date, partition, expected_min_rows)
    except ApiFailure as e:
        status, rows, message = "api_failure", None, f"warehouse API: {e}"
    return {"status": status, "actual_rows": rows, "message": message}
