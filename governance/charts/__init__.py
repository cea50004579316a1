"""Numbers to SVG: one drawing for page and PDF. Pure; needs neither a browser nor a font."""

from governance.charts.bars import bar_chart
from governance.charts.intervals import interval_plot
from governance.charts.palette import PRINT, SCREEN, Palette
from governance.charts.tables import chart_table, describe

__all__ = ["PRINT", "SCREEN", "Palette", "bar_chart", "chart_table", "describe", "interval_plot"]
