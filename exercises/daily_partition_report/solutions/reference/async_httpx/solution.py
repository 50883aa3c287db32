"""The report as a pipeline of async generators: pages, then rows, then days. Lateness is computed in SQL."""

from collections import deque
from datetime import date, timedelta
from statistics import median

from pages import TableNotFound, WarehouseError, Warehouse

SQL = """
WITH per_day AS (
  SELECT
    order_date AS day,
    COUNT(DISTINCT order_id) AS orders,
    TIMESTAMP_DIFF(
      MAX(ingested_at),
      TIMESTAMP_ADD(TIMESTAMP(DATE_ADD(order_date, INTERVAL 1 DAY)), INTERVAL 6 HOUR),
      SECOND
    ) AS seconds_late
  FROM `{table}`
  WHERE order_date BETWEEN @first AND @last AND order_id IS NOT NULL
  GROUP BY order_date
)
SELECT day, IFNULL(orders, 0), seconds_late
FROM UNNEST(GENERATE_DATE_ARRAY(@first, @last)) AS day
LEFT JOIN per_day USING (day)
ORDER BY day
"""
BASELINE_DAYS = 7


async def daily_partition_report(table: str, end_date: str, days: int = 30) -> dict:
    last = date.fromisoformat(end_date)
    if days < 1:
        raise ValueError("a report is of one day at least")
    report = {"gaps": [], "late": [], "anomalies": []}
    before = deque(maxlen=BASELINE_DAYS)
    async with Warehouse() as warehouse:
        rows = warehouse.rows(SQL.format(table=table), first=last - timedelta(days=days - 1), last=last)
        async for day, orders, seconds_late in read(rows):
            if orders == 0:
                report["gaps"].append(day)
                continue
            if seconds_late > 0:
                report["late"].append({"date": day, "hours": seconds_late // 3600})
            report["anomalies"] += judge(day, orders, before)
            before.append(orders)
    return report


async def read(rows):
    """The cells of each row as what they stand for; what is not known of lateness is no lateness."""
    async for day, orders, seconds_late in rows:
        try:
            yield date.fromisoformat(day).isoformat(), int(orders), int(seconds_late or 0)
        except (TypeError, ValueError) as error:
            raise WarehouseError(f"not a row of this report: {day!r}, {orders!r}, {seconds_late!r}") from error


def judge(day, orders, before):
    if len(before) < BASELINE_DAYS:
        return []
    baseline = median(before)
    direction = "low" if orders < baseline / 2 else "high" if orders > baseline * 2 else None
    return [{"date": day, "orders": orders, "baseline": baseline, "direction": direction}] if direction else []
