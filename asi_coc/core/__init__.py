"""The arithmetic of the Chain of Custody Standard, in plain Python.

Nothing here knows Odoo: the models gather masses, call these functions and
store what comes back. Masses are tonnes in :class:`decimal.Decimal`.
"""
