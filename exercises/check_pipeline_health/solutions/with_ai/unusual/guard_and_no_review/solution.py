"""draft.py, taken apart: fetch, judge, report. The last except is a guard with a status of its own."""

import json
import logging
import os
import urllib.error
import urllib.request

logger = logging.getLogger(__name__)

TABLE_NAME = "orders"
REQUEST_TIMEOUT = 30


class Missing(Exception):
    pass


class Unavailable(Exception):
    pass


def fetch_rows(partition_date):
    request = urllib.request.Request(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/{TABLE_NAME}/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            return json.loads(response.read())["row_count"]
    except urllib.error.HTTPError as e:
        if e.code == 404:
            raise Missing from e
        raise Unavailable(f"HTTP {e.code}") from e
    except OSError as e:
        raise Unavailable(f"no connection: {e}") from e


def result(status, rows, message):
    return {"status": status, "actual_rows": rows, "message": message}


def judge(rows, minimum, day):
    if rows >= minimum:
        return result("healthy", rows, f"{day} has {rows} rows")
    return result("low_volume", rows, f"{day} has {rows} rows, fewer than {minimum}")


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        return judge(fetch_rows(partition_date), expected_min_rows, partition_date)
    except Missing:
        return result("missing", None, f"{partition_date} is not there, {expected_min_rows} rows were due")
    except Unavailable as e:
        return result("api_failure", None, f"the warehouse could not be asked: {e}")
    except Exception as e:
        # Whatever is left is our bug or an answer in no known form; it must not look like data.
        logger.exception("health check of %s", partition_date)
        return result("check_failed", None, f"the check itself failed on the answer: {type(e).__name__}")
