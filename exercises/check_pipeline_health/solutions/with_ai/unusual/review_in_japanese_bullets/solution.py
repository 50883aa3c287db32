import http.client
import json
import os
import urllib.error
import urllib.request


class ApiDown(Exception):
    pass


def get_json(path):
    req = urllib.request.Request(os.environ["WAREHOUSE_URL"] + path)
    req.add_header("Authorization", "Bearer " + os.environ["WAREHOUSE_TOKEN"])
    try:
        with urllib.request.urlopen(req, timeout=10) as res:
            return res.status, json.load(res)
    except urllib.error.HTTPError as e:
        try:
            return e.code, json.load(e)
        except ValueError:
            return e.code, {}
    except ValueError:
        raise ApiDown("応答がJSONではない")
    except (OSError, http.client.HTTPException) as e:
        raise ApiDown(f"接続に失敗した ({e})")


def look(day):
    code, body = get_json(f"/v1/tables/orders/partitions/{day}")
    if code == 404 and body.get("error", {}).get("code") == "partition_not_found":
        return None
    if code != 200:
        raise ApiDown(f"HTTP {code}")
    rows = body.get("row_count") if isinstance(body, dict) else None
    if not isinstance(rows, int):
        raise ApiDown("行数がない")
    return rows


def classify(rows, minimum):
    if rows is None:
        return "欠損"
    return "件数不足" if rows < minimum else "正常"


MESSAGES = {
    "欠損": "{day} のパーティションがありません ({least} 行以上を期待)。",
    "件数不足": "{day} は {rows} 行しかありません ({least} 行以上を期待)。",
    "正常": "{day} は {rows} 行あります。",
}


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        rows = look(partition_date)
    except ApiDown as e:
        return {"status": "API障害", "actual_rows": None, "message": f"{partition_date} を確認できません: {e}。"}
    status = classify(rows, expected_min_rows)
    message = MESSAGES[status].format(day=partition_date, rows=rows, least=expected_min_rows)
    return {"status": status, "actual_rows": rows, "message": message}
