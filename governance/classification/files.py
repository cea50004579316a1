"""Answers written in a file: YAML or JSON, read without tricks. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from governance.classification.questions import check_answers
from governance.shapes import ShapeError

LARGEST: Final = 256 * 1024
DEEPEST: Final = 8


class _Reader(yaml.SafeLoader):
    """Reads a day as the text it is, so that a day that there is not is told like any other wrong answer."""


_Reader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class FileError(ValueError):
    """A file of answers does not fit. line: where, from 1; 0 for the whole file. question: which one, if it is about one."""

    def __init__(self, line: int, question: str, problem: str) -> None:
        self.line, self.question = line, question
        where = f"line {line}: " if line else ""
        super().__init__(f"{where}{problem}")


def read_answers(text: str) -> dict[str, Any]:
    """The answers of a file: questions and answers, or an object whose `answers` holds them (the rest are notes).

    Raises:
        FileError: naming line and question: no YAML, an alias, a question twice or unknown, an answer that is none.
    """
    lines, content = _content(text)
    if isinstance(content, dict) and isinstance(content.get("answers"), Mapping):
        content = content["answers"]
    if not isinstance(content, dict) or not content:
        raise FileError(0, "", "holds no answers; write `question: answer`, a line for each.")
    try:
        return check_answers(content)
    except ShapeError as error:
        raise FileError(lines.get(error.field, 0), error.field, str(error)) from None


def _content(text: str) -> tuple[dict[str, int], Any]:
    if len(text) > LARGEST:
        raise FileError(0, "", f"has {len(text)} characters; at most {LARGEST} are allowed.")
    try:
        _check_plain(text)
        node = yaml.compose(text, Loader=_Reader)
        return _lines(node), yaml.load(text, Loader=_Reader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        raise FileError(_line(error.problem_mark), "", f"is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(0, "", f"is not YAML: {error}") from None


def _check_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise FileError(_line(event.start_mark), "", "an alias is not allowed; write the answer out.")
        if depth > DEEPEST:
            raise FileError(_line(event.start_mark), "", f"is nested deeper than {DEEPEST} levels.")


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 0


def _lines(node: Any) -> dict[str, int]:
    """Key -> line of the outermost mapping and of those inside it. Raises `FileError` where a key stands twice."""
    found: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        name, line = str(key.value), key.start_mark.line + 1
        if name in found:
            raise FileError(line, name, f"{name}: stands there twice; its first place is line {found[name]}.")
        found[name] = line
        if name == "answers":
            found |= _lines(value)
    return found
