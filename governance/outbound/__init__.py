"""The guarded HTTP client; every call to a server that is not ours goes through it. No Django."""

from governance.outbound.client import GuardedClient, Response
from governance.outbound.errors import OutboundError
from governance.outbound.policy import Policy, read_policy

__all__ = ["GuardedClient", "OutboundError", "Policy", "Response", "read_policy"]
