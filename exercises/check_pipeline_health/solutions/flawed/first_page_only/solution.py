import http.client

from warehouse import WarehouseClient, WarehouseHTTPError


class ApiFailure(Exception):
    pass


def find_partition(partition_date):
    try:
        page = WarehouseClient(timeout=10).list_partitions("orders")
        return next((p for p in page["partitions"] if p["partition_date"] == partition_date), None)
    except WarehouseHTTPError as e:
        raise ApiFailure(f"warehouse answered {e.status}") from e
    except (OSError, http.client.HTTPException) as e:
        raise ApiFailure(f"warehouse not reachable: {type(e).__name__}") from e
    except (ValueError, KeyError, TypeError) as e:
        raise ApiFailure("warehouse answer not understood") from e


def judge(partition_date, partition, minimum):
    if partition is None:
        return result("missing", None, f"no partition {partition_date}")
    rows = partition["row_count"]
    if not isinstance(rows, int) or rows < 0:
        return result("bad_data", None, f"row count is {rows!r}")
    if partition["state"] == "loading":
        return result("loading", rows, f"{partition_date} is loading, {rows} rows so far")
    if rows < minimum:
        return result("low", rows, f"{partition_date} has {rows} rows, expected {minimum}")
    return result("ok", rows, f"{partition_date} has {rows} rows, expected {minimum}")


def result(status, rows, message):
    return {"status": status, "actual_rows": rows, "message": message}


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        partition = find_partition(partition_date)
    except ApiFailure as e:
        return result("api_failure", None, str(e))
    return judge(partition_date, partition, expected_min_rows)
