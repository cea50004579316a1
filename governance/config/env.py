"""Prints the environment of the running `make up`, to be sourced: `source <(python -m governance.config.env)`."""

import shlex
import sys

from governance.config.engines import APPLICATION, OWNER, Postgres, Redis, Urls
from governance.config.places import EngineError, places
from governance.config.up import DATABASE, development


def main() -> int:
    """0, or 2 when no engines can be named."""
    try:
        where = places()
        postgres, redis = Postgres(where), Redis(where)
        urls = Urls(postgres.url(DATABASE, APPLICATION), postgres.url(DATABASE, OWNER), redis.url())
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, value in development(urls.environment()).items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
