"""Two Odoo processes on one database, confirming deliveries at the same moment."""

import threading
import xmlrpc.client
from pathlib import Path

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()
ROUNDS = 3
# Each round: 60 t of CoC Material come in, and two deliveries want 60 t each.
SETUP = f"""
import json

quants = env["stock.quant"].with_context(inventory_mode=True).create({{
    "product_id": slab.id,
    "location_id": warehouse.lot_stock_id.id,
    "lot_id": env["stock.lot"].create({{"name": "OLD", "product_id": slab.id}}).id,
    "inventory_quantity": 1000,
}})
quants.action_apply_inventory()
rounds = []
for number in range({ROUNDS}):
    arrived = receipt(60, 1, 60)
    rounds.append({{
        "receipt": arrived.id,
        "deliveries": [delivery(60, 60).id, delivery(60, 60).id],
    }})
env.cr.commit()
print(json.dumps(rounds))
"""


def confirm_at_once(servers, ids):
    """Validate one delivery on each server at once; the answers, in order."""
    gate = threading.Barrier(len(servers))
    answers = [None] * len(servers)

    def confirm(place):
        gate.wait()
        try:
            servers[place].execute("stock.picking", "button_validate", [ids[place]])
        except xmlrpc.client.Fault as fault:
            answers[place] = fault.faultString

    threads = [
        threading.Thread(target=confirm, args=(place,)) for place in range(len(servers))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_passes_the_other_gets_the_error(database, shell, odoo_server, pg):
    name = database()
    rounds = shell(name, PLANT + SETUP)
    servers = [odoo_server(name), odoo_server(name)]
    for one in rounds:
        servers[0].execute("stock.picking", "button_validate", [one["receipt"]])
        servers[0].execute("stock.picking", "action_coc_verify", [one["receipt"]])
        answers = confirm_at_once(servers, one["deliveries"])
        refusals = [answer for answer in answers if answer]
        assert len(refusals) == 1, answers
        assert "60 t cannot be designated as CoC Material" in refusals[0]
        assert "0 t are available for Casthouse" in refusals[0]
    with pg(name).cursor() as cursor:
        cursor.execute(
            "SELECT sum(mass) FROM asi_coc_entry "
            "WHERE flow = 'output' AND status = 'coc'"
        )
        assert cursor.fetchone()[0] == 60 * ROUNDS
        cursor.execute(
            "SELECT count(*) FROM asi_coc_document WHERE direction = 'issued'"
        )
        assert cursor.fetchone()[0] == ROUNDS
        cursor.execute(
            "SELECT array_agg(right(name, 5) ORDER BY name) FROM asi_coc_document "
            "WHERE direction = 'issued'"
        )
        assert cursor.fetchone()[0] == ["00001", "00002", "00003"]
