"""Programs of the kind that candidates hand in, for the rehearsal: COMMON with one behind it is a file.

`run(path)` asks for the path, in the ways of its client, and gives what came of each.
"""

COMMON = '''
"""Is yesterday's data there, and is it enough?"""
from __future__ import annotations

import asyncio
import collections
import contextlib
import datetime
import email.utils
import enum
import functools
import itertools
import json
import logging
import math
import os
import random
import re
import sys
import time
import traceback
import typing
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum
from http import HTTPStatus
from typing import Any, NamedTuple, Optional, TypedDict
from urllib.parse import quote, urlencode, urljoin, urlsplit

from outcomes import Trouble, retried

logger = logging.getLogger(__name__)
ATTEMPTS = 3


class Status(str, Enum):
    HEALTHY = "healthy"
    LOW = "low_volume"


class Reason(enum.StrEnum):
    MISSING = "missing"
    FAILED = "api_failure"


class Result(TypedDict):
    status: str
    rows: Optional[int]


class Pair(NamedTuple):
    day: date
    rows: int = 0


@dataclass
class Answer:
    rows: int
    tags: list[str] = field(default_factory=list)
    why: Optional[str] = None

    def __post_init__(self):
        self.why = self.why or "ok"

    @property
    def enough(self) -> bool:
        return self.rows > 0


@dataclass(frozen=True)
class Setting:
    url: str
    timeout: float = 1.0

    @classmethod
    def from_environment(cls):
        return cls(os.environ["WAREHOUSE_URL"], float(os.environ.get("WAREHOUSE_TIMEOUT", "1")))


class Unavailable(Exception):
    def __init__(self, message, *, retryable=False):
        super().__init__(message)
        self.retryable = retryable


def waiting(seconds):
    time.sleep(min(0.0001, seconds + random.uniform(0, 0.0001)))


def wait_of(text):
    try:
        return float(int(text))
    except (TypeError, ValueError):
        pass
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max(0.0, (when - datetime.datetime.now(timezone.utc)).total_seconds())


def judge(status, text, minimum=1000):
    """A verdict, whatever came."""
    if status in (HTTPStatus.UNAUTHORIZED, 403):
        raise Unavailable(f"HTTP {status}")
    if status == 404:
        return {"status": Reason.MISSING, "rows": None, "message": "there is none"}
    if status >= 400:
        raise Unavailable("HTTP %d" % status, retryable=status >= 500 or status == 429)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unavailable(f"no JSON: {error}") from error
    if not isinstance(data, dict) or "rows" not in data:
        raise Unavailable("rows?")
    rows = data["rows"]
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
        raise Unavailable(f"rows are {rows!r}")
    answer = Answer(rows)
    status = Status.HEALTHY if rows >= minimum and answer.enough else Status.LOW
    return {"status": status.value, "rows": rows, "message": f"{rows:,} of {minimum} ({rows / 10:.1%})",
            "details": asdict(answer)}


def check(ask, day="2026-03-13"):
    setting = Setting.from_environment()
    when = date.fromisoformat(day)
    url = urljoin(setting.url, quote(ask.path, safe="")) + "?" + urlencode({"day": when.isoformat()})
    last = None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status, headers, text = ask(url, setting)
            return judge(status, text)
        except Unavailable as error:
            last = error
            if not error.retryable:
                break
            waiting(wait_of(headers.get("Retry-After")) or 2 ** attempt)
        except Exception as error:
            last = error
            logger.debug("attempt %d: %s", attempt, error)
            waiting(0.1)
        finally:
            setting.timeout
    return {"status": Reason.FAILED, "rows": None, "message": f"{type(last).__name__}: {last}"}


def others():
    """The smaller things."""
    day = datetime.date(2026, 3, 13)
    try:
        datetime.date.fromisoformat("13.03.2026")
    except ValueError as error:
        repr(error), str(error), traceback.format_exc()
    datetime.datetime.strptime("2026-03-13", "%Y-%m-%d").strftime("%d %b %Y")
    datetime.datetime.now(timezone.utc).isoformat(), date.today() - timedelta(days=1)
    datetime.datetime.fromtimestamp(time.time(), tz=timezone.utc)
    re.fullmatch(r"\\\\d{4}-\\\\d{2}-\\\\d{2}", "2026-03-13"), re.match("a", "b")
    Pair(day)._replace(rows=3), Pair(day)._asdict()
    sorted({"b": 1, "a": 2}.items(), key=lambda item: item[1], reverse=True)
    json.dumps({"a": [1, 2.5, None, True], "b": "x"}, indent=2, sort_keys=True, default=str)
    with contextlib.suppress(InvalidOperation):
        Decimal("x")
    collections.Counter("abc"), defaultdict(list)["a"].append(1), collections.deque(maxlen=3)
    list(itertools.chain(range(3), itertools.islice(itertools.count(), 2)))
    math.ceil(2.5), random.random(), random.randint(1, 6), random.choice([1, 2]), random.uniform(0, 1)
    logging.basicConfig(stream=open(os.devnull, "w"), level=logging.INFO, force=True)
    logger.warning("a %s of %d", "word", 3)
    try:
        raise Unavailable("x") from KeyError("y")
    except Unavailable as error:
        logger.exception("it failed"), error.__cause__

    @functools.wraps(others)
    def wrapped(*arguments, **named):
        return functools.partial(others)
    wrapped()
    time.monotonic(), time.perf_counter(), time.sleep(0)
    print("rows", 3, file=sys.stderr, flush=True)
    try:
        retried(lambda: 1 / 0)
    except Trouble as error:
        str(error)
'''

OUTCOMES = '''
import functools
import time


class Trouble(RuntimeError):
    """It did not work."""


def retried(function, attempts=2):
    for attempt in range(attempts):
        try:
            return function()
        except ZeroDivisionError as error:
            if attempt == attempts - 1:
                raise Trouble("given up") from error
            time.sleep(0)
'''

WITH_URLLIB = '''
import http.client
import urllib.error
import urllib.request


def ask(url, setting):
    request = urllib.request.Request(url, headers={"Authorization": "Bearer x", "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=setting.timeout) as answer:
            return answer.status, answer.headers, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode("utf-8", "replace")
    except urllib.error.URLError as error:
        raise Unavailable(str(error.reason), retryable=isinstance(error.reason, TimeoutError)) from error
    except (http.client.HTTPException, OSError) as error:
        raise ConnectionError(f"broken: {error!r}") from error


def run(path):
    ask.path = path
    return [check(ask)]
'''

WITH_HTTP_CLIENT = '''
import http.client


def ask(url, setting):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=setting.timeout)
    try:
        connection.request("GET", parts.path + "?" + parts.query, headers={"Authorization": "Bearer x"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def run(path):
    ask.path = path
    return [check(ask)]
'''

WITH_REQUESTS = '''
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry


def ask(url, setting):
    try:
        answer = requests.get(url, headers={"Authorization": "Bearer x"}, timeout=setting.timeout)
        answer.raise_for_status()
        answer.json()
    except requests.exceptions.HTTPError as error:
        answer = error.response
    except requests.exceptions.Timeout as error:
        raise Unavailable(str(error), retryable=False) from error
    except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        raise OSError(str(error)) from error
    except requests.exceptions.RequestException as error:
        raise Unavailable(str(error)) from error
    return answer.status_code, answer.headers, answer.text


def with_session(url, setting):
    with requests.Session() as session:
        session.headers.update({"Authorization": "Bearer x"})
        retries = Retry(total=2, backoff_factor=0.0001, status_forcelist=(500, 502, 503, 504), raise_on_status=False)
        session.mount("http://", HTTPAdapter(max_retries=retries))
        answer = session.get(url, params={"page": 1}, timeout=(setting.timeout, setting.timeout))
        return answer.status_code, answer.headers, answer.content


def run(path):
    ask.path = with_session.path = path
    return [check(ask), check(with_session)]
'''

WITH_HTTPX = '''
import httpx
import tenacity
from tenacity import retry, retry_if_exception, retry_if_exception_type, stop_after_attempt, wait_exponential


def ask(url, setting):
    with httpx.Client(timeout=setting.timeout, headers={"Authorization": "Bearer x"}, follow_redirects=True) as client:
        answer = client.get(url)
        answer.raise_for_status()
        return answer.status_code, answer.headers, answer.text


class Client:
    def __init__(self, url, setting):
        timeout = httpx.Timeout(setting.timeout, connect=setting.timeout)
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, headers={"Authorization": "Bearer x"})

    async def __aenter__(self):
        return self

    async def __aexit__(self, *details):
        await self._client.aclose()

    @retry(stop=stop_after_attempt(2), wait=wait_exponential(multiplier=0.0001, max=0.0002), reraise=True,
           retry=retry_if_exception_type((httpx.TransportError, Unavailable)))
    async def get(self, path):
        answer = await self._client.get(path, params={"page": 1})
        if answer.is_error:
            answer.raise_for_status()
        if answer.is_redirect:
            raise Unavailable(answer.headers["location"])
        return answer.json()

    async def patiently(self, path):
        retrying = tenacity.AsyncRetrying(stop=stop_after_attempt(2), wait=tenacity.wait_none(),
                                          retry=retry_if_exception(lambda error: isinstance(error, httpx.HTTPError)))
        async for attempt in retrying:
            with attempt:
                answer = await self._client.get(path)
                answer.raise_for_status()
        return answer.status_code


async def work(path):
    setting = Setting.from_environment()
    outcomes = []
    async with Client(setting.url, setting) as client:
        for how in client.get, client.patiently:
            try:
                outcomes.append(await how("/" + path))
            except httpx.HTTPStatusError as error:
                outcomes.append(f"{error.response.status_code}: {error}, {error.response.text}")
            except httpx.TimeoutException as error:
                outcomes.append(f"{error.request.url}: {error}")
            except (httpx.HTTPError, ValueError, tenacity.RetryError, Unavailable) as error:
                outcomes.append(repr(error))
    async with httpx.AsyncClient(timeout=setting.timeout, follow_redirects=True) as client:
        outcomes += await asyncio.gather(client.get(urljoin(setting.url, path)), return_exceptions=True)
    return outcomes


def run(path):
    ask.path = path
    return [check(ask), *asyncio.run(work(path))]
'''

WITH_AIOHTTP = '''
import aiohttp


class Source:
    def __init__(self, session, setting):
        self._session = session
        self._setting = setting
        self._limit = asyncio.Semaphore(2)

    async def get(self, path):
        url = f"{self._setting.url}{path}"
        async with self._limit, asyncio.timeout(5):
            async with self._session.get(url, params={"day": "2026-03-13"}) as answer:
                wait_of(answer.headers.get("Retry-After"))
                if answer.status >= 400:
                    text = await answer.text()
                    raise Unavailable(f"HTTP {answer.status}: {text[:20]}", retryable=answer.status >= 500)
                return json.loads(await answer.read())

    async def strictly(self, path):
        async with self._session.get(f"{self._setting.url}{path}") as answer:
            answer.raise_for_status()
            return await answer.json()


async def work(path):
    setting = Setting.from_environment()
    timeout = aiohttp.ClientTimeout(total=setting.timeout)
    outcomes = []
    async with aiohttp.ClientSession(timeout=timeout, headers={"Authorization": "Bearer x"}) as session:
        source = Source(session, setting)
        for how in source.get, source.strictly, source.get:
            try:
                outcomes.append(await how(path))
            except asyncio.TimeoutError as error:
                outcomes.append(repr(error))
            except aiohttp.ClientResponseError as error:
                outcomes.append(f"{error.status}: {error}")
            except aiohttp.ClientError as error:
                outcomes.append(str(error))
            except (ValueError, Unavailable) as error:
                outcomes.append(repr(error))
            await asyncio.sleep(0.0001)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0.0001, i)) for i in range(2)]
        [task.result() for task in tasks]
        await asyncio.wait_for(asyncio.gather(*(asyncio.sleep(0) for _ in range(2)), return_exceptions=True), 1)
    return outcomes


def run(path):
    return asyncio.run(work(path))
'''

PROGRAMS = {None: (WITH_URLLIB, WITH_HTTP_CLIENT), "requests": (WITH_REQUESTS,), "httpx": (WITH_HTTPX,),
            "aiohttp": (WITH_AIOHTTP,)}
