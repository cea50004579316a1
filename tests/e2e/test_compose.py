"""The compose file describes what runs here: the same commands, environment, health checks and server settings."""

import os
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml

from governance.config.engines import POSTGRES_SETTINGS, REDIS_SETTINGS, Engines
from governance.config.processes import EXTRA, commands
from tests.conftest import World
from tests.house.rooms import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("web", "worker", "dispatcher")
NOT_OF_A_SOCKET = {"listen_addresses", "port", "daemonize"}  # the containers listen on their private network


def here(command: list[str], port: int) -> list[str]:
    """A compose command as it runs on this host."""
    return [sys.executable if part == "python" else part.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for part in command]


@pytest.mark.parametrize("name", OURS)
def test_make_up_and_compose_start_the_same_command(name: str) -> None:
    assert here(COMPOSE[name]["command"], 8000) == commands(port=8000)[name]


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_only_documented_settings_and_no_secret_of_its_own(name: str) -> None:
    documented = (ROOT / "docs/reference/settings.md").read_text()
    environment = COMPOSE[name]["environment"]
    assert [key for key in environment if f"`{key}`" not in documented] == []
    secret = {key: value for key, value in environment.items() if "KEY" in key or "URL" in key}
    assert all(":?" in value or value == f"${{{key}:-}}" for key, value in secret.items())  # required, or empty unless given


def test_only_the_migration_knows_the_owner_of_the_tables() -> None:
    knows = [name for name, service in COMPOSE.items() if "OWNER" in str(service.get("environment")) or "env_file" in service]
    assert knows == ["migrate", "postgres"]


def test_the_composed_postgresql_has_the_settings_of_the_embedded_one(engines: Engines) -> None:
    words = COMPOSE["postgres"]["command"]
    given = dict(word.split("=") for word in words if "=" in word)
    assert given == {name: value for name, value in POSTGRES_SETTINGS.items() if name not in NOT_OF_A_SOCKET}
    for name, value in given.items():
        # The test run itself trades durability for speed; `make up` does not.
        shown = engines.postgres.sql(f"SHOW {name}").strip()
        assert shown == value or name == "synchronous_commit"
    major = COMPOSE["postgres"]["image"].split(":")[1]
    assert engines.postgres.sql("SHOW server_version").startswith(f"{major}.")
    assert "--encoding=UTF8 --locale=C" in COMPOSE["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert engines.postgres.sql("SHOW lc_collate" if major < "16" else "SHOW lc_messages").strip() == "C"


def test_the_composed_redis_has_the_settings_of_the_embedded_one(engines: Engines) -> None:
    words = shlex.split(COMPOSE["redis"]["command"][-1].replace("$$", "$"))
    given = dict(zip((word.removeprefix("--") for word in words[2::2]), words[3::2], strict=True))
    same = {name: value.strip('"') for name, value in REDIS_SETTINGS.items() if name not in NOT_OF_A_SOCKET}
    assert {name: value for name, value in given.items() if name != "requirepass"} == same
    version = subprocess.run([engines.redis.binary, "--version"], capture_output=True, text=True, check=True).stdout
    embedded = tuple(int(part) for part in re.search(r"v=(\d+)\.(\d+)", version).groups())
    composed = tuple(int(part) for part in COMPOSE["redis"]["image"].split(":")[1].split("."))
    assert (6, 2) <= embedded <= composed


def test_the_health_checks_of_the_servers_answer(engines: Engines) -> None:
    ready = engines.postgres.binaries / COMPOSE["postgres"]["healthcheck"]["test"][1]
    assert subprocess.run([ready, "-h", engines.postgres.where.run, "-U", "postgres"], check=False).returncode == 0
    ping = COMPOSE["redis"]["healthcheck"]["test"][1:]
    password = engines.redis.url().split(":")[2].split("@")[0]
    asked = [engines.redis.binary.with_name(ping[0]), "-s", engines.redis.socket, *ping[1:]]
    done = subprocess.run(asked, env={"REDISCLI_AUTH": password}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "PONG"


@pytest.mark.world
def test_web_worker_and_dispatcher_run_with_the_composed_commands_and_environment(world: World) -> None:
    has_a_default = {name for name, value in COMPOSE["worker"]["environment"].items() if ":-" in value}
    assert set(COMPOSE["worker"]["environment"]) - has_a_default <= set(world.env)
    for name in OURS:
        more = {
            key: COMPOSE[name]["environment"][key]
            for key in set(COMPOSE[name]["environment"]) - set(COMPOSE["worker"]["environment"])
        }
        assert more == EXTRA.get(name, {})
    for name in OURS:
        world.kill(name)
        world.supervisor.processes.pop(name)
        world.supervisor.start(name, here(COMPOSE[name]["command"], world.port))
    world.until(world.answers)
    check = [part.replace("8000", str(world.port)) for part in here(COMPOSE["web"]["healthcheck"]["test"][1:], world.port)]
    assert subprocess.run(check, env=dict(os.environ), check=False).returncode == 0
    alive = here(COMPOSE["dispatcher"]["healthcheck"]["test"][1:], world.port)
    world.until(lambda: subprocess.run(alive, cwd=ROOT, env={**os.environ, **world.env}, check=False).returncode == 0)
    world.until(lambda: any("ready." in line for line in world.lines if line.startswith("worker")))
    assert all(world.supervisor.processes[name].running.poll() is None for name in OURS)
