from warehouse import WarehouseClient


def load(partition_date):
    return WarehouseClient(timeout=10).get_partition("orders", partition_date)


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = load(partition_date)
        rows = partition["row_count"]
    except Exception as e:
        return {
            "status": f"error for {partition_date}: {e}",
            "actual_rows": None,
            "message": f"Check of {partition_date} failed with {type(e).__name__}",
        }
    if rows < expected_min_rows:
        return {
            "status": "low row count",
            "actual_rows": rows,
            "message": f"{rows} rows in {partition_date}, expected at least {expected_min_rows}",
        }
    return {"status": "ok", "actual_rows": rows, "message": f"{rows} rows in {partition_date}"}
