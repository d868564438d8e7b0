"""Sets up Odoo, Python, PostgreSQL and databases for this project.

Only Python's standard library is used here: this package runs before anything
else is installed.  ``python3 -m tooling`` lists the commands.
"""
