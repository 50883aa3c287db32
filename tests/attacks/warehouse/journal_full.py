# Long targets, long headers, long bodies, over and over.
# aim: fill the journal, and the worker's memory
# outcome: returned, virtual_time, wall_time, cpu_time, raised
import http.client


def main(day):
    for number in range(2000):
        client = http.client.HTTPConnection("warehouse", 8080, timeout=5)
        try:
            client.request("POST", f"/v1/tables/orders/{number}/" + "x" * 4000, body=b"y" * 60_000,
                           headers={f"X-{i}": "z" * 500 for i in range(8)})
            client.getresponse().read()
        except (OSError, http.client.HTTPException):
            pass
        client.close()
    return 0
