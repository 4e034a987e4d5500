"""Search in 600,000 persons against the same SQL sent straight through psycopg."""

import statistics

from django.db import connection

from accounts.models import User
from bench.figures import in_turn, say, seconds
from households import idnumbers
from households.models import Person
from households.search import search

SHOWN = 20
TIMES = 15


def run() -> None:
    user = User.objects.get(username="xian")
    every = list(
        Person.objects.order_by("pk").values_list("name", "initials", "id_cipher")[::6000][:60]
    )
    kinds = {
        "name_part": [name[1:] for name, _, _ in every if len(name) > 2],
        "whole_name": [name for name, _, _ in every],
        "initials": [initials for _, initials, _ in every],
        "last_four": [idnumbers.decrypt(bytes(cipher))[-4:] for _, _, cipher in every],
        "last_six": [idnumbers.decrypt(bytes(cipher))[-6:] for _, _, cipher in every],
    }
    for kind, texts in kinds.items():
        _kind(user, kind, texts)


def _kind(user, kind, texts):
    once = [seconds(lambda text=text: _found(user, text)) for text in texts]
    p95 = statistics.quantiles(once, n=20)[-1]
    text = texts[len(texts) // 2]
    asked = _statements(user, text)
    ours, floor = in_turn(lambda: _found(user, text), lambda: _plain(asked), times=TIMES)
    say(f"search_{kind}", ours, floor, 3.0, p95_s=round(p95, 4), p95_aim_s=0.05)


def _found(user, text):
    return list(search(user, text)[:SHOWN])


def _statements(user, text) -> list[tuple]:
    """Every statement of one search with its parameters, as the driver gets them."""
    asked = []

    def listen(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        _found(user, text)
    return asked


def _plain(statements):
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
