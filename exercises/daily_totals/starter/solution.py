def daily_totals(events: list[dict]) -> list[dict]:
    raise NotImplementedError
