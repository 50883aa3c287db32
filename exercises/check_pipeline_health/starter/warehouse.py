"""A thin client for the warehouse's HTTP API.

    client = WarehouseClient()
    partition = client.get_partition("orders", "2026-03-13")
    print(partition["row_count"])

One method call is one HTTP request: nothing is retried, cached or judged here. What the API
answers with a status of 400 or above is raised as WarehouseHTTPError. Everything else that can go
wrong (no connection, a timeout, an answer that is no JSON) is raised as the standard library
raises it.

Use this file, change it, or do without it.
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request


class WarehouseHTTPError(Exception):
    """The warehouse answered with a status of 400 or above.

    status     the HTTP status, such as 404
    code       the API's own error code, such as "partition_not_found"; None where the answer
               was not in the API's error format
    message    the API's message, or the HTTP reason phrase
    retryable  what the API says about trying again; None where it says nothing
    headers    the headers of the answer (a mapping that ignores case)
    """

    def __init__(self, status, code, message, retryable, headers):
        super().__init__(f"HTTP {status} {code or ''}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retryable = retryable
        self.headers = headers


class WarehouseClient:
    """base_url and token default to WAREHOUSE_URL and WAREHOUSE_TOKEN; timeout is in seconds and
    holds for each wait on the network (None: wait for ever)."""

    def __init__(self, base_url=None, token=None, timeout=None):
        self.base_url = (base_url or os.environ["WAREHOUSE_URL"]).rstrip("/")
        self.token = token or os.environ["WAREHOUSE_TOKEN"]
        self.timeout = timeout

    def get_table(self, table):
        """The table's name, partition_column, row_count and last_modified, as a dict."""
        return self._get(f"/v1/tables/{urllib.parse.quote(table, safe='')}")

    def get_partition(self, table, partition_date):
        """One partition as a dict: partition_date, row_count, bytes, state, last_modified."""
        return self._get(
            f"/v1/tables/{urllib.parse.quote(table, safe='')}"
            f"/partitions/{urllib.parse.quote(partition_date, safe='')}"
        )

    def list_partitions(self, table, from_date=None, to_date=None, page_size=None, page_token=None):
        """One page of partitions as a dict: partitions (a list), next_page_token (None at the end)."""
        given = {"from": from_date, "to": to_date, "page_size": page_size, "page_token": page_token}
        query = urllib.parse.urlencode({k: v for k, v in given.items() if v is not None})
        path = f"/v1/tables/{urllib.parse.quote(table, safe='')}/partitions"
        return self._get(f"{path}?{query}" if query else path)

    def _get(self, target):
        request = urllib.request.Request(
            self.base_url + target,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise _http_error(error) from error


def _http_error(error):
    """Reads the API's error format, as far as the answer holds it."""
    try:
        detail = json.load(error)["error"]
        code, message, retryable = detail["code"], detail["message"], detail.get("retryable")
    except (ValueError, KeyError, TypeError):
        code, message, retryable = None, error.reason, None
    return WarehouseHTTPError(error.code, code, message, retryable, error.headers)
