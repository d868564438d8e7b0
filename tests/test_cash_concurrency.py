"""Two who pay one scrap supplier in cash at the same moment (4.3b)."""

import threading
import xmlrpc.client
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
PLANT = (SCRIPTS / "plant.py").read_text()
AT_ONCE = (SCRIPTS / "at_once.py").read_text()
RACE = (SCRIPTS / "cash_race.py").read_text()
#: Only what is there before the race.
SETUP = (
    RACE.split("\n\ndef pay")[0]
    + "\nprint(json.dumps({'yard': yard.id, 'tills': tills.ids}))"
)


@pytest.mark.parametrize(
    "first", [True, False], ids=["first cash of the supplier", "one more"]
)
def test_the_second_one_waits_and_is_refused(database, shell, first):
    result = shell(database(), f"FIRST = {first}\n{PLANT}{AT_ONCE}{RACE}")
    assert result["answers"] == ["SerializationFailure", "UserError"], result
    assert result["posted"] == [True, False]
    assert result["sum"] == (6000 if first else 6001)


def test_two_servers(database, shell, odoo_server):
    """Lines of two tills: one passes, the other one gets the limit on Odoo's retry."""
    name = database()
    made = shell(name, f"FIRST = True\n{PLANT}{SETUP}")
    servers = [odoo_server(name), odoo_server(name)]
    gate = threading.Barrier(len(servers))
    answers = [None] * len(servers)

    def pay(place):
        gate.wait()
        line = {
            "journal_id": made["tills"][place],
            "partner_id": made["yard"],
            "payment_ref": "Scrap",
            "amount": -6000,
        }
        try:
            servers[place].execute("account.bank.statement.line", "create", line)
        except xmlrpc.client.Fault as fault:
            answers[place] = fault.faultString

    threads = [
        threading.Thread(target=pay, args=(place,)) for place in range(len(servers))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusals = [answer for answer in answers if answer]
    assert len(refusals) == 1, answers
    assert "Pay by bank transfer instead" in refusals[0]
    assert "4.3b" in refusals[0]
