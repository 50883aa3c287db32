"""A thin client for the part of BigQuery's REST API that the task needs.

    client = BigQueryClient()
    answer = client.query("SELECT COUNT(*) AS n FROM sales.orders WHERE order_date = @day", {"day": ("DATE", "2026-03-13")})
    print(answer["rows"][0]["f"][0]["v"])

One method call is one HTTP request, and its answer is returned as it came: no further page is read,
and nothing is waited for, retried or judged here. What the service answers with a status of 400 or
above is raised as BigQueryHTTPError. Everything else that can go wrong (no connection, a timeout, an
answer that is no JSON) is raised as the standard library raises it.

Use this file, change it, or do without it.
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request


class BigQueryHTTPError(Exception):
    """The service answered with a status of 400 or above.

    status   the HTTP status, such as 404
    reason   the service's own word, such as "notFound"; None where the answer was not in its format
    message  its message, or the HTTP reason phrase
    headers  the headers of the answer (a mapping that ignores case)
    """

    def __init__(self, status, reason, message, headers):
        super().__init__(f"HTTP {status} {reason or ''}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.headers = headers


class BigQueryClient:
    """What is not given is taken from the environment. timeout is in seconds and holds for each wait
    on the network (None: wait for ever)."""

    def __init__(self, base_url=None, project=None, token=None, timeout=None):
        self.base_url = (base_url or os.environ["BIGQUERY_URL"]).rstrip("/")
        self.project = project or os.environ["BIGQUERY_PROJECT"]
        self.token = token or os.environ["BIGQUERY_TOKEN"]
        self.timeout = timeout

    def query(self, sql, parameters=None):
        """Asks a query: the first page of its result. parameters: {name: (type, value)}."""
        body = {
            "query": sql,
            "useLegacySql": False,
            "parameterMode": "NAMED",
            "queryParameters": [
                {"name": name, "parameterType": {"type": type_}, "parameterValue": {"value": str(value)}}
                for name, (type_, value) in (parameters or {}).items()
            ],
        }
        return self._ask("POST", self._path(), body)

    def get_query_results(self, job_id, page_token=None):
        """The first page of a job's result, or the one that page_token names."""
        path = f"{self._path()}/{urllib.parse.quote(job_id, safe='')}"
        if page_token is not None:
            path += "?" + urllib.parse.urlencode({"pageToken": page_token})
        return self._ask("GET", path)

    def _path(self):
        return f"/projects/{urllib.parse.quote(self.project, safe='')}/queries"

    def _ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise _http_error(error) from error


def _http_error(error):
    """Reads the service's error format, as far as the answer holds it."""
    try:
        detail = json.load(error)["error"]
        reason, message = detail["errors"][0]["reason"], detail["message"]
    except (ValueError, KeyError, IndexError, TypeError):
        reason, message = None, error.reason
    return BigQueryHTTPError(error.code, reason, message, error.headers)
