"""Health of a day's partition, by way of the listing: read to its end, one page after the other."""

import os

import httpx


class CannotAsk(Exception):
    """The warehouse gave no listing that can be used."""


def pages(client: httpx.Client, table: str):
    token = None
    while True:
        query = {"page_token": token} if token else {}
        try:
            reply = client.get(f"/v1/tables/{table}/partitions", params=query)
            page = reply.json()
        except httpx.HTTPError as error:
            raise CannotAsk(f"no answer ({type(error).__name__})") from error
        except ValueError as error:
            raise CannotAsk(f"the answer (HTTP {reply.status_code}) is no JSON") from error
        if reply.status_code != 200 or not isinstance(page.get("partitions"), list):
            raise CannotAsk(f"HTTP {reply.status_code}")
        yield page["partitions"]
        token = page.get("next_page_token")
        if not token:
            return


def find(day: str) -> dict | None:
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    with httpx.Client(base_url=os.environ["WAREHOUSE_URL"], headers=headers, timeout=10) as client:
        for page in pages(client, "orders"):
            for partition in page:
                if partition.get("partition_date") == day:
                    return partition
    return None


def judge(partition: dict | None, minimum: int) -> tuple[str, int | None, str]:
    if partition is None:
        return "missing", None, "it is in no page of the listing"
    rows = partition.get("row_count")
    if type(rows) is not int or rows < 0:
        return "bad_count", None, f"its count is {rows!r}"
    if partition.get("state") != "complete":
        return "loading", rows, f"{rows} rows so far, still loading"
    if rows < minimum:
        return "low", rows, f"{rows} rows where {minimum} are due"
    return "ok", rows, f"{rows} rows where {minimum} are due"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        status, rows, text = judge(find(partition_date), expected_min_rows)
    except CannotAsk as error:
        status, rows, text = "api_failure", None, f"the warehouse could not be asked: {error}"
    return {"status": status, "actual_rows": rows, "message": f"orders of {partition_date}: {text}."}
