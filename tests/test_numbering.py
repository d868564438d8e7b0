"""Many who issue CoC Documents at the same moment: no gap, no number twice (9.2b)."""

import threading
import xmlrpc.client
from pathlib import Path

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()
ISSUERS = 6
EACH = 4
# 24 deliveries of 2 t, each with a draft that nobody has issued yet.
SETUP = f"""
import json

scope.issue_automatically = False
arrived = receipt(200, 1, 200)
validate(arrived)
verify(arrived)
deliveries = [delivery(2, 2) for _number in range({ISSUERS * EACH})]
for one in deliveries:
    validate(one)
env.cr.commit()
print(json.dumps([one.coc_document_ids.id for one in deliveries]))
"""


def issue_at_once(servers, ids):
    """Issue ``EACH`` drafts in each of ``ISSUERS`` threads; what was refused."""
    gate = threading.Barrier(ISSUERS)
    refused = []

    def issue(place):
        gate.wait()
        for document in ids[place::ISSUERS]:
            server = servers[place % len(servers)]
            try:
                server.execute("asi.coc.document", "action_issue", [document])
            except xmlrpc.client.Fault as fault:
                refused.append((document, fault.faultString))

    threads = [
        threading.Thread(target=issue, args=(place,)) for place in range(ISSUERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_many_issue_at_once(database, shell, odoo_server, pg):
    """Two servers, six persons, 24 documents; whoever gives up tries again later."""
    name = database()
    ids = shell(name, PLANT + SETUP)
    assert len(ids) == 24
    servers = [odoo_server(name), odoo_server(name)]
    refused = issue_at_once(servers, ids)
    with pg(name).cursor() as cursor:
        cursor.execute(
            "SELECT right(name, 5) FROM asi_coc_document "
            "WHERE direction = 'issued' AND state = 'issued' ORDER BY name"
        )
        numbers = [row[0] for row in cursor.fetchall()]
    # What a busy moment refused took no number with it.
    assert numbers == [f"{n:05}" for n in range(1, 25 - len(refused))]
    for document, _reason in refused:
        servers[0].execute("asi.coc.document", "action_issue", [document])
    with pg(name).cursor() as cursor:
        cursor.execute(
            "SELECT right(name, 5), count(*) OVER (PARTITION BY name) "
            "FROM asi_coc_document WHERE direction = 'issued' ORDER BY name"
        )
        assert cursor.fetchall() == [(f"{n:05}", 1) for n in range(1, 25)]
    assert len(refused) <= 6, refused
