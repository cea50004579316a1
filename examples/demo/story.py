"""What the demo tells, step by step, by REST alone: register, draw lineage, freeze criteria, audit, report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.demo.loans import FEATURES, PLANTED_PENALTY, ROWS, LoanFiles
from probanza.canonical import sha256_digest
from probanza.client import Client

RAG = Path(__file__).resolve().parents[1] / "reference_rag"
OWNER = "Ana Ejemplo"

CRITERIA: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "bias": (
        {
            "measure": "selection_rate_ratio",
            "group": [["sex", "woman"]],
            "limit": "0.80",
            "direction": "at_least",
            "rationale": "Women are to be approved at no less than four fifths of the men's rate.",
        },
    ),
    "explainability": (
        {
            "measure": "additivity_residual",
            "limit": "0.01",
            "direction": "at_most",
            "rationale": "The attributions have to add up to what the model says.",
        },
    ),
    "pii": (
        {
            "measure": "texts_with_finding",
            "limit": "0.05",
            "direction": "at_most",
            "rationale": "At most one passage in twenty may carry personal data.",
        },
    ),
    "fidelity": (
        {
            "measure": "unsupported_answers",
            "limit": "0.10",
            "direction": "at_most",
            "rationale": "At most one answer in ten may lack support in what was retrieved.",
        },
    ),
}


@dataclass
class Story:
    """The ids that later steps need, by name."""

    client: Client
    tell: Callable[[str], None]
    versions: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, list[str]] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)

    def register(self, loans: LoanFiles, rag_url: str) -> None:
        """The system and its components, each as an immutable version."""
        knowledge = sorted((RAG / "knowledge").glob("*.md"))
        whole = b"".join(path.read_bytes() for path in knowledge)
        parts: dict[str, tuple[str, str, dict[str, Any]]] = {
            "generator": (
                "model",
                "Extractive answerer",
                {"provider": "Probanza examples", "family": "extractive", "format": "code"},
            ),
            "answer_prompt": (
                "prompt",
                "Answer from the passages",
                {"template": "Answer from the passages only.\n{passages}\n{question}", "variables": ["passages", "question"]},
            ),
            "knowledge": (
                "knowledge_base",
                "Company facts",
                {
                    "documents": len(knowledge),
                    "sha256": _hex(whole),
                    "splitter": "RecursiveCharacterTextSplitter",
                    "encoder": "all-MiniLM-L6-v2 int8",
                },
            ),
            "loan_history": (
                "dataset",
                "Past credit decisions (invented)",
                {
                    "rows": ROWS,
                    "columns": ["sex", "age_band", *FEATURES, "repaid", "decided"],
                    "use": "training",
                    "origin": f"generated; women had to be better by {2 * PLANTED_PENALTY} log-odds",
                    "personal_data": False,
                },
            ),
            "credit_model": (
                "model",
                "Credit classifier",
                {
                    "provider": OWNER,
                    "family": "gradient boosted trees",
                    "format": "xgboost",
                    "sha256": _hex(loans.model.read_bytes()),
                },
            ),
        }
        for role, (kind, name, spec) in parts.items():
            self._register(role, kind, name, spec)
        components = [{"role": role, "version": self.versions[role]} for role in parts if role != "loan_history"]
        system = {
            "purpose": "Answers customers' questions about the company and pre-scores their credit applications.",
            "intended_use": "A first look at credit applications; a person decides.",
            "owner": OWNER,
            "roles": ["provider", "deployer"],
            "users_affected": ["applicants for consumer credit", "visitors of the help page"],
            "area": "5(b)",
            "oversight": "A credit officer confirms or overturns each score.",
            "languages": ["es", "en"],
            "provider": "Credito Ejemplo, S.A. (invented)",
            "provider_address": "Calle del Ejemplo 1, 28001 Madrid",
            "provider_contact": "ai@credito.example",
            "provider_size": "small",
            "trade_name": "Credit assistant",
            "reference": "CE-CA-1",
            "system_type": "Retrieval-augmented assistant with a credit score",
            "functions": "Answers questions from the company's own pages; scores applications for consumer credit.",
            "inputs": "Questions of visitors; income, debts and history of applicants.",
            "operating_logic": "Passages are retrieved and quoted; a tree ensemble scores; a person decides.",
            "market_status": "not_placed",
            "member_states": ["ES"],
            "personal_data": True,
            "instructions_url": "https://credito.example/instructions",
        }
        self._register("system", "ai_system", "Credit assistant", system, components)
        self.tell(f"registered one system with {len(components)} components; its help page answers at {rag_url}")

    def _register(
        self, role: str, kind: str, name: str, spec: dict[str, Any], components: list[dict[str, str]] | None = None
    ) -> None:
        asset = self.client.post("/api/v1/assets", {"kind": kind, "name": name, "owner": OWNER})
        body = {"spec": spec, "components": components or []}
        version = self.client.post(f"/api/v1/assets/{asset['id']}/versions", body)
        self.assets[role], self.versions[role] = asset["id"], version["id"]

    def draw_lineage(self) -> None:
        """Who was trained on what, who retrieves from where; then seal the graph."""
        edges = (
            ("credit_model", "loan_history", "trained_on"),
            ("system", "answer_prompt", "prompted_by"),
            ("system", "knowledge", "retrieves_from"),
            ("credit_model", "loan_history", "evaluated_on"),
        )
        for source, target, kind in edges:
            self.client.post(
                "/api/v1/lineage/edges", {"source": self.versions[source], "target": self.versions[target], "kind": kind}
            )
        graph = self.client.get(f"/api/v1/lineage/{self.versions['system']}", direction="upstream", depth=5)
        self.client.post(f"/api/v1/lineage/{self.versions['system']}/seal")
        self.tell(f"drew and sealed the lineage: {len(graph['nodes'])} versions, {len(graph['edges'])} edges")

    def open_doors(self, loans: LoanFiles, rag_url: str) -> None:
        """Upload what is audited from files and register the four targets."""
        paths = {"predictions": loans.predictions, "model": loans.model, "rows": loans.rows, "background": loans.background}
        paths |= {"questions": RAG / "questions.jsonl"}
        paths |= {f"knowledge/{path.name}": path for path in sorted((RAG / "knowledge").glob("*.md"))}
        self.files = {name: self.client.upload(path) for name, path in paths.items()}
        texts = [file for name, file in self.files.items() if name.startswith("knowledge/")]
        model = {name: self.files[name] for name in ("rows", "background")}
        self._open("bias", "Credit decisions", "table", {"file": self.files["predictions"]})
        self._open(
            "explainability", "Credit model file", "model_file", {"file": self.files["model"], "format": "xgboost", **model}
        )
        self._open("pii", "Knowledge base", "texts", {"files": texts, "language": "en"})
        rag = {
            "url": f"{rag_url}/ask",
            "questions": self.files["questions"],
            "passage_id_path": "id",
            "passage_score_path": "score",
        }
        self._open("fidelity", "Help page", "http_rag", rag)
        self.tell(f"uploaded {len(self.files)} files and registered {len(self.targets)} targets")

    def _open(self, kind: str, name: str, type_: str, spec: dict[str, Any]) -> None:
        self.targets[kind] = self.client.post("/api/v1/targets", {"name": name, "type": type_, "spec": spec})["id"]

    def freeze_criteria(self) -> None:
        """Before any run: what is going to count as good enough, and why."""
        for kind, wanted in CRITERIA.items():
            body = {"system": self.assets["system"], "kind": kind}
            self.criteria[kind] = [self.client.post("/api/v1/criteria", {**body, **criterion})["id"] for criterion in wanted]
        self.tell(f"froze {sum(map(len, self.criteria.values()))} criteria before the first run")

    def plan_monitoring(self) -> None:
        """What is looked at again and again once the system is in use (Art. 72)."""
        lines = [{"kind": kind, "measure": wanted[0]["measure"], "every_days": 30} for kind, wanted in CRITERIA.items()]
        body = {"system": self.assets["system"], "lines": lines, "note": "What the criteria hold, once a month."}
        made = self.client.post("/api/v1/monitoring-plans", body)
        self.tell(f"set and sealed a monitoring plan of {len(made['lines'])} lines")

    def trigger(self) -> None:
        """Ask for the four audits; each answers 202 at once."""
        parameters: dict[str, dict[str, Any]] = {
            "bias": {
                "prediction": "approved",
                "label": "repaid",
                "favourable": "1",
                "sensitive": ["sex", "age_band"],
                "reference": {"sex": "man"},
            },
            "explainability": {},
            "pii": {},
            "fidelity": {},
        }
        for kind, given in parameters.items():
            body = {
                "system_version": self.versions["system"],
                "kind": kind,
                "target": self.targets[kind],
                "parameters": given,
                "criteria": self.criteria[kind],
            }
            self.runs[kind] = self.client.post("/api/v1/audits", body)["id"]
        self.tell("triggered four audits by REST")

    def report(self, directory: Path, language: str = "en") -> dict[str, Path]:
        """Build the report and write its three forms."""
        made = self.client.post("/api/v1/reports", {"system_version": self.versions["system"], "language": language})
        directory.mkdir(parents=True, exist_ok=True)
        written = {}
        for form in ("pdf", "html", "json"):
            written[form] = directory / f"report.{form}"
            written[form].write_bytes(self.client.download(f"/api/v1/reports/{made['id']}/{form}"))
        return written


def _hex(content: bytes) -> str:
    return sha256_digest(content).removeprefix("sha256:")
