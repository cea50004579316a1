"""The life of an asset, from design to the end of its use."""

STAGES = ("design", "development", "validation", "production", "retired")
FIRST_STAGE = "design"
