from governance.config.engines import Urls
from governance.config.up import development, serving


def test_only_the_migration_signs_in_as_the_owner_of_the_tables() -> None:
    environment = development(Urls("postgresql://app@/p", "postgresql://owner:secret@/p", "redis://r"))
    assert "owner:secret" in environment["DATABASE_OWNER_URL"]
    assert "secret" not in "".join(serving(environment).values())
    assert serving(environment)["DATABASE_URL"] == "postgresql://app@/p"
