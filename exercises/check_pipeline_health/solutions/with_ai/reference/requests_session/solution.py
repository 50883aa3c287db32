"""Partition health for the scheduler: asks with requests, judges in plain functions."""

import os
import time

import requests

STATUS_OK = "healthy"
STATUS_LOW = "low_volume"
STATUS_MISSING = "missing_data"
STATUS_LOADING = "loading"
STATUS_FAILED = "api_failure"

ATTEMPTS = 3
TIMEOUT = (5, 20)


class ApiFailure(Exception):
    def __init__(self, reason, detail, again):
        super().__init__(detail)
        self.reason, self.detail, self.again = reason, detail, again


class PartitionMissing(Exception):
    pass


def request_partition(session, day):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{day}"
    try:
        return session.get(url, timeout=TIMEOUT)
    except requests.Timeout:
        raise ApiFailure("timeout", "it did not answer in time", True)
    except requests.TooManyRedirects:
        raise ApiFailure("redirects", "it redirects in a circle", False)
    except requests.RequestException as e:
        raise ApiFailure("connection", f"the connection broke: {type(e).__name__}", True)


def parse(response):
    try:
        body = response.json()
    except ValueError:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if response.status_code == 404 and code == "partition_not_found":
        raise PartitionMissing
    if response.status_code in (401, 403):
        raise ApiFailure("denied", f"it refused our token (HTTP {response.status_code})", False)
    if response.status_code != 200:
        again = response.status_code == 429 or response.status_code >= 500
        raise ApiFailure("http", f"it answered HTTP {response.status_code}", again)
    if not isinstance(body, dict):
        raise ApiFailure("body", "its answer is not the JSON that it promised", True)
    rows = body.get("row_count")
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
        raise ApiFailure("body", f"its row_count is {rows!r}", False)
    return rows, body.get("state") == "loading"


def fetch(day):
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {os.environ['WAREHOUSE_TOKEN']}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return parse(request_partition(session, day))
            except ApiFailure as failure:
                if not failure.again or attempt == ATTEMPTS:
                    raise
                time.sleep(3 ** attempt)


def verdict(rows, loading, minimum):
    if loading:
        return STATUS_LOADING, f"is still being loaded, {rows} rows so far"
    if rows < minimum:
        return STATUS_LOW, f"has only {rows} rows"
    return STATUS_OK, f"has {rows} rows"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """{"status", "reason", "actual_rows", "message"}, always these four and always serialisable."""
    rows = reason = None
    try:
        rows, loading = fetch(partition_date)
        status, text = verdict(rows, loading, expected_min_rows)
    except PartitionMissing:
        status, text = STATUS_MISSING, "was not loaded"
    except ApiFailure as failure:
        status, reason = STATUS_FAILED, failure.reason
        text = f"could not be checked, since the warehouse failed: {failure.detail}"
    message = f"orders of {partition_date} {text}. {expected_min_rows} rows were due."
    return {"status": status, "reason": reason, "actual_rows": rows, "message": message}
