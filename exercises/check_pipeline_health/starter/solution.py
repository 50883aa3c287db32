"""Is the partition of a day there, and does it hold enough rows?"""


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    """Asks the warehouse about one day's partition of the table `orders`.

    partition_date     the day, as an ISO date string such as "2026-03-13"
    expected_min_rows  the fewest rows that the day must have

    Returns a dict with `status`, `actual_rows` and `message`.
    """
    raise NotImplementedError
