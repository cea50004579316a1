from uuid import UUID

import pytest

from governance.access.actors import Actor, system_actor
from governance.access.policies import Forbidden, can, check_can, granted
from governance.access.roles import READS, SCOPES, SCOPES_OF, WRITES, scopes_of

HOME = UUID(int=1)


def person(role):
    return Actor(id="1", name="Eva", kind="person", organisation=HOME, role=role, scopes=scopes_of(role))


@pytest.mark.parametrize("role", SCOPES_OF)
@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_can_and_check_can_tell_the_same_rule(role, scope):
    actor = person(role)
    allowed = can(actor, scope)
    if allowed:
        check_can(actor, scope)
    else:
        with pytest.raises(Forbidden, match=scope):
            check_can(actor, scope)
    assert allowed == (scope in SCOPES_OF[role])


def test_a_scope_that_does_not_exist_is_a_mistake_and_no_answer():
    with pytest.raises(ValueError, match="registry:paint"):
        can(person("admin"), "registry:paint")


@pytest.mark.parametrize("role", SCOPES_OF)
def test_every_role_reads_and_has_only_scopes_that_exist(role):
    assert READS <= scopes_of(role) <= SCOPES


def test_a_viewer_changes_nothing():
    assert not scopes_of("viewer") & (WRITES | {"admin"})


def test_only_an_admin_administers():
    assert [role for role in SCOPES_OF if "admin" in scopes_of(role)] == ["admin"]


def test_a_role_that_does_not_exist_may_do_nothing():
    assert scopes_of("emperor") == frozenset()


def test_a_token_never_has_more_than_the_role_of_its_owner():
    assert granted("viewer", {"registry:read", "registry:write", "admin"}) == {"registry:read"}


def test_a_token_has_no_more_than_was_asked_for():
    assert granted("admin", {"audits:read"}) == {"audits:read"}


def test_the_system_may_do_everything_in_one_organisation():
    actor = system_actor(HOME, "dispatcher")
    assert (actor.scopes, actor.organisation, actor.kind) == (SCOPES, HOME, "system")
