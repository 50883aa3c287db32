import http.client
import json
import os
import urllib.error
import urllib.request


class Problem(Exception):
    def __init__(self, status, details):
        super().__init__(status)
        self.status = status
        self.details = details


def fetch_rows(day):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{day}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            rows = json.load(answer).get("row_count")
    except urllib.error.HTTPError as e:
        if e.code == 404:
            raise Problem("missing_data", "no such partition")
        raise Problem("api_failure", {"http_status": e.code})
    except ValueError:
        raise Problem("api_failure", ["the body is not JSON"])
    except (OSError, http.client.HTTPException) as e:
        raise Problem("api_failure", repr(e))
    if not isinstance(rows, int):
        raise Problem("api_failure", ["no row count"])
    return rows


def judge(rows, minimum):
    return "low_volume" if rows < minimum else "healthy"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        rows = fetch_rows(partition_date)
    except Problem as p:
        return {
            "status": p.status,
            "actual_rows": None,
            "message": f"{partition_date}: {p.status} ({p.details})",
            "details": p.details,
        }
    return {
        "status": judge(rows, expected_min_rows),
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, at least {expected_min_rows} expected",
        "details": None,
    }
