"""Tiers, dimensions and values in the reader's words. Pure."""

from typing import Final

from governance.book import Text
from governance.book import gettext_noop as _
from governance.classification.outcome import UNDETERMINED, Dimension

TIERS: Final = {
    "out_of_scope": _("Out of scope"),
    "prohibited": _("Prohibited practice"),
    "prohibited_from": _("Prohibited practice from %(day)s"),
    "undetermined": _("Undetermined"),
    "high_risk": _("High-risk"),
    "high_risk_sectoral": _("High-risk by the product law of Section B"),
    "not_high_risk_derogated": _("Listed in Annex III, not high-risk by the derogation of Art. 6(3)"),
    "transparency": _("Transparency duties"),
    "minimal": _("Minimal: no listed duty found by these answers"),
}
TITLES: Final = {
    "scope": _("Scope"),
    "prohibition": _("Prohibited practices"),
    "high_risk": _("High-risk"),
    "points": _("Points of Annex III"),
    "conformity": _("Conformity assessment"),
    "registration": _("Registration"),
    "fria": _("Fundamental rights impact assessment"),
    "explanation": _("Right to an explanation"),
    "information": _("Information of workers and affected people"),
    "transparency": _("Transparency"),
    "gpai": _("General-purpose AI model"),
    "roles": _("Roles"),
    "role_basis": _("Provider by Art. 25"),
    "applies_from": _("Applies from"),
}
VALUES: Final = {
    "in_scope": _("In scope"),
    "out_of_scope": _("Out of scope"),
    "annex_i": _("By product law: Annex I, Section A"),
    "annex_i_section_b": _("By product law: Annex I, Section B"),
    "annex_iii": _("By intended purpose: Annex III"),
    "annex_iii_derogated": _("Listed in Annex III, derogation of Art. 6(3)"),
    "no": _("None found by these answers"),
    "sectoral": _("Procedure of the product's own law"),
    "annex_vi": _("Internal control (Annex VI)"),
    "annex_vi_or_vii": _("Internal control (Annex VI) or notified body (Annex VII)"),
    "yes": _("Owed by the deployer"),
    "gpai": _("General-purpose AI model"),
    "systemic": _("General-purpose AI model with systemic risk"),
    "provider": _("Provider"),
    "deployer": _("Deployer"),
    "importer": _("Importer"),
    "distributor": _("Distributor"),
    "authorised_representative": _("Authorised representative"),
    "product_manufacturer": _("Product manufacturer"),
}
ARTICLES: Final = ("prohibition", "registration", "information", "transparency", "role_basis")
NOTHING: Final = Text(VALUES["no"])
OPEN: Final = Text(_("Undetermined"))
PERHAPS: Final = Text(_("Perhaps more: undetermined"))
OUTSIDE: Final = Text(_("Not asked: out of scope"))


_SPANISH: Final = (
    ("third subparagraph", "párrafo tercero"),
    ("Annex", "anexo"),
    ("Section", "sección"),
    ("GDPR", "RGPD"),
)


def article_words(article: str, language: str) -> str:
    """Where something stands in the law, as a reader of this language writes it; a number stays on the line of its article."""
    if language == "es":
        for english, spanish in _SPANISH:
            article = article.replace(english, spanish)
    return article.replace("Art. ", "Art.\N{NO-BREAK SPACE}")


def tier_text(tier: str) -> Text:
    """A headline in words."""
    if tier.startswith("prohibited_from_"):
        return Text(TIERS["prohibited_from"], (("day", tier.removeprefix("prohibited_from_")),))
    return Text(TIERS.get(tier, TIERS[UNDETERMINED]))


def title_of(dimension: str) -> Text:
    """What a dimension is called."""
    return Text(TITLES[dimension])


def values_of(dimension: Dimension) -> tuple[Text, ...]:
    """What was concluded, in words; what nobody knows is said, never left out."""
    if any(step.rule == "outside" for step in dimension.trace):
        return (OUTSIDE,)  # answers there may be, but nobody looked at them
    told = tuple(_value(dimension.id, one) for one in dimension.values)
    if not dimension.determined:
        return (*told, PERHAPS) if told else (OPEN,)
    return told or (NOTHING,)


def _value(dimension: str, value: str) -> Text:
    if dimension in ARTICLES:
        return Text("%(value)s", (("value", f"Art. {value}"),))
    if dimension == "points":
        return Text("%(value)s", (("value", f"{value[0]}({value[1:]})" if len(value) > 1 else value),))
    return Text(VALUES[value]) if value in VALUES else Text("%(value)s", (("value", value),))
