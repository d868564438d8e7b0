from . import models


def post_init_hook(env):
    """Put the warehouses that are there already into scopes."""
    env["stock.warehouse"].search([])._coc_enter_scope()
