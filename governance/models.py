"""Gathers the rooms' models for Django."""

from governance.access.models import ApiToken as ApiToken
from governance.access.models import Membership as Membership
from governance.access.models import Organisation as Organisation
from governance.access.models import User as User
from governance.evidence.models import Entry as Entry
from governance.evidence.models import Head as Head
from governance.evidence.models import Leaf as Leaf
from governance.evidence.models import Payload as Payload
from governance.evidence.models import Waiting as Waiting
from governance.keys.models import DataKey as DataKey
from governance.keys.models import SigningKey as SigningKey
from governance.portal.models import SignInTries as SignInTries
from governance.registry.models import Asset as Asset
from governance.registry.models import AssetVersion as AssetVersion
from governance.registry.models import Component as Component
from governance.trail.models import TrailEntry as TrailEntry
