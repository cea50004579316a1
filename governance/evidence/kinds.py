"""Kinds of evidence that no audit makes."""

# What people say, what is built from other evidence, and records: none of it measures, becomes due again or needs a criterion.
NO_AUDIT = (
    "attestation", "classification", "comparison", "decision", "incident", "lineage", "monitoring_plan", "report", "waiver",
    "withdrawal",
)  # fmt: skip
