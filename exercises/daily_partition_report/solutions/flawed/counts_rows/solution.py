import time
from datetime import date, datetime, timedelta, timezone
from http.client import HTTPException
from statistics import median

from bigquery import BigQueryClient, BigQueryHTTPError

SQL = """
SELECT order_date, COUNT(*), MAX(ingested_at)
FROM sales.{table}
WHERE order_date BETWEEN @first AND @last AND order_id IS NOT NULL
GROUP BY order_date
"""
PASSING = ("rateLimitExceeded", "backendError", "internalError", "jobBackendError", "jobInternalError")


class WarehouseError(Exception):
    pass


class TableNotFound(Exception):
    pass


def daily_partition_report(table, end_date, days=30):
    last = date.fromisoformat(end_date)
    if days < 1:
        raise ValueError("a window has at least one day")
    window = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    try:
        found = read_days(table, window)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WarehouseError("an answer is not in the documented form") from error
    return judge(window, found)


def judge(window, found):
    gaps, late, anomalies, before = [], [], [], []
    for day in window:
        orders, ingested = found.get(day.isoformat(), (0, None))
        if orders == 0:
            gaps.append(day.isoformat())
            continue
        due = datetime(day.year, day.month, day.day, 6, tzinfo=timezone.utc) + timedelta(days=1)
        if ingested is not None and ingested > due:
            late.append({"date": day.isoformat(), "hours": (ingested - due) // timedelta(hours=1)})
        if len(before) >= 7:
            baseline = median(before[-7:])
            if orders * 2 < baseline:
                anomalies.append(anomaly(day, orders, baseline, "low"))
            elif orders > baseline * 2:
                anomalies.append(anomaly(day, orders, baseline, "high"))
        before.append(orders)
    return {"gaps": gaps, "late": late, "anomalies": anomalies}


def anomaly(day, orders, baseline, direction):
    return {"date": day.isoformat(), "orders": orders, "baseline": baseline, "direction": direction}


def read_days(table, window):
    client = BigQueryClient(timeout=20)
    parameters = {"first": ("DATE", window[0]), "last": ("DATE", window[-1])}
    answer = patiently(lambda: client.query(SQL.format(table=table), parameters))
    job = answer["jobReference"]["jobId"]
    for _ in range(20):
        if answer["jobComplete"]:
            break
        answer = patiently(lambda: client.get_query_results(job))
    else:
        raise WarehouseError("the query is still running")
    rows, tokens = answer.get("rows", []), set()
    while "pageToken" in answer:
        token = answer["pageToken"]
        if token in tokens:
            raise WarehouseError("the pages go in a circle")
        tokens.add(token)
        answer = patiently(lambda: client.get_query_results(job, token))
        rows += answer.get("rows", [])
    if len(rows) != int(answer["totalRows"]):
        raise WarehouseError("rows are missing")
    return {day: (int(orders), time_of(ingested)) for day, orders, ingested in map(values_of, rows)}


def values_of(row):
    return [cell["v"] for cell in row["f"]]


def time_of(value):
    return None if value is None else datetime.fromtimestamp(float(value), timezone.utc)


def patiently(ask):
    pause = 1
    for attempt in range(4):
        if attempt > 0:
            time.sleep(pause)
            pause *= 2
        try:
            answer = ask()
        except BigQueryHTTPError as error:
            if error.reason == "notFound":
                raise TableNotFound(error.message) from error
            if error.reason not in PASSING and error.status < 500:
                raise WarehouseError(error.message) from error
            asked = int(error.headers.get("Retry-After", 0))
            if asked > 100:
                raise WarehouseError("the warehouse wants to be left alone for too long") from error
            pause = max(pause, asked)
        except (OSError, HTTPException, ValueError):
            pass
        else:
            if not answer.get("errors"):
                return answer
            if answer["errors"][0]["reason"] not in PASSING:
                raise WarehouseError(answer["errors"][0]["message"])
    raise WarehouseError("the warehouse does not answer")
