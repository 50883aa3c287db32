import http.client

from warehouse import WarehouseClient, WarehouseHTTPError


def get_partition(partition_date):
    """The partition, None if there is none."""
    page = WarehouseClient(timeout=10).list_partitions("orders", from_date=partition_date)
    partitions = page["partitions"]
    return partitions[0] if partitions else None


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        partition = get_partition(partition_date)
    except WarehouseHTTPError as e:
        return result("api_error", None, f"warehouse answered {e.status}")
    except (OSError, http.client.HTTPException) as e:
        return result("api_error", None, f"warehouse not reachable: {e!r}")
    except (ValueError, KeyError, TypeError):
        return result("api_error", None, "warehouse answer not understood")
    return judge(partition_date, partition, expected_min_rows)


def judge(partition_date, partition, minimum):
    if partition is None:
        return result("missing", None, f"no partition for {partition_date}")
    rows = partition["row_count"]
    if not isinstance(rows, int) or rows < 0:
        return result("bad_data", None, f"row count is {rows!r}")
    if rows < minimum:
        return result("low", rows, f"{partition_date} has {rows} rows, expected {minimum}")
    return result("ok", rows, f"{partition_date} has {rows} rows, expected {minimum}")


def result(status, rows, message):
    return {"status": status, "actual_rows": rows, "message": message}
