"""The colours of a drawing. On screen they follow the page's theme, on paper they are fixed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One paint per role; `font` is a font-family list."""

    ink: str
    ink2: str
    line: str
    card: str
    accent: str
    met: str
    not_met: str
    inconclusive: str
    font: str

    def state(self, state: str) -> str:
        """The paint of a verdict; the accent where nothing was judged."""
        return {"met": self.met, "not_met": self.not_met, "inconclusive": self.inconclusive}.get(state, self.accent)


PRINT = Palette(
    ink="#1C1B19",
    ink2="#57534B",
    line="#D9D5CC",
    card="#FFFFFF",
    accent="#1F5F5B",
    met="#1E6B3A",
    not_met="#A3241C",
    inconclusive="#8A5A00",
    font="Noto Sans, DejaVu Sans, sans-serif",
)

SCREEN = Palette(
    ink="var(--ink, #1C1B19)",
    ink2="var(--ink-2, #57534B)",
    line="var(--line, #D9D5CC)",
    card="var(--card, #FFFFFF)",
    accent="var(--accent, #1F5F5B)",
    met="var(--met, #1E6B3A)",
    not_met="var(--not-met, #A3241C)",
    inconclusive="var(--inconclusive, #8A5A00)",
    font="system-ui, -apple-system, Segoe UI, Noto Sans, sans-serif",
)
