"""Which days of a table never came, came late, or have a number of orders that is hard to believe?"""


class WarehouseError(Exception):
    """The warehouse could not be asked, or what it said cannot be relied on."""


class TableNotFound(Exception):
    """The warehouse says that it has no such table."""


def daily_partition_report(table: str, end_date: str, days: int = 30) -> dict:
    """Reports on the `days` days of a table that end with `end_date`.

    table     a table of the dataset, such as "orders"
    end_date  the last day, as an ISO date string such as "2026-03-13"
    days      how many days there are, at least 1

    Returns a dict with `gaps`, `late` and `anomalies`.
    """
    raise NotImplementedError
