"""What the ledger costs a transfer: counted against Odoo without the add-on."""

from pathlib import Path

import pytest

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()
COUNT = """
import json
if INSTALLED:
    # The CoC Document is counted apart.
    env.registry["stock.picking"]._coc_issue_documents = lambda self: None
validate(receipt(1, 1))
stock = receipt(250, 250, 250)
validate(stock)
if INSTALLED:
    verify(stock)
validate(delivery(1))
# The first attempt fills the caches; dates written twice are one more update
# where a second passes in between.
attempts = [
    {
        "receipt of 1": validate(receipt(1, 1, 1)),
        "receipt of 100": validate(receipt(100, 100, 50)),
        "delivery of 1": validate(delivery(1, 1)),
        "delivery of 100": validate(delivery(100, 20)),
    }
    for attempt in range(4)
]
env.cr.rollback()
print(json.dumps({
    name: min(attempt[name] for attempt in attempts) for name in attempts[0]
}))
"""


@pytest.fixture(scope="module")
def extra(ready, installed, shell):
    """Queries more than without the add-on, per operation."""
    from tooling import databases

    counts = {}
    for name, source in (("with", installed), ("without", databases.template(ready))):
        database = f"asi_coc_queries_{name}"
        databases.drop(ready, database)
        databases.copy(ready, source, database)
        counts[name] = shell(database, PLANT + COUNT)
        databases.drop(ready, database)
    return {
        name: counts["with"][name] - counts["without"][name] for name in counts["with"]
    }


def test_receipt_costs_at_most_ten_queries(extra):
    assert 0 < extra["receipt of 1"] <= 10, extra


def test_receipt_of_a_hundred_lots_costs_no_more(extra):
    assert 0 < extra["receipt of 100"] <= extra["receipt of 1"], extra


def test_designated_delivery_costs_at_most_fifteen_queries(extra):
    assert 0 < extra["delivery of 1"] <= 15, extra
    assert 0 < extra["delivery of 100"] <= 15, extra
