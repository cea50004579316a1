"""The dates of the catalogue that the rules look at, as they stood when the cases were written."""

DATES = {
    "art5_original": "2025-02-02",
    "art5_new": "2026-12-02",
    "art50": "2026-08-02",
    "art50_2_legacy": "2026-12-02",
    "gpai": "2025-08-02",
    "hr_annex_iii": "2027-12-02",
    "hr_annex_i": "2028-08-02",
}
