from odoo.tools import SQL


def uninstall_hook(env):
    """Take the ledger's trigger functions along; Odoo drops tables and columns."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS asi_coc_refuse_change() CASCADE"))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS asi_coc_refuse_seal_change() CASCADE"))
