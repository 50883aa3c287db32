import enum
import json
import os
import urllib.error
import urllib.request
from http.client import HTTPException


class PipelineStatus(enum.Enum):
    HEALTHY = enum.auto()
    LOW_ROWS = enum.auto()
    NO_PARTITION = enum.auto()
    LOADING = enum.auto()
    API_DOWN = enum.auto()


class ApiDown(Exception):
    pass


def get_partition(date):
    """The partition's JSON, or None when the warehouse has no such partition."""
    req = urllib.request.Request(
        os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + date,
        headers={"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]},
    )
    try:
        with urllib.request.urlopen(req, timeout=20) as resp:
            partition = json.load(resp)
        if not isinstance(partition.get("row_count"), int) or partition["row_count"] < 0:
            raise ApiDown("partition without a usable row_count")
        return partition
    except urllib.error.HTTPError as e:
        if e.code == 404 and b"partition_not_found" in e.read():
            return None
        raise ApiDown(f"HTTP error {e.code}") from e
    except (OSError, HTTPException) as e:
        raise ApiDown(f"connection problem: {e!r}") from e
    except (ValueError, AttributeError) as e:
        raise ApiDown("response is not the JSON we expect") from e


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        partition = get_partition(partition_date)
    except ApiDown as e:
        return dict(status=PipelineStatus.API_DOWN, actual_rows=None, message=f"API failure: {e}")
    return classify(partition_date, partition, expected_min_rows)


def classify(date, partition, minimum):
    if partition is None:
        return dict(
            status=PipelineStatus.NO_PARTITION,
            actual_rows=None,
            message=f"There is no partition for {date}.",
        )
    rows = partition["row_count"]
    if partition["state"] != "complete":
        status, text = PipelineStatus.LOADING, "still loading"
    elif rows < minimum:
        status, text = PipelineStatus.LOW_ROWS, "too few"
    else:
        status, text = PipelineStatus.HEALTHY, "fine"
    return dict(
        status=status, actual_rows=rows, message=f"{date}: {rows} rows (minimum {minimum}), {text}."
    )
