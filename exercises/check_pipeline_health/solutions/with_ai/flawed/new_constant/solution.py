import http.client
import json
import os
import urllib.error
import urllib.request

MIN_ROWS = 1000


def fetch(day):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{day}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return "found", json.load(response)["row_count"]
    except urllib.error.HTTPError as e:
        return ("missing", None) if e.code == 404 else ("api_failure", f"HTTP {e.code}")
    except (OSError, http.client.HTTPException) as e:
        return "api_failure", f"connection: {e}"
    except (ValueError, KeyError, TypeError):
        return "api_failure", "unreadable answer"


def judge(rows):
    return "healthy" if rows >= MIN_ROWS else "low_volume"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    found, value = fetch(partition_date)
    if found != "found":
        return {"status": found, "actual_rows": None, "message": f"{partition_date}: {found} {value}"}
    return {
        "status": judge(value),
        "actual_rows": value,
        "message": f"{partition_date}: {value} rows, at least {expected_min_rows} expected",
    }
