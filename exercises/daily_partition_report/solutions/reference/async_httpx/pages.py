"""A query's rows over httpx, page by page."""

import asyncio
import os
from urllib.parse import quote

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_exponential

PASSING = {"rateLimitExceeded", "backendError", "internalError", "jobBackendError", "jobInternalError"}
POLLS = 12
LONGEST_WAIT_S = 100
_growing = wait_exponential(multiplier=1, max=30)


class WarehouseError(Exception):
    """The warehouse could not be asked, or what it said cannot be relied on."""


class TableNotFound(Exception):
    """The warehouse says that it has no such table."""


class Later(Exception):
    """Not now; `after_s` is how long the service wants to be left alone."""

    def __init__(self, message, after_s=0.0):
        super().__init__(message)
        self.after_s = after_s


def _asked_for_too_long(state):
    return state.outcome.exception().after_s > LONGEST_WAIT_S


class Warehouse:
    def __init__(self):
        self._path = f"/projects/{quote(os.environ['BIGQUERY_PROJECT'])}/queries"
        self._dataset = {"datasetId": os.environ["BIGQUERY_DATASET"]}
        self._http = httpx.AsyncClient(
            base_url=os.environ["BIGQUERY_URL"],
            headers={"Authorization": f"Bearer {os.environ['BIGQUERY_TOKEN']}"},
            timeout=25.0,
        )

    async def __aenter__(self):
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *problem):
        await self._http.__aexit__(*problem)

    async def rows(self, sql, **dates):
        """Each row as a list of texts; raises behind the last one where they are not all there."""
        left = None
        async for page in self._pages(sql, dates):
            try:
                left = int(page["totalRows"]) if left is None else left
                cells = [[cell["v"] for cell in row["f"]] for row in page.get("rows", [])]
            except (KeyError, TypeError, ValueError) as error:
                raise WarehouseError("a page is not in the documented form") from error
            left -= len(cells)
            if left < 0:
                break
            for row in cells:
                yield row
        if left != 0:
            raise WarehouseError("the rows are fewer or more than the answer said")

    async def _pages(self, sql, dates):
        page = await self._patiently("POST", self._path, json={
            "query": sql,
            "useLegacySql": False,
            "defaultDataset": self._dataset,
            "parameterMode": "NAMED",
            "queryParameters": [
                {"name": name, "parameterType": {"type": "DATE"}, "parameterValue": {"value": str(value)}}
                for name, value in dates.items()
            ],
        })
        try:
            result = f"{self._path}/{quote(page['jobReference']['jobId'])}"
        except (KeyError, TypeError) as error:
            raise WarehouseError("the answer names no job") from error
        for _ in range(POLLS):
            if page.get("jobComplete"):
                break
            page = await self._patiently("GET", result)
        else:
            raise WarehouseError("the query is not done in two minutes")
        yield page
        seen = set()
        while (token := page.get("pageToken")) and token not in seen:
            seen.add(token)
            page = await self._patiently("GET", result, params={"pageToken": token})
            yield page
        if token:
            raise WarehouseError("the pages go in a circle")

    async def _patiently(self, method, path, **what):
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(Later),
                stop=stop_after_attempt(4) | stop_after_delay(300) | _asked_for_too_long,
                wait=lambda state: max(_growing(state), state.outcome.exception().after_s),
                sleep=asyncio.sleep,
                reraise=True,
            ):
                with attempt:
                    return await self._once(method, path, **what)
        except Later as problem:
            raise WarehouseError(str(problem)) from problem

    async def _once(self, method, path, **what):
        try:
            response = await self._http.request(method, path, **what)
        except httpx.TransportError as error:
            raise Later(f"no whole answer ({type(error).__name__})") from error
        try:
            body = response.json()
        except ValueError as error:
            if response.is_success:
                raise Later("an answer that is no JSON") from error
            body = None
        match body:
            case {"error": {"errors": [{"reason": reason}, *_]}} | {"errors": [{"reason": reason}, *_]}:
                pass
            case _:
                reason = None
        if reason == "notFound":
            raise TableNotFound(path)
        if reason in PASSING or response.status_code >= 500 or response.status_code == 429:
            asked = response.headers.get("Retry-After", "")
            raise Later(f"{response.status_code} {reason}", float(asked) if asked.isdecimal() else 0.0)
        if reason or not response.is_success or not isinstance(body, dict):
            raise WarehouseError(f"{response.status_code} {reason or 'without a reason'}")
        return body
