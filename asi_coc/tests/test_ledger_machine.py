from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common_machine import LedgerMachine, MachineCase
from .machine_edits import EditOperations
from .machine_inside import InsideOperations
from .machine_partners import PartnersOperations
from .machine_work import WorkOperations

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
    "return to the supplier",
    "return from the customer",
    "return of a transfer",
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


class OperationsMachine(
    PartnersOperations,
    InsideOperations,
    WorkOperations,
    EditOperations,
    LedgerMachine,
):
    """All operations."""


@tagged("post_install", "-at_install")
class TestLedgerMachine(MachineCase):
    """Two companies, three periods, and whatever can be done with stock (8.1)."""

    def test_any_operations(self):
        done = set()

        @settings(
            max_examples=6,
            deadline=None,
            derandomize=True,
            # Shrinking would live through hundreds of years of operations.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def live(data):
            machine = OperationsMachine(self, done)
            try:
                machine.live_through(data)
            finally:
                machine.end()

        live()
        expected = DONE | REPAIRS if "repair.order" in self.env else DONE
        self.assertEqual(done, expected)
