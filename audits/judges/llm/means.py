"""What a run lends its judge: nothing of it stands in parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from audits.judges.llm.calling import Clock, Door, Kept, Pace
from audits.judges.llm.prompts import JudgePrompt
from audits.judges.llm.spending import Spent


@dataclass(frozen=True, slots=True)
class JudgeMeans:
    """The guarded client, and stored secrets by name (never in parameters).

    prompt: resolved from the registry where the parameters name a version there. marks: the secret under which marks
    and decoys are drawn. recorded: what the run's stored items say was spent on judging so far.
    kept, pace: replies and the moment of the next call, for as long as one worker has the run's target open.
    """

    client: Door
    secrets: Mapping[str, str] = field(default_factory=dict)
    prompt: JudgePrompt | None = None
    marks: bytes = b""
    recorded: Callable[[], Spent] | None = None
    kept: Kept = field(default_factory=Kept)
    pace: Pace = field(default_factory=Pace)
    clock: Clock = field(default_factory=Clock)
