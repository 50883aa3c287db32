"""Partition health with httpx and tenacity: client.py asks the warehouse, this file judges."""

from datetime import date

from client import Partition, WarehouseClient, WarehouseError


def judge(day: str, partition: Partition | None, minimum: int) -> dict:
    if partition is None:
        return result("missing_data", None, f"orders has no partition {day} (minimum {minimum}).")
    rows = partition.row_count
    if not partition.is_complete:
        return result("loading", rows, f"Partition {day} is being loaded: {rows} rows by now.")
    if rows < minimum:
        return result("low_volume", rows, f"Partition {day} has {rows} of {minimum} rows.")
    return result("healthy", rows, f"Partition {day} has {rows} rows (minimum {minimum}).")


def what_is_wrong_with(partition_date: str, expected_min_rows: int) -> str | None:
    try:
        date.fromisoformat(partition_date)
    except (TypeError, ValueError):
        return f"{partition_date!r} is not an ISO date."
    if expected_min_rows < 0:
        return f"A minimum of {expected_min_rows} rows makes no sense."
    return None


def result(status: str, actual_rows: int | None, message: str) -> dict:
    return {"status": status, "actual_rows": actual_rows, "message": message}


async def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """status: healthy, low_volume, missing_data, loading, api_failure, invalid_input."""
    problem = what_is_wrong_with(partition_date, expected_min_rows)
    if problem:
        return result("invalid_input", None, problem)
    try:
        async with WarehouseClient.from_environment() as warehouse:
            partition = await warehouse.find_partition("orders", partition_date)
    except WarehouseError as error:
        return result("api_failure", None, f"Could not check partition {partition_date}: {error}.")
    return judge(partition_date, partition, expected_min_rows)
