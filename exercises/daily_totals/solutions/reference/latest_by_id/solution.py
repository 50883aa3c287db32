import math
from datetime import date


def daily_totals(events):
    latest = {}
    for event in events:
        check(event)
        known = latest.get(event["id"])
        if known is None or event["version"] > known["version"]:
            latest[event["id"]] = event
    amounts = {}
    for event in latest.values():
        if not event.get("deleted"):
            amounts.setdefault(event["day"], []).append(event["amount"])
    return [{"day": day, "events": len(each), "total": math.fsum(each)} for day, each in amounts.items()]


def check(event):
    date.fromisoformat(event["day"])
    if isinstance(event["amount"], bool) or not isinstance(event["amount"], (int, float)):
        raise ValueError(f"event {event['id']} has no number for an amount: {event['amount']!r}")
