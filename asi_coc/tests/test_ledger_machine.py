from functools import partial

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from odoo.tests import tagged

from .common_machine import LedgerMachine, MachineCase
from .machine_edits import EditRules
from .machine_inside import InsideRules
from .machine_partners import PartnersRules
from .machine_work import WorkRules

#: All that happens in some example, by the names of ``docs/ledger.md``.
DONE = {
    "receipt",
    "receipt in another unit",
    "receipt of weighed lots",
    "delivery of weighed lots",
    "putaway",
    "steps of a receipt",
    "what cannot be classed",
    "classed later",
    "delivery",
    "designated scrap",
    "backorder",
    "steps of a delivery",
    "kit delivered",
    "kit received",
    "return of what came from supplier",
    "return of what came from internal",
    "dropship",
    "dropship returned",
    "dropship returned to us",
    "transit between companies",
    "consignment in",
    "consignment out",
    "input without a transfer",
    "output without a transfer",
    "flow without a transfer",
    "added to a done transfer",
    "transfer between two activities",
    "transfer within one activity",
    "transfer out of the scope",
    "transfer into the scope",
    "transit between warehouses",
    "transit in parts",
    "transit turned back",
    "package moved",
    "quantities relocated",
    "scrap order",
    "inventory gain",
    "inventory loss",
    "inventory adjustment reverted",
    "manufacturing order",
    "consumption from another activity's location",
    "production into another activity's location",
    "quantity changed of a manufacturing order",
    "date changed of a manufacturing order",
    "unbuild order",
    "unbuild order of stock",
    "scrap order of a manufacturing order",
    "subcontracting receipt",
    "subcontracting receipt in parts",
    "subcontracting receipt edited",
    "return to the contractor",
    "return from the contractor",
    "subcontracted product delivered directly",
    "quantity changed",
    "unit changed",
    "lot changed",
    "goods become the company's",
    "goods become another's",
    "location changed on a done line",
    "location changed on a done transfer",
    "back to draft",
    "done again after a draft",
    "date changed by stock.picking",
    "date changed by stock.move",
    "date changed by stock.move.line",
    "verification withdrawn",
    "document verified",
    "close of a period",
    "drift looked for",
}
#: And where Odoo's module ``repair`` is installed, see ``tests/``.
REPAIRS = {"parts of a repair", "parts of a repair changed"}


@tagged("post_install", "-at_install")
class TestLedgerMachine(MachineCase):
    """Two companies, three periods, and whatever can be done with stock (8.1)."""

    def test_any_operations(self):
        done = set()
        run_state_machine_as_test(
            partial(OperationsMachine, self, done),
            settings=settings(
                max_examples=16,
                stateful_step_count=24,
                deadline=None,
                derandomize=True,
                # Shrinking would live through hundreds of years of operations.
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
        expected = DONE | REPAIRS if "repair.order" in self.env else DONE
        self.assertEqual(done, expected)


class OperationsMachine(
    PartnersRules, InsideRules, WorkRules, EditRules, LedgerMachine
):
    """All operations in any order."""
