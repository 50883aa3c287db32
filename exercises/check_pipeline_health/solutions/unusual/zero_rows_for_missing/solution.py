import http.client

from warehouse import WarehouseClient, WarehouseHTTPError


def get_row_count(day):
    """(exists, row_count). A partition that does not exist holds no rows."""
    client = WarehouseClient(timeout=10)
    try:
        return True, read_count(client.get_partition("orders", day))
    except WarehouseHTTPError as e:
        if e.status == 404 and e.code == "partition_not_found":
            return False, 0
        raise ConnectionError(f"warehouse said {e}") from e


def read_count(partition):
    count = partition["row_count"]
    if not isinstance(count, int) or count < 0:
        raise ValueError(f"row_count is {count!r}")
    return count


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        exists, rows = get_row_count(partition_date)
    except (OSError, http.client.HTTPException) as e:
        return answer("ERROR_API", None, f"Warehouse not reachable or not willing: {e}")
    except (ValueError, KeyError, TypeError) as e:
        return answer("ERROR_RESPONSE", None, f"Warehouse gave a response we cannot use: {e}")
    if not exists:
        return answer("MISSING", 0, f"No data at all for {partition_date}")
    if rows < expected_min_rows:
        return answer("LOW", rows, f"{rows} rows for {partition_date}, need {expected_min_rows}")
    return answer("OK", rows, f"{rows} rows for {partition_date}")


def answer(status, actual_rows, message):
    return {"status": status, "actual_rows": actual_rows, "message": message}
