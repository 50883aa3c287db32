"""The warehouse's API over httpx, with timeouts and retries."""

import os
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

ATTEMPTS = 4
TIMEOUT_S = 8.0
LONGEST_RETRY_AFTER_S = 60.0
_backoff = wait_exponential(multiplier=1, max=20)


@dataclass(frozen=True)
class Partition:
    row_count: int
    is_complete: bool


class WarehouseError(Exception):
    """No usable answer. `retry_after_s` is None where another attempt makes no sense."""

    def __init__(self, message: str, retry_after_s: float | None = None):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class WarehouseClient:
    def __init__(self, base_url: str, token: str):
        self._http = httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S
        )

    @classmethod
    def from_environment(cls) -> "WarehouseClient":
        return cls(os.environ["WAREHOUSE_URL"], os.environ["WAREHOUSE_TOKEN"])

    async def __aenter__(self) -> "WarehouseClient":
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *exc_info) -> None:
        await self._http.__aexit__(*exc_info)

    async def find_partition(self, table: str, day: str) -> Partition | None:
        """The partition, or None if the warehouse says there is none. Raises WarehouseError."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_is_worth_retrying),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait_s,
            reraise=True,
        ):
            with attempt:
                return await self._find_once(table, day)

    async def _find_once(self, table: str, day: str) -> Partition | None:
        path = f"/v1/tables/{quote(table, safe='')}/partitions/{quote(day, safe='')}"
        try:
            response = await self._http.get(path)
        except httpx.TimeoutException as error:
            raise WarehouseError(f"no answer within {TIMEOUT_S:g} s", retry_after_s=0) from error
        except httpx.TransportError as error:
            raise WarehouseError(
                f"connection failed ({type(error).__name__})", retry_after_s=0
            ) from error
        except httpx.RequestError as error:
            raise WarehouseError(f"unreadable answer ({type(error).__name__})") from error
        body = _parse(response)
        if response.status_code == 404 and _error_code(body) == "partition_not_found":
            return None
        if response.status_code != httpx.codes.OK:
            raise WarehouseError(
                f"HTTP {response.status_code} ({_error_code(body) or 'no error code'})",
                _retry_after_s(response),
            )
        return _to_partition(body)


def _parse(response: httpx.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None


def _error_code(body: object) -> str | None:
    match body:
        case {"error": {"code": str(code)}}:
            return code
    return None


def _to_partition(body: object) -> Partition:
    match body:
        case {"row_count": int(rows), "state": str(state)} if rows >= 0 and type(rows) is int:
            return Partition(rows, is_complete=state == "complete")
    raise WarehouseError("the answer does not describe a partition")


def _retry_after_s(response: httpx.Response) -> float | None:
    if response.status_code != 429 and response.status_code < 500:
        return None
    asked = response.headers.get("Retry-After", "0")
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _is_worth_retrying(error: BaseException) -> bool:
    return (
        isinstance(error, WarehouseError)
        and error.retry_after_s is not None
        and error.retry_after_s <= LONGEST_RETRY_AFTER_S
    )


def _wait_s(state) -> float:
    return max(_backoff(state), state.outcome.exception().retry_after_s)
