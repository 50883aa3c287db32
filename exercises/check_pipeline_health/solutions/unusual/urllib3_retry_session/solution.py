"""Retries are left to urllib3: three more attempts, with growing pauses, Retry-After included."""

import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

RETRY = Retry(
    total=3,
    backoff_factor=1,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    raise_on_status=False,
)


class Unavailable(Exception):
    pass


def make_session():
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=RETRY))
    session.headers.update(Authorization=f"Bearer {os.environ['WAREHOUSE_TOKEN']}")
    return session


def fetch(partition_date):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    with make_session() as session:
        try:
            response = session.get(url, timeout=10)
        except requests.RequestException as error:
            raise Unavailable(f"no answer: {type(error).__name__}") from error
    try:
        body = response.json()
        if response.status_code == 200:
            return int(body["row_count"]), body["state"]
        code = body["error"]["code"]
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("the answer was not understood") from error
    if code == "partition_not_found":
        return None
    raise Unavailable(f"the API reports {code} ({response.status_code})")


def verdict(partition_date, found, minimum):
    if found is None:
        return "missing", None, f"partition {partition_date} does not exist"
    rows, state = found
    if rows < 0:
        return "nonsense", None, f"partition {partition_date} claims to have {rows} rows"
    if state == "loading":
        return "loading", rows, f"partition {partition_date} is loading, {rows} rows by now"
    word = "low" if rows < minimum else "healthy"
    return word, rows, f"partition {partition_date}: {rows} rows, at least {minimum} needed"


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        found = fetch(partition_date)
    except Unavailable as error:
        return {"status": "unavailable", "actual_rows": None, "message": f"warehouse: {error}"}
    status, rows, message = verdict(partition_date, found, expected_min_rows)
    return {"status": status, "actual_rows": rows, "message": message}
