"""The ground everything stands on."""

import socket

import pytest
from django.db import connection


def test_the_outside_network_is_blocked():
    with socket.socket() as outward, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.django_db
def test_health_tells_of_database_and_queue(client):
    response = client.get("/healthz/")
    assert response.status_code == 200
    assert response.json() == {"database": True, "redis": True}


@pytest.mark.django_db
def test_health_tells_that_the_queue_is_gone(client, settings):
    settings.REDIS_URL = "unix:///nowhere.sock"
    response = client.get("/healthz/")
    assert response.status_code == 503
    assert response.json() == {"database": True, "redis": False}


@pytest.mark.django_db
def test_the_api_schema_is_for_everyone_and_its_data_is_not(client):
    assert client.get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/areas/").status_code == 401


@pytest.mark.django_db
def test_trigrams_know_chinese_letters():
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT array_length(show_trgm('张小明'), 1)")
        assert cursor.fetchone()[0] > 0
