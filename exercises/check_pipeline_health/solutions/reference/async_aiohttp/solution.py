"""Checks the partition of one day, with aiohttp.

Warehouse.partition() answers with one of three plain values (Found, Absent, Failed), so judging
is a match over values and knows nothing of HTTP.
"""

import asyncio
import datetime
import json
import os
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=12)
PAUSES_S = (1, 3, 9)  # between the attempts, so one attempt more than pauses
LONGEST_PAUSE_S = 60


@dataclass(frozen=True)
class Found:
    rows: int
    state: str


@dataclass(frozen=True)
class Absent:
    pass


@dataclass(frozen=True)
class Failed:
    kind: str
    detail: str
    pause_s: float | None = None  # None: another attempt would not help


class Warehouse:
    def __init__(self, session: aiohttp.ClientSession, url: str):
        self._session = session
        self._url = url

    async def partition(self, table: str, day: str) -> Found | Absent | Failed:
        for pause_s in PAUSES_S:
            answer = await self._ask(table, day)
            if not isinstance(answer, Failed) or answer.pause_s is None:
                return answer
            if answer.pause_s > LONGEST_PAUSE_S:
                return answer
            await asyncio.sleep(max(pause_s, answer.pause_s))
        return await self._ask(table, day)

    async def _ask(self, table: str, day: str) -> Found | Absent | Failed:
        url = f"{self._url}/v1/tables/{table}/partitions/{day}"
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                status, headers, text = response.status, response.headers, await response.read()
        except asyncio.TimeoutError:
            return Failed("timeout", f"no answer within {TIMEOUT.total} s", pause_s=0)
        except (aiohttp.ClientError, OSError) as error:
            return Failed("unreachable", f"connection lost ({type(error).__name__})", pause_s=0)
        return interpret(status, headers, text)


def interpret(status: int, headers, text: bytes) -> Found | Absent | Failed:
    """An HTTP answer in terms of partitions."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    match status, body:
        case 200, {"row_count": int(rows), "state": str(state)} if rows >= 0 and type(rows) is int:
            return Found(rows, state)
        case 200, {"row_count": rows}:
            return Failed("bad_answer", f"row_count is {rows!r}")
        case 200, None:
            return Failed("bad_answer", "the answer is no JSON", pause_s=0)
        case 200, _:
            return Failed("bad_answer", "the answer is no partition")
        case 404, {"error": {"code": "partition_not_found"}}:
            return Absent()
        case (401 | 403), _:
            return Failed("denied", f"HTTP {status}: check the token")
        case 429, _:
            return Failed("throttled", "too many requests (HTTP 429)", asked_pause_s(headers))
        case _ if status >= 500:
            return Failed("broken", f"it has a problem (HTTP {status})", asked_pause_s(headers))
    return Failed("refused", f"it did not like the request (HTTP {status})")


def asked_pause_s(headers) -> float:
    """Retry-After, in seconds or as a date; 0 where it is absent or nonsense."""
    value = headers.get("Retry-After", "0")
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def judge(answer: Found | Absent | Failed, minimum: int) -> tuple[str, int | None, str]:
    match answer:
        case Failed(kind, detail):
            return f"api_{kind}", None, f"the warehouse could not be asked: {detail}"
        case Absent():
            return "missing", None, f"it does not exist, and {minimum} rows are wanted"
        case Found(rows, state) if state != "complete":
            return "not_final", rows, f"{rows} rows, but it is {state}"
        case Found(rows) if rows >= minimum:
            return "healthy", rows, f"{rows} rows, and {minimum} are wanted"
        case Found(rows):
            return "too_few_rows", rows, f"only {rows} rows, and {minimum} are wanted"


async def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    datetime.date.fromisoformat(partition_date)  # ValueError is the caller's to see
    if expected_min_rows < 0:
        raise ValueError("expected_min_rows must not be negative")
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    async with aiohttp.ClientSession(headers=headers, timeout=TIMEOUT) as session:
        warehouse = Warehouse(session, os.environ["WAREHOUSE_URL"])
        answer = await warehouse.partition("orders", partition_date)
    status, actual_rows, detail = judge(answer, expected_min_rows)
    return {
        "status": status,
        "actual_rows": actual_rows,
        "message": f"Partition {partition_date} of orders: {detail}.",
    }
