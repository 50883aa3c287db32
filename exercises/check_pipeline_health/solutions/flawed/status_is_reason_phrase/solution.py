import json
import os
import urllib.error
import urllib.request
from http.client import HTTPException


class Failed(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def fetch_rows(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["row_count"]
    except urllib.error.HTTPError as e:
        if e.code == 404:
            raise Failed("missing", f"no partition {partition_date}")
        raise Failed(e.reason, f"warehouse answered {e.code}")
    except (OSError, HTTPException) as e:
        raise Failed(type(e).__name__, "warehouse not reachable")
    except (ValueError, KeyError):
        raise Failed("bad response", "warehouse answer not understood")


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        rows = fetch_rows(partition_date)
    except Failed as e:
        return {"status": e.status, "actual_rows": None, "message": str(e)}
    return {
        "status": "ok" if rows >= expected_min_rows else "low",
        "actual_rows": rows,
        "message": f"{rows} rows, at least {expected_min_rows} expected",
    }
