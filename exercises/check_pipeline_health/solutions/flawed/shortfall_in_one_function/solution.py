import json as j
import os
from http.client import HTTPException
from urllib import request as web
from urllib.error import HTTPError


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    def answer(status, rows, text):
        return {"status": status, "actual_rows": rows, "message": f"{partition_date}: {text}"}

    target = web.Request(os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + partition_date)
    target.add_header("Authorization", "Bearer " + os.environ["WAREHOUSE_TOKEN"])
    get = web.urlopen
    try:
        reply = get(target, timeout=10)
        found = j.loads(reply.read())["row_count"]
        wanted = expected_min_rows
        gap = wanted - found
        is_short = gap > 0
    except HTTPError as e:
        if e.code == 404 and b"partition_not_found" in e.read():
            return answer("missing", None, "not there")
        return answer("api_error", None, f"status {e.code}")
    except (OSError, HTTPException) as e:
        return answer("api_down", None, f"connection trouble, {e!r}")
    except (ValueError, KeyError, TypeError) as e:
        return answer("api_garbage", None, f"cannot be read, {type(e).__name__}")

    if is_short:
        return answer("low", found, f"{found} rows, {gap} short of {wanted}")
    return answer("ok", found, f"{found} rows")
