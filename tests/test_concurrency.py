"""Two at the same moment: deliveries that want the same mass, a close and a posting."""

import datetime
import threading
import xmlrpc.client
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
PLANT = (SCRIPTS / "plant.py").read_text()
AT_ONCE = (SCRIPTS / "at_once.py").read_text()
RACE = (SCRIPTS / "race.py").read_text()
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


def verify(server, receipt):
    """Type what the supplier's paper says, and verify it."""
    action = server.execute("stock.picking", "action_coc_received_document", [receipt])
    paper = {
        "date": str(datetime.date.today()),
        "responsible": "Jan Rogers",
        "conformance": True,
    }
    server.execute("asi.coc.document", "write", [action["res_id"]], paper)
    server.execute("stock.picking", "action_coc_verify", [receipt])


def test_one_passes_the_other_gets_the_error(database, shell, odoo_server, pg):
    name = database()
    rounds = shell(name, PLANT + SETUP)
    servers = [odoo_server(name), odoo_server(name)]
    for one in rounds:
        servers[0].execute("stock.picking", "button_validate", [one["receipt"]])
        verify(servers[0], one["receipt"])
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


# A posting is under way and not committed when the close begins; what fails is
# run again with a new snapshot, as Odoo does with a request.
POSTING_FIRST = """
answers = []
posting, _pid = snapshot()
closing, pid = snapshot()
post(posting)
thread = threading.Thread(target=attempt, args=(close, closing, answers))
thread.start()
wait_for_lock(pid)
posting.commit()
posting.close()
thread.join()
if answers != ["done"]:
    attempt(close, snapshot()[0], answers)
report(answers)
"""
# The posting began before the close, and goes on after it.
CLOSE_FIRST = """
answers = []
posting, _pid = snapshot()
attempt(close, snapshot()[0], answers)
attempt(post, posting, answers)
report(answers)
"""


@pytest.mark.parametrize(
    "first", [True, False], ids=["first of the period", "one more"]
)
def test_close_sees_a_posting_under_way_or_starts_again(database, shell, first):
    result = shell(
        database(), f"FIRST = {first}\n{PLANT}{AT_ONCE}{RACE}{POSTING_FIRST}"
    )
    assert result["answers"][-1] == "done", result
    assert set(result["answers"][:-1]) <= {"SerializationFailure"}, result
    assert result["state"] == "closed"
    # 100 t, and the 7 t that were there before; in the ledger, totals and figures.
    assert result["masses"] == [100 if first else 107] * 3
    assert result["differences"] == 0


@pytest.mark.parametrize(
    "first", [True, False], ids=["first of the period", "one more"]
)
def test_posting_does_not_go_into_a_period_closed_meanwhile(database, shell, first):
    result = shell(database(), f"FIRST = {first}\n{PLANT}{AT_ONCE}{RACE}{CLOSE_FIRST}")
    assert result["answers"][0] == "done", result
    assert result["answers"][1] == "SerializationFailure", result
    assert result["state"] == "closed"
    assert result["masses"] == [0 if first else 7] * 3
    assert result["differences"] == 0


# Both open the menu for the first time; the second does not see the first one's rows.
FIRST_READERS = """
import json
from odoo import api

env.cr.commit()

def look(cr):
    own = api.Environment(cr, env.uid, {})
    own["asi.coc.readiness"].action_open()
    own.flush_all()

answers = race(look, look)
print(json.dumps([answers, env["asi.coc.readiness"].search_count([])]))
"""


def test_two_look_at_readiness_for_the_first_time(database, shell):
    answers, count = shell(database(), PLANT + AT_ONCE + FIRST_READERS)
    # As Odoo does with a request, what fails so is run again.
    assert answers == ["ConcurrencyError", "done"]
    assert count == 85
