"""What the processes of `make up` are given."""

from governance.config.engines import Urls
from governance.config.up import development


def test_web_worker_and_dispatcher_are_not_given_the_owner_of_the_tables() -> None:
    urls = Urls(database="postgresql://app@/p", owner="postgresql://owner@/p", redis="redis://r")
    given = development(urls.serving())
    assert given["DATABASE_URL"] == "postgresql://app@/p"
    assert given["DATABASE_OWNER_URL"] == ""
    assert development(urls.environment())["DATABASE_OWNER_URL"] == "postgresql://owner@/p"
