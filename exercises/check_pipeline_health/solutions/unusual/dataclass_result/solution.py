import json
import os
from dataclasses import dataclass
from typing import Optional

import httpx


@dataclass
class HealthReport:
    status: str
    actual_rows: Optional[int]
    message: str


class QueryFailed(Exception):
    pass


def query_row_count(partition_date: str) -> Optional[int]:
    """Row count of the partition, None if it does not exist."""
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    try:
        reply = httpx.get(url, headers=headers, timeout=10.0)
        data = json.loads(reply.content)
    except httpx.HTTPError as exc:
        raise QueryFailed(f"request failed with {exc.__class__.__name__}") from exc
    except ValueError as exc:
        raise QueryFailed("reply was not valid JSON") from exc

    if reply.status_code == 200:
        try:
            count = int(data["row_count"])
        except (KeyError, TypeError, ValueError) as exc:
            raise QueryFailed("reply had no numeric row_count") from exc
        if count < 0:
            raise QueryFailed(f"reply had a negative row_count ({count})")
        if data.get("state") == "loading":
            raise QueryFailed("partition has not finished loading")
        return count
    if reply.status_code == 404 and data["error"]["code"] == "partition_not_found":
        return None
    raise QueryFailed(f"warehouse replied {reply.status_code} {data['error']['code']}")


def evaluate(partition_date: str, count: Optional[int], minimum: int) -> HealthReport:
    if count is None:
        return HealthReport("MISSING_PARTITION", None, f"No partition for {partition_date}")
    if count < minimum:
        return HealthReport("LOW_VOLUME", count, f"{count} rows found, {minimum} expected")
    return HealthReport("OK", count, f"{count} rows found, {minimum} expected")


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> HealthReport:
    try:
        count = query_row_count(partition_date)
    except QueryFailed as exc:
        return HealthReport("WAREHOUSE_ERROR", None, f"Could not check {partition_date}: {exc}")
    return evaluate(partition_date, count, expected_min_rows)
