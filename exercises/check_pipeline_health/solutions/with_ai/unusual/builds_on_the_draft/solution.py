"""Keeps the draft's settings and leaves its function behind."""

import requests

from draft import REQUEST_TIMEOUT, TABLE_NAME, logger, os


class Failure(Exception):
    pass


def ask(day):
    try:
        reply = requests.get(
            f"{os.environ['WAREHOUSE_URL']}/v1/tables/{TABLE_NAME}/partitions/{day}",
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
            timeout=REQUEST_TIMEOUT,
        )
        body = reply.json()
    except requests.RequestException as problem:
        logger.warning("%s: %s", day, problem)
        raise Failure(type(problem).__name__) from problem
    if reply.status_code == 404 and body["error"]["code"] == "partition_not_found":
        return None
    if reply.status_code != 200 or not isinstance(body.get("row_count"), int):
        raise Failure(f"HTTP {reply.status_code}")
    return body["row_count"]


def is_enough(rows, least):
    return rows >= least


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    answer = {"status": "API_FAILURE", "actual_rows": None, "message": ""}
    try:
        rows = ask(partition_date)
    except Failure as failure:
        answer["message"] = f"{partition_date} was not checked: {failure}"
        return answer
    answer["actual_rows"] = rows
    if rows is None:
        answer["status"] = "MISSING"
        answer["message"] = f"{partition_date} is missing, {expected_min_rows} rows were expected"
    elif is_enough(rows, expected_min_rows):
        answer["status"] = "OK"
        answer["message"] = f"{partition_date}: {rows} rows"
    else:
        answer["status"] = "LOW"
        answer["message"] = f"{partition_date}: {rows} rows, {expected_min_rows} expected"
    return answer
