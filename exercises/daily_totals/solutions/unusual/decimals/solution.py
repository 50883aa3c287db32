from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation


def daily_totals(events):
    latest = {}
    for event in sorted(events, key=lambda event: -event["version"]):
        latest.setdefault(event["id"], event)
    counts, totals = Counter(), Counter()
    for event in latest.values():
        datetime.strptime(event["day"], "%Y-%m-%d")
        try:
            amount = Decimal(str(event["amount"]))
        except InvalidOperation:
            raise ValueError(f"no amount: {event}")
        if not event.get("deleted", False):
            counts[event["day"]] += 1
            totals[event["day"]] += amount
    return tuple({"day": day, "events": counts[day], "total": totals[day]} for day in counts)
