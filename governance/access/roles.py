"""Roles and what each may do. The one place where a role becomes scopes."""

from types import MappingProxyType

READS = frozenset({"registry:read", "lineage:read", "audits:read", "evidence:read", "reports:read"})
WRITES = frozenset({"registry:write", "lineage:write", "audits:write", "reports:write"})
SCOPES = READS | WRITES | {"trail:read", "approvals:decide", "admin"}

SCOPES_OF = MappingProxyType(
    {
        "viewer": READS,
        "engineer": READS | {"registry:write", "lineage:write", "audits:write"},
        "auditor": READS | {"audits:write", "reports:write", "trail:read"},
        "officer": READS | WRITES | {"trail:read", "approvals:decide"},
        "admin": SCOPES,
    }
)


def scopes_of(role: str) -> frozenset[str]:
    """What a role may do; nothing for a role that does not exist."""
    return SCOPES_OF.get(role, frozenset())
