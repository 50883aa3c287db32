"""The shortfall decides, not the count; and a last guard keeps surprises from the scheduler."""

import logging
import os

import httpx

log = logging.getLogger(__name__)


class NoPartition(Exception):
    pass


class ApiProblem(Exception):
    pass


def read_rows(client: httpx.Client, day: str) -> int:
    try:
        reply = client.get(f"/v1/tables/orders/partitions/{day}")
        document = reply.json()
    except httpx.TimeoutException as e:
        raise ApiProblem("timed out") from e
    except httpx.HTTPError as e:
        raise ApiProblem(f"transport: {e}") from e
    except ValueError as e:
        raise ApiProblem("body is not JSON") from e
    if reply.is_success:
        rows, state = document["row_count"], document["state"]
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0 or state != "complete":
            raise ApiProblem(f"partition not usable: row_count={rows!r}, state={state!r}")
        return rows
    if document["error"]["code"] == "partition_not_found":
        raise NoPartition
    raise ApiProblem(f"HTTP {reply.status_code} {document['error']['code']}")


def shortfall(rows: int, minimum: int) -> int:
    return max(0, minimum - rows)


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        return _check(partition_date, expected_min_rows)
    except Exception:  # the scheduler must get an answer, whatever happens
        log.exception("check of %s failed", partition_date)
        return {
            "status": "INTERNAL_ERROR",
            "actual_rows": None,
            "message": "The check itself failed, see the log.",
        }


def _check(day: str, minimum: int) -> dict:
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    with httpx.Client(base_url=os.environ["WAREHOUSE_URL"], headers=headers, timeout=10) as client:
        try:
            rows = read_rows(client, day)
        except NoPartition:
            return {
                "status": "PARTITION_MISSING",
                "actual_rows": None,
                "message": f"{day} was not delivered; {minimum} rows were due.",
            }
        except ApiProblem as e:
            return {
                "status": "API_FAILURE",
                "actual_rows": None,
                "message": f"{day} could not be checked: {e}",
            }
    missing_rows = shortfall(rows, minimum)
    return {
        "status": "BELOW_THRESHOLD" if missing_rows else "HEALTHY",
        "actual_rows": rows,
        "message": f"{day} has {rows} rows, {missing_rows} fewer than the minimum of {minimum}.",
    }
