import os
import requests


def get_row_count(partition_date):
    url = os.environ["WAREHOUSE_URL"] + "/v1/tables/orders/partitions/" + partition_date
    headers = {"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]}
    r = requests.get(url, headers=headers, timeout=10)
    r.raise_for_status()
    return r.json()["row_count"]


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        return get_row_count(partition_date) >= expected_min_rows
    except Exception as e:
        print("could not check partition:", e)
        return False
