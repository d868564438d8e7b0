"""A smelter with casthouses of about 680,000 t a year, living a year of operations.

Nothing here is loaded with the add-on; ``make demo-large`` calls :func:`year.live`.
"""
