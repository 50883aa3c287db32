import json
import os
import urllib.request
import urllib.error
import http.client


def fetch(date):
    """returns ("ok", partition) / ("missing", None) / ("failed", why)"""
    request = urllib.request.Request(os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + date)
    request.add_header("Authorization", "Bearer " + os.environ["WAREHOUSE_TOKEN"])
    try:
        response = urllib.request.urlopen(request, timeout=30)
        partition = json.loads(response.read())
        return "ok", partition
    except urllib.error.HTTPError as e:
        try:
            code = json.loads(e.read())["error"]["code"]
        except Exception:
            code = "?"
        if e.code == 404 and code == "partition_not_found":
            return "missing", None
        return "failed", "status code " + str(e.code)
    except json.JSONDecodeError:
        return "failed", "invalid json"
    except (OSError, http.client.HTTPException, ValueError) as e:
        return "failed", "request error " + repr(e)


def check_pipeline_health(partition_date, expected_min_rows):
    kind, value = fetch(partition_date)
    if kind == "missing":
        return {"status": "MISSING", "actual_rows": None, "message": "no partition " + partition_date}
    if kind == "failed":
        return {"status": "API_ERROR", "actual_rows": None, "message": "API failed: " + value}
    rows = value.get("row_count") if isinstance(value, dict) else None
    if type(rows) != int or rows < 0:
        return {"status": "BAD_ROW_COUNT", "actual_rows": None, "message": "row count is " + repr(rows)}
    if value.get("state") == "loading":
        return {"status": "LOADING", "actual_rows": rows, "message": "not finished yet"}
    if rows < expected_min_rows:
        return {"status": "LOW", "actual_rows": rows, "message": "only %d rows instead of %d" % (rows, expected_min_rows)}
    return {"status": "OK", "actual_rows": rows, "message": "%d rows" % rows}


# quick test
print(check_pipeline_health("2026-03-13", 1000))
print(check_pipeline_health("2026-03-13", 1000000000))
print(check_pipeline_health("1999-01-01", 1000))
