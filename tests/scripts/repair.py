"""Run after ``plant.py`` in ``bin/odoo shell`` with ``repair`` installed.

Repairs a machine with slab: a part used up, one taken out and kept, one taken
out and thrown away. Prints what the ledger says of each as JSON.
"""

# The test reads what is printed.
# pylint: disable=print-used

import json

slab.tracking = "none"  # noqa: F821
arrived = transfer("in", SUPPLIERS, warehouse.lot_stock_id, 10)  # noqa: F821
arrived.move_ids.quantity = 10
arrived.move_ids.picked = True
validate(arrived)  # noqa: F821

machine = env["product.product"].create(  # noqa: F821
    {"name": "Ingot Mould", "is_storable": True, "coc_material": "aluminium"}
)
machine.coc_net_mass = 1
stocked = env["stock.quant"].with_context(inventory_mode=True)  # noqa: F821
stocked.create(
    {
        "product_id": machine.id,
        "location_id": warehouse.lot_stock_id.id,  # noqa: F821
        "inventory_quantity": 1,
    }
).action_apply_inventory()


def entries(moves):
    """What the ledger says of these moves: flow, status, facility, tonnes."""
    return [
        [flow, status, facility.name, mass]
        for flow, status, facility, mass in env["asi.coc.entry"]._read_group(  # noqa: F821
            [("move_id", "in", moves.ids)],
            ["flow", "status", "facility_id"],
            ["mass:sum"],
        )
    ]


order = env["repair.order"].create(  # noqa: F821
    {
        "product_id": machine.id,
        "product_qty": 1,
        "picking_type_id": warehouse.repair_type_id.id,  # noqa: F821
        "move_ids": [
            Command.create(  # noqa: F821
                {
                    "product_id": slab.id,  # noqa: F821
                    "product_uom_qty": quantity,
                    "repair_line_type": kind,
                }
            )
            for kind, quantity in (("add", 3), ("recycle", 2), ("remove", 1))
        ],
    }
)
order.action_validate()
order.action_repair_start()
for move in order.move_ids:
    move.quantity = move.product_uom_qty
order.action_repair_end()
assert order.state == "done", order.state

parts = {move.repair_line_type: move for move in order.move_ids}
result = {
    "added": entries(parts["add"]),
    "recycled": entries(parts["recycle"]),
    "removed": entries(parts["remove"]),
    "product": entries(order.move_id),
}
parts["add"].quantity = 4
result["edited"] = entries(parts["add"])
result["differences"] = env["asi.coc.total"]._find_differences()  # noqa: F821
effect = {"input": 1, "gain": 1, "loss": -1}
result["ledger"] = sum(
    effect[flow] * mass
    for flow, mass in env["asi.coc.entry"]._read_group(  # noqa: F821
        [("product_id", "=", slab.id)],  # noqa: F821
        ["flow"],
        ["mass:sum"],
    )
)
result["stock"] = slab.qty_available  # noqa: F821
env.cr.rollback()  # noqa: F821
print(json.dumps(result))
