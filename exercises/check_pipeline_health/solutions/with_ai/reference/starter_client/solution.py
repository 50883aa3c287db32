"""Check one day's partition of `orders`, with the client that was given."""

import http.client

from warehouse import WarehouseClient, WarehouseHTTPError

FAILURES = {
    TimeoutError: "timeout",
    http.client.HTTPException: "broken_transfer",
    OSError: "connection",
    ValueError: "malformed_answer",
}


def load(client, day):
    """("found", rows), ("missing", None) or ("failed", cause)."""
    try:
        partition = client.get_partition("orders", day)
    except WarehouseHTTPError as error:
        if error.code == "partition_not_found":
            return "missing", None
        return "failed", f"http_{error.status}"
    except tuple(FAILURES) as error:
        return "failed", next(word for kind, word in FAILURES.items() if isinstance(error, kind))
    rows = partition.get("row_count") if isinstance(partition, dict) else None
    if isinstance(rows, int) and not isinstance(rows, bool) and rows >= 0:
        if partition.get("state") == "loading":
            return "failed", "still_loading"
        return "found", rows
    return "failed", "malformed_answer"


def judge(found, value, minimum):
    if found == "missing":
        return "MISSING", "the partition does not exist"
    if found == "failed":
        return "UNKNOWN", f"the warehouse could not be asked ({value})"
    if value >= minimum:
        return "OK", f"{value} rows are there"
    return "LOW", f"only {value} rows are there"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    found, value = load(WarehouseClient(timeout=15), partition_date)
    status, sentence = judge(found, value, expected_min_rows)
    return {
        "status": status,
        "cause": value if found == "failed" else None,
        "actual_rows": value if found == "found" else None,
        "message": f"{partition_date}: {sentence}; the minimum is {expected_min_rows}.",
    }
