"""The form for model hubs: a Hugging Face model card, `README.md` with YAML in front. Same sealed bytes, same bytes.

The `model-index` in front holds every figure that could be estimated, each with its interval and n in its name, because the
format has no other place for them; the tables below hold all, with method, criterion and its date. Whatever came from outside
is escaped: nothing of it is markup here.
Source: https://github.com/huggingface/hub-docs/blob/main/modelcard.md
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import yaml

from governance.book import gettext_noop
from governance.charts.svg import clean
from governance.reports.moments import iso_moment_words
from governance.reports.said import DISCLAIMER, NOTHING, Voice, voice_of
from governance.reports.sealed import SealedReport
from governance.reports.told import Figure, Judged, Proof, Told, told

CONTENT_TYPE = "text/markdown; charset=utf-8"
WIDE = 10_000  # one line a value: what a reader compares
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&|~#$@])")
_LINKS = re.compile(r"(?i)(?<=www)\.|:(?=//)")
_STARTS = re.compile(r"^(\d*)([-+=.)])(?=[\s=-]|$)")

_TITLE = gettext_noop("Evidence report: %(system)s")
_SECTIONS = {
    "details": gettext_noop("Details of the system"),
    "uses": gettext_noop("Uses"),
    "standing": gettext_noop("Where the evidence stands"),
    "figures": gettext_noop("What was measured"),
    "limits": gettext_noop("What these figures do not show"),
    "verify": gettext_noop("How to verify this"),
}
_FIELDS = (
    ("purpose", gettext_noop("Purpose")),
    ("intended_use", gettext_noop("Intended purpose in full")),
    ("foreseeable_misuse", gettext_noop("Foreseeable misuse")),
    ("users_affected", gettext_noop("Persons affected")),
    ("oversight", gettext_noop("Human oversight")),
)
_COLUMNS = (
    gettext_noop("Measure"),
    gettext_noop("Group"),
    gettext_noop("Result"),
    gettext_noop("Level and method"),
    gettext_noop("Verdict"),
    gettext_noop("Criterion frozen"),
    gettext_noop("Evidence"),
)
_VERIFY = gettext_noop(
    "Every figure is copied from sealed evidence; the column Evidence names the first characters of its digest. The report "
    "itself is sealed as %(digest)s. Ask its publisher for the bundle and check it offline: %(command)s"
)
_STALE = gettext_noop("Stale: a version this test stands on has a successor (%(changes)s). Run it again.")
_FROZEN = gettext_noop("%(when)s by %(who)s")


def render(report: SealedReport) -> bytes:
    """The report as a model card."""
    rows = told(report)
    voice = voice_of(rows)
    front = yaml.dump(_front(rows), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDE)
    return f"---\n{front}---\n\n{_body(rows, voice)}\n".encode()


class _Dumper(yaml.SafeDumper):
    """Decimal numbers as they were sealed, digit for digit."""

    def ignore_aliases(self, data: Any) -> bool:
        """Each value stands where it belongs."""
        return True


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    words = format(value, "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float", words if "." in words else f"{words}.0")


_Dumper.add_representer(Decimal, _number)


def _front(rows: Told) -> dict[str, Any]:
    kinds = dict.fromkeys(figure.kind for figure in rows.figures() if figure.value is not None)
    results = [_index(rows, kind) for kind in kinds]
    known = [str(one) for one in rows.system.spec.get("languages") or ()]
    front: dict[str, Any] = {"language": [clean(one) for one in known] or [rows.language], "tags": ["probanza", "ai-governance"]}
    if results:
        front["model-index"] = [{"name": clean(rows.system.name), "results": results}]
    return front


def _index(rows: Told, kind: str) -> dict[str, Any]:
    found = [figure for figure in rows.figures() if figure.kind == kind and figure.value is not None]
    return {
        "task": {"type": clean(kind)},
        "dataset": {"type": "sealed-evidence", "name": clean(", ".join(dict.fromkeys(one.evidence for one in found)))},
        "metrics": [
            {"type": clean(one.name), "value": Decimal(one.value), "name": clean(_name(one))}
            for one in found
            if one.value is not None
        ],
    }


def _name(figure: Figure) -> str:
    group = f" ({figure.of_group()})" if figure.group else ""
    within = (
        "no interval" if figure.low is None or figure.high is None else f"{figure.level} interval [{figure.low}, {figure.high}]"
    )
    return f"{figure.name}{group}, {within}, n {figure.n}"


def _body(rows: Told, voice: Voice) -> str:
    def titled(name: str, lines: Iterable[str]) -> Iterator[str]:
        found = [one for one in lines if one]
        if found:
            yield f"## {text(voice.message(_SECTIONS[name]))}"
            yield from found

    told_first = [] if rows.evidence else [f"**{text(voice.message(NOTHING))}**"]
    blocks = [
        f"# {text(voice.message(_TITLE, system=clean(rows.system.name)))}",
        f"> {text(voice.message(DISCLAIMER))}",
        *told_first,
        *titled("standing", [_list(voice.counts(rows))]),
        *titled("details", [_details(rows, voice)]),
        *titled("uses", [_uses(rows, voice)]),
        *titled("figures", [_figures(proof, rows, voice) for proof in rows.evidence]),
        *titled("limits", [_list(_limits(rows, voice))]),
        *titled("verify", [text(voice.message(_VERIFY, digest=rows.digest, command="python -m probanza.verify bundle.zip"))]),
    ]
    return "\n\n".join(blocks)


def text(words: str) -> str:
    """Words as Markdown that shows exactly these words, in one line."""
    one_line = " ".join(clean(words).split())
    return _STARTS.sub(r"\1\\\2", _LINKS.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\1", one_line)))


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {text(item)}" for item in items)


def _details(rows: Told, voice: Voice) -> str:
    given = (
        (gettext_noop("AI system"), rows.system.name),
        (gettext_noop("Version"), rows.system.number),
        (gettext_noop("Digest of the version"), rows.system.digest),
        (gettext_noop("Organisation"), rows.organisation),
        (gettext_noop("Issued"), iso_moment_words(rows.issued_at, rows.language)),
        (gettext_noop("Text of the law"), str(rows.law.get("text_version") or "")),
    )
    own = [f"{voice.message(name)}: {value}" for name, value in given if value]
    return _list([*own, *(f"{voice.name(part.role)}: {part.name} {part.number} {part.digest}" for part in rows.parts[1:])])


def _uses(rows: Told, voice: Voice) -> str:
    found = [(voice.message(title), _joined(rows.system.spec.get(name))) for name, title in _FIELDS]
    return _list([f"{title}: {words}" for title, words in found if words])


def _joined(given: Any) -> str:
    return ", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given or "")


def _figures(proof: Proof, rows: Told, voice: Voice) -> str:
    if not proof.figures:
        return ""
    stale = f"**{text(voice.message(_STALE, changes='; '.join(proof.stale)))}**\n\n" if proof.stale else ""
    head = "| " + " | ".join(text(voice.message(name)) for name in _COLUMNS) + " |"
    lines = [head, "|" + "---|" * len(_COLUMNS)]
    lines += [_row(figure, proof, rows, voice) for figure in proof.figures]
    return f"### {text(voice.name(proof.kind))}\n\n{stale}" + "\n".join(lines)


def _row(figure: Figure, proof: Proof, rows: Told, voice: Voice) -> str:
    cells = (
        voice.title(figure),
        figure.of_group(),
        voice.figure(figure),
        f"{figure.level} {figure.method}",
        voice.verdicts(figure),
        "; ".join(_frozen(one, rows, voice) for one in figure.judged if one.frozen_at),
        proof.digest.removeprefix("sha256:")[:12],
    )
    return "| " + " | ".join(text(cell) for cell in cells) + " |"


def _frozen(judged: Judged, rows: Told, voice: Voice) -> str:
    return voice.message(_FROZEN, when=iso_moment_words(judged.frozen_at, rows.language), who=judged.author)


def _limits(rows: Told, voice: Voice) -> list[str]:
    return [voice.message(one) for one in dict.fromkeys(limit for proof in rows.evidence for limit in proof.limits)]
