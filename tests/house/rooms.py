"""What the house tests ask of the tree: which modules there are and which of them are pure."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("governance", "audits", "lineage", "probanza")
PURE = (
    "probanza.canonical",
    "probanza.cli",
    "probanza.proofs",
    "governance.shapes",
    "governance.marks",
    "governance.book",
    "governance.names",
    "governance.charts",
    "governance.evidence.facts",
    "governance.evidence.statement",
    "governance.access.roles",
    "governance.access.policies",
    "governance.access.actors",
    "governance.registry.specs",
    "governance.registry.fingerprint",
    "governance.compliance.frameworks",
    "governance.compliance.library",
    "governance.compliance.verdict",
    "governance.reports.parts",
    "governance.reports.build",
    "governance.retention.periods",
    "governance.monitoring.plan",
    "governance.monitoring.section",
    "governance.incidents.life",
    "governance.incidents.told",
    "governance.incidents.section",
    "governance.compliance.sealed",
    "governance.compliance.said",
    "governance.compliance.applying",
    "governance.compliance.assessment",
    "governance.compliance.statements.checking",
    "governance.outbound",
    "audits.contract",
    "audits.states",
    "audits.reasons",
    "audits.suites.cron",
    "audits.suites.standing",
    "audits.review.figures",
    "audits.review.section",
    "audits.measures",
    "audits.judges",
    "audits.targets",
    "audits.kinds",
    "lineage.graph",
    "lineage.graph_fast",
    "lineage.stated",
)
HEAVY = (
    "shap",
    "fairlearn",
    "presidio_analyzer",
    "spacy",
    "torch",
    "metadata",
    "sklearn",
    "pandas",
    "onnxruntime",
    "xgboost",
    "lightgbm",
    "numba",
)


def sources() -> dict[str, Path]:
    """Every module of the house but tests and migrations: dotted name -> file."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if {"migrations", "tests"} & set(parts):
                continue
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def below(prefix: str) -> list[str]:
    """The module `prefix` and everything under it."""
    return [name for name in sources() if name == prefix or name.startswith(f"{prefix}.")]


def trees() -> dict[str, ast.Module]:
    """Every module's syntax tree."""
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in sources().items()}
