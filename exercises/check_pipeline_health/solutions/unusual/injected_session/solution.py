import os
import time
from typing import Any, Mapping

import requests as rq


class PartitionHealthChecker:
    """Session and clock come from outside, so that tests can replace them."""

    def __init__(self, session, url: str, sleep=time.sleep):
        self.session = session
        self.url = url
        self.sleep = sleep

    # -- warehouse ---------------------------------------------------------------------------

    def _request(self, day: str):
        return self.session.get(f"{self.url}/v1/tables/orders/partitions/{day}", timeout=(3, 10))

    def _request_patiently(self, day: str):
        for delay in (0.5, 1, 2):
            try:
                reply = self._request(day)
                if reply.status_code not in (429, 500, 502, 503, 504):
                    return reply
            except (rq.ConnectionError, rq.Timeout):
                pass
            self.sleep(delay)
        return self._request(day)

    def _load(self, day: str) -> tuple[str, Any]:
        try:
            reply = self._request_patiently(day)
            payload = reply.json()
        except rq.exceptions.JSONDecodeError:
            return "unreadable", "the warehouse's reply is not JSON"
        except rq.RequestException as e:
            return "unreachable", f"the warehouse cannot be reached ({type(e).__name__})"
        if reply.ok:
            return "found", payload
        code = (payload.get("error") or {}).get("code")
        if reply.status_code == 404 and code == "partition_not_found":
            return "absent", None
        return "refused", f"the warehouse refused with {reply.status_code} {code}"

    # -- judgement ---------------------------------------------------------------------------

    @staticmethod
    def _verdict(partition: Mapping, minimum: int) -> tuple[str, Any, str]:
        n = partition.get("row_count")
        if type(n) is not int or n < 0:
            return "corrupt", None, f"row_count makes no sense: {n!r}"
        enough = n >= minimum
        if partition.get("state") == "loading":
            return "loading", n, f"{n:_} rows so far"
        if enough:
            return "healthy", n, f"{n:_} rows, minimum {minimum:_}"
        return "low_volume", n, f"{n:_} rows, minimum {minimum:_}"

    def check(self, day: str, minimum: int) -> dict:
        kind, payload = self._load(day)
        if kind == "found":
            kind, rows, text = self._verdict(payload, minimum)
        elif kind == "absent":
            rows, text = None, "no such partition"
        else:
            rows, text = None, payload
        return {"status": kind, "actual_rows": rows, "message": f"orders[{day}]: {text}"}


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    with rq.Session() as session:
        session.headers["Authorization"] = "Bearer " + os.environ["WAREHOUSE_TOKEN"]
        checker = PartitionHealthChecker(session, os.environ["WAREHOUSE_URL"])
        return checker.check(partition_date, expected_min_rows)
