import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.registry.fingerprint import version_digest

PARTS = [("model", "sha256:" + "1" * 64), ("prompt", "sha256:" + "2" * 64)]


def test_anybody_can_compute_the_digest_from_its_description():
    body = {
        "components": [{"digest": digest, "role": role} for role, digest in PARTS],
        "kind": "ai_system",
        "spec": {"purpose": "answers ñ"},
    }
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    expected = "sha256:" + hashlib.sha256(written).hexdigest()
    assert version_digest("ai_system", {"purpose": "answers ñ"}, PARTS) == expected


@given(st.permutations([*PARTS, ("model", "sha256:" + "3" * 64)]))
def test_the_order_of_components_does_not_matter(parts):
    assert version_digest("agent", {}, parts) == version_digest("agent", {}, sorted(parts))


def test_kind_specification_role_and_component_all_matter():
    digests = {
        version_digest("agent", {}, PARTS),
        version_digest("ai_system", {}, PARTS),
        version_digest("agent", {"a": 1}, PARTS),
        version_digest("agent", {}, PARTS[:1]),
        version_digest("agent", {}, [("judge", PARTS[0][1]), PARTS[1]]),
    }
    assert len(digests) == 5


def test_a_float_has_no_fingerprint():
    with pytest.raises(TypeError, match="no canonical form"):
        version_digest("model", {"temperature": 0.1})
