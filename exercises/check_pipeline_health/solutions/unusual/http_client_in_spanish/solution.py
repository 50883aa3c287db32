"""Salud de la partición de un día en la tabla orders."""

import http.client
import json
import os
from urllib.parse import urlsplit

PLAZO_S = 10


def pedir(ruta):
    """Una petición GET. Devuelve el código HTTP y el cuerpo."""
    destino = urlsplit(os.environ["WAREHOUSE_URL"])
    conexion = http.client.HTTPConnection(destino.hostname, destino.port, timeout=PLAZO_S)
    try:
        conexion.request(
            "GET", ruta, headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
        )
        respuesta = conexion.getresponse()
        return respuesta.status, respuesta.read()
    finally:
        conexion.close()


def interpretar(codigo, cuerpo):
    """(estado, contenido) según lo que dijo el almacén."""
    datos = json.loads(cuerpo)
    if codigo == 200:
        filas = datos["row_count"]
        if not isinstance(filas, int) or filas < 0:
            raise ValueError("número de filas imposible")
        return ("cargando" if datos["state"] == "loading" else "presente"), filas
    if codigo == 404 and datos["error"]["code"] == "partition_not_found":
        return "ausente", None
    return "rechazado", codigo


def con_puntos(numero):
    return f"{numero:,}".replace(",", ".")


def valorar(fecha, filas, minimo):
    cifras = f"{con_puntos(filas)} filas; el mínimo es {con_puntos(minimo)}"
    if filas < minimo:
        return resultado("insuficiente", filas, f"La partición {fecha} se queda corta: {cifras}.")
    return resultado("correcto", filas, f"La partición {fecha} está bien: {cifras}.")


def resultado(estado, filas, mensaje):
    return {"status": estado, "actual_rows": filas, "message": mensaje}


def check_pipeline_health(partition_date: str, expected_min_rows: int) -> dict:
    try:
        codigo, cuerpo = pedir(f"/v1/tables/orders/partitions/{partition_date}")
    except TimeoutError:
        return resultado("fallo_api", None, f"El almacén no respondió en {PLAZO_S} segundos.")
    except (OSError, http.client.HTTPException) as error:
        return resultado("fallo_api", None, f"No hay conexión con el almacén: {error!r}.")
    try:
        estado, contenido = interpretar(codigo, cuerpo)
    except (ValueError, KeyError, TypeError):
        return resultado("fallo_api", None, f"La respuesta del almacén no se entiende ({codigo}).")
    if estado == "ausente":
        return resultado("sin_particion", None, f"No existe la partición {partition_date}.")
    if estado == "rechazado":
        return resultado("fallo_api", None, f"El almacén rechazó la consulta: HTTP {contenido}.")
    if estado == "cargando":
        return resultado("cargando", contenido, f"La partición {partition_date} aún se carga.")
    return valorar(partition_date, contenido, expected_min_rows)
