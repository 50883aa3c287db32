import os

import httpx


def count_rows(partition_date):
    """Returns (rows, error). A partition that is not there has 0 rows."""
    try:
        r = httpx.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=10,
        )
        if r.status_code == 404:
            return 0, None
        r.raise_for_status()
        return int(r.json()["row_count"]), None
    except httpx.HTTPStatusError as e:
        return None, f"warehouse API returned {e.response.status_code}"
    except httpx.HTTPError as e:
        return None, f"warehouse API not reachable: {type(e).__name__}"
    except (ValueError, KeyError, TypeError):
        return None, "warehouse API returned garbage"


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    rows, error = count_rows(partition_date)
    if error:
        return {"status": "ERROR", "actual_rows": None, "message": error}
    status = "HEALTHY" if rows >= expected_min_rows else "UNHEALTHY"
    return {
        "status": status,
        "actual_rows": rows,
        "message": f"{partition_date} has {rows} rows, expected at least {expected_min_rows}",
    }
