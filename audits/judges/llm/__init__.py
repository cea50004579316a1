"""A judge behind an OpenAI-compatible chat endpoint, believed only where it can be checked."""

from audits.judges.llm.endpoint import Endpoint
from audits.judges.llm.judge import LlmJudge
from audits.judges.llm.means import JudgeMeans
from audits.judges.llm.prompts import DEFAULT, JudgePrompt

__all__ = ["DEFAULT", "Endpoint", "JudgeMeans", "JudgePrompt", "LlmJudge"]
