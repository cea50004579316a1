from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from governance.keys import services
from governance.keys.models import DataKey, SigningKey

pytestmark = pytest.mark.usefixtures("committed")  # organisation and actor are made after it


def test_first_uses_at_the_same_moment_make_one_key(organisation):
    def use(_):
        try:
            return services.signing_key(organisation.id)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        used = set(pool.map(use, range(12)))
    assert len(used) == 1
    assert (DataKey.objects.count(), SigningKey.objects.count()) == (1, 1)
