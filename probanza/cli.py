"""`probanza gate`: the command line for build pipelines. Exit status 0 pass, 1 fail, 2 usage, 3 never judged, 4 inconclusive."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import httpx

from probanza import verify
from probanza.gate import Ending, Wanted, gate
from probanza.junit import junit
from probanza.outcome import WORDS, Code
from probanza.patient import Patient, Refused, opened
from probanza.report import Report, as_json
from probanza.sarif import sarif
from probanza.telling import Progress, say, table
from probanza.words import told

FORMS: dict[str, Callable[[Report], bytes]] = {"json": as_json, "junit": junit, "sarif": sarif}
EPILOG = """exit status:
  0  pass: every criterion is met
  1  fail: a criterion is not met (or is inconclusive, with --inconclusive-is-failure)
  2  usage or configuration: also a suite with an audit that no criterion judges
  3  never judged: service out of reach, an audit failed or was cancelled, or the time was up
  4  inconclusive: an interval lies across its limit, or too little was measured"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # absent where a caller put its own
    given = _parser().parse_args(arguments)
    if given.command == "verify":
        head = [f"--head={given.head}"] if given.head else []
        return verify.main([str(given.bundle), *(f"--key={key}" for key in given.key), *head])
    code = Code.NEVER
    with _Boundary():
        code = _gate(given)
    return int(code)


class _Boundary:
    """What nobody foresaw must not read as "fail" (1) or "pass" (0): its type is told, and nothing was judged (3)."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> bool:
        if kind is None or issubclass(kind, SystemExit):
            return False
        _warn(f"never judged: ended by {kind.__name__}")
        return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="probanza", description="Probanza from the command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "gate",
        help="run a suite of audits and let the verdict decide",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    one.add_argument("--system", required=True, help="slug or id of the AI system")
    one.add_argument("--suite", required=True, help="name of its suite, such as release")
    one.add_argument("--version", type=_count, metavar="N", help="number of the system's version (default: the newest)")
    one.add_argument("--url", required=True, help="address of the service, such as https://probanza.example.org")
    one.add_argument("--token-env", default="PROBANZA_TOKEN", metavar="NAME", help="environment variable that holds the token")
    one.add_argument("--json", type=Path, metavar="FILE", help="write the outcome as JSON")
    one.add_argument("--junit", type=Path, metavar="FILE", help="write the outcome as JUnit XML")
    one.add_argument("--sarif", type=Path, metavar="FILE", help="write the outcome as SARIF 2.1.0")
    one.add_argument("--sarif-anchor", default="README.md", metavar="PATH", help="file of your repository findings are shown at")
    one.add_argument("--inconclusive-is-failure", action="store_true", help="exit 1 instead of 4")
    one.add_argument("--timeout", type=_seconds, default=3600.0, metavar="S", help="seconds for the whole run (default: 3600)")
    one.add_argument("--patience", type=_seconds, default=120.0, metavar="S", help="seconds without an answer (default: 120)")
    one.add_argument("--idempotency-key", default="", metavar="KEY", help="the same key gives the same run (default: a new one)")
    one.add_argument("--ca-file", default="", metavar="FILE", help="certificates to trust instead of the usual ones")
    one.add_argument("--proxy", default="", metavar="URL", help="proxy to call through; none is taken from the environment")
    check = commands.add_parser("verify", help="check an evidence bundle offline")
    check.add_argument("bundle", type=Path, help="the bundle, or the folder it was unpacked to")
    check.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="trust only this key; repeatable")
    check.add_argument("--head", type=Path, metavar="FILE", help="a head that you kept, as JSON: it must be contained")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number < 2**31:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 7 * 86_400:
        raise argparse.ArgumentTypeError("must be seconds, more than 0 and at most a week")
    return seconds


def _gate(given: argparse.Namespace) -> Code:
    started = _now()
    paths: dict[str, Path] = {form: path for form in FORMS if (path := getattr(given, form)) is not None}
    unwritable = [str(path) for path in paths.values() if path.is_dir() or not path.absolute().parent.is_dir()]
    if unwritable:
        _warn(f"no file can be written at {told(', '.join(unwritable))}")
        return Code.USAGE
    ending = _ended(given)
    report = Report(
        code=ending.code,
        reason=ending.reason,
        system=given.system,
        suite=given.suite,
        url=_shown(given.url),
        host=_host(given.url),
        started_at=started,
        ended_at=_now(),
        strict=given.inconclusive_is_failure,
        anchor=given.sarif_anchor,
        run=ending.run,
    )
    _tell(report)
    return _written(report, paths)


def _ended(given: argparse.Namespace) -> Ending:
    odd = [text for text in (given.system, given.suite, given.sarif_anchor) if not text.isprintable() or not 0 < len(text) <= 100]
    if odd:
        return Ending(
            Code.USAGE, f"--system, --suite and --sarif-anchor have 1 to 100 printable characters, unlike {told(odd[0])}"
        )
    token = os.environ.get(given.token_env, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        return Ending(Code.USAGE, f"the environment variable {told(given.token_env)} holds no token")
    key = given.idempotency_key or f"gate-{uuid4()}"
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        return Ending(Code.USAGE, "--idempotency-key must be at most 200 printable ASCII characters")
    wanted = Wanted(given.system, given.suite, key, given.version, given.timeout, given.inconclusive_is_failure)
    progress = Progress(sys.stderr)
    try:
        with opened(given.url, token, ca_file=given.ca_file, proxy=given.proxy) as http:
            return gate(Patient(http, given.patience), wanted, progress.show)
    except Refused as error:
        return Ending(Code.USAGE, told(error))
    finally:
        progress.end()


def _tell(report: Report) -> None:
    run = report.run
    if run is not None:
        say(f"Suite {told(run.suite)} {run.suite_number} on {told(run.system)} {run.number}, run {told(run.id)}\n", sys.stdout)
        for line in table(run):
            say(f"| {line}\n", sys.stdout)
    say(f"Gate: {WORDS[report.code]}: {told(report.reason)}\n", sys.stdout)


def _written(report: Report, paths: dict[str, Path]) -> Code:
    code = report.code
    for form, path in paths.items():
        try:
            path.write_bytes(FORMS[form](report))
        except OSError as error:
            _warn(f"{told(path)} could not be written: {told(error.strerror)}")
            code = Code.NEVER if code == Code.PASS else code  # a pass that cannot be shown is none
    return code


def _warn(line: str) -> None:
    say(f"probanza: {line}\n", sys.stderr)


def _shown(url: str) -> str:
    """The address without what may be secret in it."""
    with suppress(httpx.InvalidURL, ValueError):
        return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))
    return ""


def _host(url: str) -> str:
    with suppress(httpx.InvalidURL, ValueError):
        return httpx.URL(url).host
    return ""


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main())
