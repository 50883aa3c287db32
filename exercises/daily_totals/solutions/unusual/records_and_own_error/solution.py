from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from numbers import Real


class CannotBeCounted(ValueError):
    pass


@dataclass
class Day:
    day: str
    events: int
    total: float


def daily_totals(events):
    days = {}
    for event_id in {event["id"] for event in events}:
        event = max((e for e in events if e["id"] == event_id), key=lambda e: e["version"])
        if not isinstance(event["amount"], Real):
            raise CannotBeCounted(event["amount"])
        try:
            date.fromisoformat(event["day"])
        except ValueError as error:
            raise CannotBeCounted(event["day"]) from error
        if not event.get("deleted"):
            days.setdefault(event["day"], []).append(Fraction(event["amount"]))
    return list(Day(day, len(amounts), float(sum(amounts))) for day, amounts in days.items())
