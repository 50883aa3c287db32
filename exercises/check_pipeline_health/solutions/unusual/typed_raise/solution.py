"""Partition health check.

A partition that is missing or small is a result. A warehouse that cannot be asked is not: then
WarehouseUnavailable is raised, so that a scheduler retries the task instead of alerting the team
that owns the data.
"""

import os

import requests


class WarehouseUnavailable(Exception):
    """The check could not be made. Nothing is known about the partition."""


def load_partition(partition_date):
    url = "{}/v1/tables/orders/partitions/{}".format(os.environ["WAREHOUSE_URL"], partition_date)
    auth = {"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]}
    problem = None
    try:
        response = requests.get(url, headers=auth, timeout=15)
        body = response.json()
    except requests.RequestException as error:
        problem = error
    if problem is not None:
        raise WarehouseUnavailable(f"cannot read {partition_date}: {problem}")

    if response.status_code == 404 and body.get("error", {}).get("code") == "partition_not_found":
        return None
    if response.status_code != 200:
        raise WarehouseUnavailable(f"HTTP {response.status_code} for {partition_date}")
    if not isinstance(body.get("row_count"), int) or body["row_count"] < 0:
        raise WarehouseUnavailable(f"senseless row count {body.get('row_count')!r}")
    return body


def check_pipeline_health(partition_date, expected_min_rows):
    partition = load_partition(partition_date)
    if partition is None:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"Partition {partition_date} was never created.",
        }
    rows = partition["row_count"]
    if partition["state"] == "loading":
        status = "loading"
    elif rows >= expected_min_rows:
        status = "healthy"
    else:
        status = "low_volume"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"Partition {partition_date} has {rows} rows, want {expected_min_rows}.",
    }
