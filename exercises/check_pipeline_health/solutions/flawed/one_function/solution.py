import os

import requests


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}

    try:
        response = requests.get(url, headers=headers, timeout=10)
    except requests.exceptions.Timeout:
        return {"status": "api_timeout", "actual_rows": None, "message": "The warehouse API timed out."}
    except requests.exceptions.RequestException as e:
        return {
            "status": "api_unreachable",
            "actual_rows": None,
            "message": f"Could not reach the warehouse API: {type(e).__name__}.",
        }

    try:
        body = response.json()
    except ValueError:
        return {
            "status": "api_bad_response",
            "actual_rows": None,
            "message": f"The warehouse API answered {response.status_code} without JSON.",
        }

    if response.status_code == 404 and body.get("error", {}).get("code") == "partition_not_found":
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"Partition {partition_date} does not exist.",
        }
    if response.status_code != 200:
        return {
            "status": "api_error",
            "actual_rows": None,
            "message": f"The warehouse API answered {response.status_code}.",
        }

    rows = body.get("row_count")
    if not isinstance(rows, int) or rows < 0:
        return {
            "status": "api_bad_response",
            "actual_rows": None,
            "message": f"The warehouse API sent the row count {rows!r}.",
        }
    if body.get("state") == "loading":
        return {
            "status": "loading",
            "actual_rows": rows,
            "message": f"Partition {partition_date} is still loading ({rows} rows).",
        }
    if rows < expected_min_rows:
        return {
            "status": "low_volume",
            "actual_rows": rows,
            "message": f"Partition {partition_date} has {rows} rows, expected {expected_min_rows}.",
        }
    return {
        "status": "healthy",
        "actual_rows": rows,
        "message": f"Partition {partition_date} has {rows} rows.",
    }
