def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    import http.client as hc
    import json
    from os import environ
    from urllib.error import HTTPError as Refused
    from urllib.request import Request, urlopen as open_url

    def fetch():
        wanted = Request(
            f"{environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}",
            headers={"Authorization": f"Bearer {environ['WAREHOUSE_TOKEN']}"},
        )
        try:
            with open_url(wanted, timeout=5) as reply:
                return "found", json.loads(reply.read())
        except Refused as refusal:
            text = refusal.read().decode("utf-8", "replace")
            if refusal.code == 404 and '"partition_not_found"' in text:
                return "missing", None
            return "api_error", f"HTTP {refusal.code}"
        except ValueError:
            return "api_garbled", "no JSON in the answer"
        except (OSError, hc.HTTPException) as trouble:
            return "api_unreachable", str(trouble) or type(trouble).__name__

    def is_sound(partition):
        try:
            return partition["row_count"] + 0 >= 0
        except (KeyError, TypeError):
            return False

    def rate(partition):
        rows = partition["row_count"]
        if partition["state"] == "loading":
            return "loading", f"still loading, {rows} rows"
        if rows < expected_min_rows:
            return "low", f"{rows} rows but {expected_min_rows} needed"
        return "ok", f"{rows} rows"

    def result(status, rows, text):
        return {"status": status, "actual_rows": rows, "message": f"{partition_date}: {text}"}

    outcome, content = fetch()
    if outcome == "missing":
        return result(outcome, None, "partition not there")
    if outcome != "found":
        return result(outcome, None, content)
    if not is_sound(content):
        return result("bad_metadata", None, "no usable row count")
    return result(rate(content)[0], content["row_count"], rate(content)[1])
