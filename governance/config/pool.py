"""What happens to a connection of the pool when a request gives it back."""

from typing import Any


def close_wall(connection: Any) -> None:
    """The next request begins without rows, whoever the last one was for. Takes a psycopg connection."""
    connection.execute("RESET probanza.organisation")
