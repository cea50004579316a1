import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.keys.masters import MasterKeyError, _create, load, parse

ONE, TWO = (base64.b64encode(letter * 32).decode() for letter in (b"1", b"2"))


def test_the_first_master_key_is_current_and_the_others_still_open():
    old, both = parse(f"old:{ONE}"), parse(f"new:{TWO}, old:{ONE}")
    name, wrapped = old.wrap(b"data key", b"here")
    assert both.current == "new"
    assert both.unwrap(name, wrapped, b"here") == b"data key"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no master key"),
        (" ,\n", "holds no master key"),
        (ONE, "must be id:base64"),
        (f"a b:{ONE}", "must be id:base64"),
        ("a:short", "'a' must be 32 bytes"),
        ("a:" + base64.b64encode(b"x" * 31).decode(), "'a' must be 32 bytes"),
        (f"a:{ONE},a:{TWO}", "'a' twice"),
    ],
)
def test_a_malformed_setting_is_named_with_what_is_wrong(text, words):
    with pytest.raises(MasterKeyError, match=words) as caught:
        parse(text)
    assert "PROBANZA_MASTER_KEYS" in str(caught.value)


def test_an_error_never_shows_a_key():
    with pytest.raises(MasterKeyError) as caught:
        parse(f"a:{ONE},a:{TWO}")
    assert ONE not in str(caught.value)
    assert ONE not in repr(parse(f"a:{ONE}"))


def test_a_missing_master_key_is_named_with_the_setting():
    _, wrapped = parse(f"old:{ONE}").wrap(b"data key", b"here")
    with pytest.raises(MasterKeyError, match="PROBANZA_MASTER_KEYS lacks the master key 'old'"):
        parse(f"new:{TWO}").unwrap("old", wrapped, b"here")


def test_a_wrong_master_key_under_the_right_name_is_named_with_the_setting():
    _, wrapped = parse(f"a:{ONE}").wrap(b"data key", b"here")
    with pytest.raises(MasterKeyError, match="'a' in PROBANZA_MASTER_KEYS is not the one"):
        parse(f"a:{TWO}").unwrap("a", wrapped, b"here")


def test_the_setting_goes_before_the_file(tmp_path):
    assert load(f"a:{ONE}", tmp_path / "none", may_create=True).current == "a"
    assert not list(tmp_path.iterdir())


def test_the_first_start_makes_a_file_that_only_its_user_may_read(tmp_path):
    path = tmp_path / "keys" / "master.keys"
    made = load("", path, may_create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load("", path, may_create=False).keys == made.keys
    assert [one.name for one in path.parent.iterdir()] == ["master.keys"]


def test_first_starts_at_the_same_moment_end_with_the_same_key(tmp_path):
    path = tmp_path / "keys" / "master.keys"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load("", path, may_create=True), range(16)))
    assert len({keys.current for keys in made}) == 1


def test_a_lost_file_is_not_replaced_by_a_key_that_opens_nothing(tmp_path):
    with pytest.raises(MasterKeyError, match="set PROBANZA_MASTER_KEYS, or bring back the file"):
        load("", tmp_path / "master.keys", may_create=False)
    assert not list(tmp_path.iterdir())


def test_a_file_that_others_may_read_is_refused_with_the_fix(tmp_path):
    path = tmp_path / "master.keys"
    path.write_text(f"a:{ONE}\n")
    path.chmod(0o644)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        load("", path, may_create=False)


def test_a_file_that_is_not_ours_is_said_to_be_malformed(tmp_path):
    path = tmp_path / "master.keys"
    path.write_bytes(b"\xff\x00")
    path.chmod(0o600)
    with pytest.raises(MasterKeyError, match=r"master\.keys must be id:base64"):
        load("", path, may_create=False)


def test_a_place_where_no_file_can_be_made_is_named_with_the_way_out(tmp_path):
    (tmp_path / "keys").write_text("a file, not a directory")
    with pytest.raises(MasterKeyError, match=r"cannot be read or made .* or set PROBANZA_MASTER_KEYS"):
        load("", tmp_path / "keys" / "master.keys", may_create=True)


def test_a_key_that_another_process_made_meanwhile_is_kept(tmp_path):
    path = tmp_path / "master.keys"
    made = load("", path, may_create=True)
    _create(path)
    assert load("", path, may_create=True).keys == made.keys
    assert [one.name for one in tmp_path.iterdir()] == ["master.keys"]
