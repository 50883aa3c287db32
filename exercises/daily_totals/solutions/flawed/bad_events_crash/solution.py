import math


def daily_totals(events):
    latest = {}
    for event in events:
        known = latest.get(event["id"])
        if known is None or event["version"] > known["version"]:
            latest[event["id"]] = event
    amounts = {}
    for event in latest.values():
        if not event.get("deleted"):
            amounts.setdefault(event["day"], []).append(event["amount"])
    return [{"day": day, "events": len(each), "total": math.fsum(each)} for day, each in amounts.items()]
