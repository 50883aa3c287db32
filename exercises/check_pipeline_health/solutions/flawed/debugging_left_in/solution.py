import os

import requests


class ApiProblem(Exception):
    pass


def call(partition_date):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    try:
        response = requests.get(url, headers=headers, timeout=10)
        return response.status_code, response.json()
    except ValueError as e:
        raise ApiProblem(f"no JSON from {url}, sent {headers}") from e
    except requests.RequestException as e:
        raise ApiProblem(f"{type(e).__name__} from {url}, sent {headers}") from e


def exists(partition_date):
    status, body = call(partition_date)
    if status == 404 and body["error"]["code"] == "partition_not_found":
        return False
    if status != 200:
        raise ApiProblem(f"HTTP {status} {body['error']['code']}")
    return True


def count_rows(partition_date):
    rows = call(partition_date)[1]["row_count"]
    if not isinstance(rows, int) or rows < 0:
        raise ApiProblem(f"row count is {rows!r}")
    return rows


def judge(rows, minimum):
    return "low" if rows < minimum else "ok"


def check_pipeline_health(partition_date, expected_min_rows):
    try:
        if not exists(partition_date):
            return {
                "status": "missing",
                "actual_rows": None,
                "message": f"{partition_date} is not there",
            }
        rows = count_rows(partition_date)
    except ApiProblem as e:
        return {"status": "api_error", "actual_rows": None, "message": str(e)}
    return {
        "status": judge(rows, expected_min_rows),
        "actual_rows": rows,
        "message": f"{partition_date}: {rows} rows, at least {expected_min_rows} expected",
    }
