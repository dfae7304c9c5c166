"""Charts: Vega-Lite by Altair, colours by token, every axis with its unit; nothing here decides what is worth drawing.

``picture`` saves one as a file for a page outside the report.
"""
