"""Who stands behind an actor; see `governance.access.people`."""

from governance.access.people import Unclear as Unclear
from governance.access.people import behind as behind
from governance.access.people import may_decide as may_decide
