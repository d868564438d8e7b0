"""The guidance's three fictional companies, a recycler and a smelter that gets
certified, living a year of real operations.

Nothing here is loaded with the add-on; ``make demo`` calls :func:`chain.live`.
"""
