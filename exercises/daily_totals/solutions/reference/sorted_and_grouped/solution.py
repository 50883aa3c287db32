from datetime import date
from itertools import groupby


def daily_totals(events: list[dict]) -> list[dict]:
    latest = {e["id"]: e for e in sorted(map(checked, events), key=lambda e: e["version"])}
    kept = sorted((e for e in latest.values() if not e.get("deleted")), key=lambda e: e["day"])
    return [total_of(day, list(group)) for day, group in groupby(kept, key=lambda e: e["day"])]


def total_of(day: str, events: list[dict]) -> dict:
    return {"day": day, "events": len(events), "total": round(sum(e["amount"] for e in events), 2)}


def checked(event: dict) -> dict:
    try:
        date.fromisoformat(event["day"])
        float(event["amount"])
    except TypeError as error:
        raise ValueError(f"cannot be counted: {event}") from error
    return event
