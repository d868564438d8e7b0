"""The ledger refuses whoever comes over RPC, and says why."""

import xmlrpc.client
from pathlib import Path

import pytest

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()


def test_entries_cannot_be_touched(database, shell, odoo_server, pg):
    name = database()
    shell(name, PLANT + "validate(receipt(10, 1)); env.cr.commit()")
    server = odoo_server(name)
    (entry,) = server.execute(
        "asi.coc.entry", "search_read", [], fields=["mass", "flow", "status"]
    )
    assert (entry["mass"], entry["flow"], entry["status"]) == (10, "input", "non_coc")
    for method, arguments in (
        ("write", [[entry["id"]], {"mass": 5}]),
        ("unlink", [[entry["id"]]]),
    ):
        with pytest.raises(xmlrpc.client.Fault) as refused:
            server.execute("asi.coc.entry", method, *arguments)
        assert "append-only (8.1)" in refused.value.faultString
        assert f"entry {entry['id']} (Input 10 t" in refused.value.faultString
    with pytest.raises(xmlrpc.client.Fault) as refused:
        server.execute("asi.coc.entry", "create", {"flow": "input", "mass": 1})
    assert "nobody creates them by hand" in refused.value.faultString
    with pytest.raises(xmlrpc.client.Fault):
        server.execute("asi.coc.entry", "_post_moves", [])
    with pg(name).cursor() as cursor:
        cursor.execute("SELECT mass FROM asi_coc_entry")
        assert [float(row[0]) for row in cursor.fetchall()] == [10.0]
