"""How many queries a page costs, read the same way everywhere."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from policy.memory import forget


def queries(client, address, data=None) -> list[str]:
    """The statements of one GET. Parameters are remembered for some seconds: read just before."""
    forget()
    client.get(address, data)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, data).status_code == 200
    return [query["sql"] for query in captured]
