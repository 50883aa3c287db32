import http.client
import json
import os
import urllib.error
import urllib.request


def fetch(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            partition = json.load(response)
        return "FOUND", int(partition["row_count"])
    except urllib.error.HTTPError as e:
        if e.code == 404:
            return "MISSING", None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        pass
    return "API_FAILURE", None


MESSAGES = {
    "OK": "Everything is fine.",
    "LOW": "Not enough rows.",
    "MISSING": "The partition is missing.",
    "API_FAILURE": "Something is wrong with the warehouse.",
}


def check_pipeline_health(partition_date, expected_min_rows):
    status, rows = fetch(partition_date)
    if status == "FOUND":
        status = "LOW" if rows < expected_min_rows else "OK"
    return {"status": status, "actual_rows": rows, "message": MESSAGES[status]}
