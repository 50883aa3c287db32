import json
import os
import urllib.error
import urllib.request


def fetch(partition_date):
    req = urllib.request.Request(
        os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + partition_date,
        headers={"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]},
    )
    with urllib.request.urlopen(req, timeout=10) as resp:
        return json.loads(resp.read())


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        partition = fetch(partition_date)
    except urllib.error.HTTPError as e:
        if e.code == 404:
            return {
                "status": "missing",
                "actual_rows": None,
                "message": f"No data for {partition_date}",
            }
        return {
            "status": "api_error",
            "actual_rows": None,
            "message": f"Warehouse returned {e.code} {e.reason}",
        }
    rows = partition["row_count"]
    if rows < expected_min_rows:
        return {
            "status": "low",
            "actual_rows": rows,
            "message": f"Expected at least {expected_min_rows} rows, found {rows}",
        }
    return {"status": "ok", "actual_rows": rows, "message": f"Found {rows} rows"}
