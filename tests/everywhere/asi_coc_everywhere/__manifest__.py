{
    "name": "ASI Chain of Custody Everywhere",
    "summary": "Every company has an active scope: for `make test-odoo` only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "asi_coc contributors",
    "depends": ["asi_coc"],
    "post_init_hook": "post_init_hook",
}
