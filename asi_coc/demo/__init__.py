"""The guidance's three fictional companies and a recycler, living a year of real
operations.

Nothing here is loaded with the add-on; ``make demo`` calls :func:`chain.live`.
"""
