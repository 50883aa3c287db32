from warehouse import WarehouseClient, WarehouseHTTPError


def find_partition(partition_date):
    try:
        return WarehouseClient(timeout=30).get_partition("orders", partition_date)
    except WarehouseHTTPError as error:
        if error.code == "partition_not_found":
            return None
        raise


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    partition = find_partition(partition_date)
    if partition is None:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"There is no partition {partition_date}.",
        }
    rows = partition["row_count"]
    if partition["state"] != "complete":
        status = "loading"
    elif rows < expected_min_rows:
        status = "low"
    else:
        status = "healthy"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"Partition {partition_date}: {rows} rows, minimum {expected_min_rows}.",
    }
