"""Pipeline health check, with a mock of the warehouse API for testing."""

MOCK_PARTITIONS = {
    "2026-03-12": {"row_count": 1420},
    "2026-03-13": {"row_count": 1500},
}


class MockWarehouseAPI:
    def get_partition(self, table, partition_date):
        if partition_date not in MOCK_PARTITIONS:
            raise KeyError(partition_date)
        return MOCK_PARTITIONS[partition_date]


def fetch_row_count(api, partition_date):
    try:
        return api.get_partition("orders", partition_date)["row_count"]
    except KeyError:
        return None


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    rows = fetch_row_count(MockWarehouseAPI(), partition_date)
    if rows is None:
        return {"status": "missing", "actual_rows": None, "message": f"no partition {partition_date}"}
    if rows < expected_min_rows:
        return {
            "status": "low_volume",
            "actual_rows": rows,
            "message": f"{rows} rows, expected {expected_min_rows}",
        }
    return {"status": "healthy", "actual_rows": rows, "message": f"{rows} rows"}
