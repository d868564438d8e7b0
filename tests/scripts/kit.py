"""Run after ``plant.py`` in ``bin/odoo shell``, with or without asi_coc.

Scraps a kit of slab and prints the name of the error, or nothing.
"""

# The test reads what is printed.
# pylint: disable=print-used

import json

slab.tracking = "none"  # noqa: F821
kit = env["product.product"].create({"name": "Pair", "is_storable": True})  # noqa: F821
env["mrp.bom"].create(  # noqa: F821
    {
        "product_tmpl_id": kit.product_tmpl_id.id,
        "type": "phantom",
        "bom_line_ids": [
            Command.create({"product_id": slab.id, "product_qty": 2})  # noqa: F821
        ],
    }
)
arrived = transfer("in", SUPPLIERS, warehouse.lot_stock_id, 10)  # noqa: F821
arrived.move_ids.quantity = 10
arrived.move_ids.picked = True
validate(arrived)  # noqa: F821

scrap = env["stock.scrap"].create(  # noqa: F821
    {
        "product_id": kit.id,
        "scrap_qty": 2,
        "location_id": warehouse.lot_stock_id.id,  # noqa: F821
    }
)
scrap._onchange_product_id()
failure = None
try:
    scrap.action_validate()
except Exception as error:
    failure = type(error).__name__
env.cr.rollback()  # noqa: F821
print(json.dumps(failure))
