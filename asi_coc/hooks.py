from odoo.tools import SQL


def uninstall_hook(env):
    """Take the ledger's trigger function along; Odoo drops tables and columns."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS asi_coc_refuse_change() CASCADE"))
