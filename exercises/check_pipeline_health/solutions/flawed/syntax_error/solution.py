import os
import requests


def fetch(partition_date):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    return requests.get(url, headers={"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]}, timeout=10)


def check_pipeline_health(partition_date, expected_min_rows)
    try:
        response = fetch(partition_date)
    except requests.RequestException as e:
        return {"status": "api_error", "actual_rows": None, "message": str(e)}
    if response.status_code == 404:
        return {"status": "missing", "actual_rows": None, "message": "not found"}
    rows = response.json()["row_count"]
    return {"status": "ok" if rows >= expected_min_rows else "low", "actual_rows": rows, "message": f"{rows}"}
