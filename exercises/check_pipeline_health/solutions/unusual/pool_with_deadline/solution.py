"""Health of a day's partition. Each request runs in a thread, so that a deadline holds for all of it.

A socket's timeout starts anew with every byte. Here the caller waits for the thread for as long as the
answer may take as a whole, whatever the socket does meanwhile.
"""

import json
import logging
import os
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlineExceeded
from dataclasses import dataclass
from http.client import HTTPException

logger = logging.getLogger(__name__)

SOCKET_TIMEOUT_S = 10
DEADLINE_S = 15
PAUSES_S = (1, 3, 9)
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
MAX_PAUSE_S = 60


@dataclass(frozen=True)
class Reply:
    status: int
    body: object
    retry_after_s: float = 0.0


class NoReply(Exception):
    """Nothing usable came back, however often it was tried."""


class Fetcher:
    """Sends requests in threads of its own and counts them."""

    def __init__(self, base_url, token):
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=len(PAUSES_S) + 1, thread_name_prefix="fetch")
        self.sent = 0

    def get(self, path):
        """The first reply that is worth something."""
        for pause in (*PAUSES_S, None):
            try:
                reply = self._try(path)
            except (OSError, HTTPException, ValueError, DeadlineExceeded) as error:
                if pause is None:
                    raise NoReply(f"{type(error).__name__} after {self.sent} tries") from error
                logger.warning("try %d: %s", self.sent, type(error).__name__)
            else:
                if reply.status not in TRANSIENT or pause is None:
                    return reply
                if reply.retry_after_s > MAX_PAUSE_S:
                    return reply
                pause = max(pause, reply.retry_after_s)
            time.sleep(pause)

    def close(self):
        # Not wait=True: a thread that hangs must not hold up who asked.
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _try(self, path) -> Reply:
        running: Future = self._pool.submit(self._send, path)
        return running.result(timeout=DEADLINE_S)

    def _send(self, path) -> Reply:
        with self._lock:
            self.sent += 1
        request = urllib.request.Request(self._base_url + path, headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=SOCKET_TIMEOUT_S) as answer:
                return Reply(answer.status, json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                after = error.headers.get("Retry-After", "")
                seconds = float(after) if after.isdecimal() else 0.0
                try:
                    body = json.loads(error.read())
                except ValueError:
                    body = None
                return Reply(error.code, body, seconds)


def judge(day, reply, minimum):
    """What a reply says about a day. No I/O."""
    if reply.status == 404 and _code(reply.body) == "partition_not_found":
        return _result("missing", None, f"There is no partition for {day}.")
    if reply.status != 200 or not isinstance(reply.body, dict):
        return _result("unavailable", None, f"The warehouse answered HTTP {reply.status} for {day}.")
    rows = reply.body.get("row_count")
    if type(rows) is not int or rows < 0:
        return _result("malformed", None, f"The row count of {day} is no count: {rows!r}.")
    state = reply.body.get("state", "complete")
    if state != "complete":
        return _result("incomplete", rows, f"{day} is {state}; {rows} rows of {minimum} so far.")
    if rows < minimum:
        return _result("low_volume", rows, f"{day} has {rows} rows, and {minimum} were expected.")
    return _result("healthy", rows, f"{day} has {rows} rows; at least {minimum} were expected.")


def check_pipeline_health(partition_date, expected_min_rows):
    fetcher = Fetcher(os.environ["WAREHOUSE_URL"], os.environ["WAREHOUSE_TOKEN"])
    try:
        reply = fetcher.get(f"/v1/tables/orders/partitions/{partition_date}")
    except NoReply as error:
        logger.error("no reply about %s: %s", partition_date, error)
        return _result("unreachable", None, f"The warehouse gave no answer about {partition_date}: {error}.")
    finally:
        fetcher.close()
    return judge(partition_date, reply, expected_min_rows)


def _code(body):
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) else None


def _result(status, rows, message):
    return {"status": status, "actual_rows": rows, "message": message}
