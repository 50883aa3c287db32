import http.client

from warehouse import WarehouseClient, WarehouseHTTPError


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    client = WarehouseClient(timeout=10)
    try:
        partition = client.get_partition("orders", partition_date)
        rows = partition["row_count"]
    except WarehouseHTTPError as e:
        if e.code == "partition_not_found":
            return _result("missing", None, f"partition {partition_date} does not exist")
        return _result("api_error", None, f"the API answered {e.status} ({e.code})")
    except (OSError, http.client.HTTPException) as e:
        return _result("api_unreachable", None, f"no connection to the API: {e!r}")
    except (ValueError, KeyError, TypeError):
        return _result("api_bad_response", None, "the API's response could not be read")

    if not isinstance(rows, int) or rows < 0:
        return _result("api_bad_response", None, f"row_count is {rows!r}")
    if partition.get("state") == "loading":
        return _result("loading", rows, f"{rows} rows, still loading")
    if rows < expected_min_rows:
        return _result("low_volume", rows, f"{rows} rows, expected at least {expected_min_rows}")
    return _result("healthy", rows, f"{rows} rows, expected at least {expected_min_rows}")


def _result(status, actual_rows, message):
    return {"status": status, "actual_rows": actual_rows, "message": message}
