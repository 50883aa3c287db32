import os

import requests


class ApiFailure(Exception):
    pass


def query_partition(partition_date):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    try:
        response = requests.get(url, headers=headers, timeout=10)
        body = response.json()
    except ValueError:
        raise ApiFailure("response is not JSON")
    except requests.RequestException as e:
        raise ApiFailure(f"request failed ({type(e).__name__})")

    if response.status_code == 200:
        if not isinstance(body.get("row_count"), int) or body["row_count"] < 0:
            raise ApiFailure("response has no valid row_count")
        return body
    if body["error"]["code"] == "partition_not_found":
        return None
    raise ApiFailure(f"HTTP {response.status_code}: {body['error']['code']}")


def evaluate(partition_date, partition, expected_min_rows):
    if partition is None:
        return {
            "status": "missing_data",
            "actual_rows": None,
            "message": f"Partition {partition_date} does not exist",
        }
    rows = partition["row_count"]
    if partition.get("state") == "loading":
        status = "loading"
    elif rows > expected_min_rows:
        status = "healthy"
    else:
        status = "low_volume"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"Partition {partition_date}: {rows} rows, expected {expected_min_rows}",
    }


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = query_partition(partition_date)
    except ApiFailure as e:
        return {"status": "api_failure", "actual_rows": None, "message": f"API failure: {e}"}
    return evaluate(partition_date, partition, expected_min_rows)
