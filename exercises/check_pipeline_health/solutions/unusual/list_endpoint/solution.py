"""Looks for the day in the list of partitions: a day that is not listed is missing."""

import os

import requests


class WarehouseError(Exception):
    pass


def get_json(path, **params):
    try:
        r = requests.get(
            os.environ["WAREHOUSE_URL"] + path,
            params=params,
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        r.raise_for_status()
        return r.json()
    except requests.HTTPError as e:
        raise WarehouseError(f"warehouse answered with status {e.response.status_code}") from e
    except requests.exceptions.JSONDecodeError as e:
        raise WarehouseError("warehouse sent something that is not JSON") from e
    except requests.RequestException as e:
        raise WarehouseError(f"no connection to the warehouse: {e.__class__.__name__}") from e


def iter_partitions(table, first, last):
    params = {"from": first, "to": last}
    while True:
        page = get_json(f"/v1/tables/{table}/partitions", **params)
        if not isinstance(page, dict) or "partitions" not in page:
            raise WarehouseError("warehouse sent a page without partitions")
        yield from page["partitions"]
        if not page.get("next_page_token"):
            return
        params["page_token"] = page["next_page_token"]


def find_partition(table, day):
    for partition in iter_partitions(table, day, day):
        if partition["partition_date"] == day:
            return partition
    return None


def judge(partition, minimum):
    if partition is None:
        return "missing_partition", None, "the partition is not listed"
    count = partition.get("row_count")
    if not isinstance(count, int) or count < 0:
        return "invalid_metadata", None, f"the row count is {count!r}"
    if partition.get("state") == "loading":
        return "loading", count, f"{count} rows are there and more may come"
    if count < minimum:
        return "low_row_count", count, f"{count} rows are there, {minimum} are needed"
    return "healthy", count, f"{count} rows are there, {minimum} are needed"


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = find_partition("orders", partition_date)
    except WarehouseError as e:
        status, count, text = "api_failure", None, str(e)
    else:
        status, count, text = judge(partition, expected_min_rows)
    return {"status": status, "actual_rows": count, "message": f"{partition_date}: {text}"}
