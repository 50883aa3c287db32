import os
import requests


def get_row_count(partition_date):
    response = requests.get(
        os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + partition_date,
        headers={"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]},
        timeout=10,
    )
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return response.json()["row_count"]


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        rows = get_row_count(partition_date)
    except Exception as e:
        print({"status": "error", "actual_rows": None, "message": str(e)})
        return
    if rows is None:
        print({"status": "missing", "actual_rows": None, "message": "partition not found"})
    elif rows < expected_min_rows:
        print({"status": "low", "actual_rows": rows, "message": f"{rows} < {expected_min_rows}"})
    else:
        print({"status": "ok", "actual_rows": rows, "message": "partition is healthy"})
