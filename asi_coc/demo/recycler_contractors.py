"""Oude Haven Remelting's two contractors: heat treatment, and a saw (2.1 to 2.5).

Maas Heat Treatment gets 700 t of billet a quarter and returns them. Peel Billet
Sawing gets 400 t of heat-treated billet and delivers 380 t sawn to the customer; 20 t,
5 %, are its expected process loss.

Both report each quarter. For the second one Maas Heat Treatment reports 690 t
returned and 10 t in stock: 10 t differ, more than the tolerance of 1 %, 7 t. The
difference is held and opens an error; a bundle had been weighed twice, and the
representative resolves it before the close. Of the last quarter Peel Billet Sawing
has reported; Maas Heat Treatment is asked and has not answered, so that period cannot
close.
"""

import base64
from datetime import date, timedelta

from odoo import Command

from .progress import say

BEGIN = date(2025, 1, 2)
RENEWED = date(2026, 1, 2)
#: Day of the month after a quarter.
ASKED, ANSWERED, CONFIRMED, RESOLVED = 2, 4, 5, 7
#: Expected loss, tolerance in percent.
TERMS = {
    "homogeniser": ("Heat treatment of billet", 0, 1),
    "sawmill": ("Sawing billet to length, and delivery to the customer", 5, 1),
}
#: What they report, per product in tonnes.
REPORTED = {
    "homogeniser": {
        "billet": {"received_mass": 700},
        "homogenised": {"returned_mass": 700},
    },
    "sawmill": {
        "homogenised": {"received_mass": 400, "loss_mass": 20},
        "sawn": {"delivered_mass": 380},
    },
}
MISTAKEN = date(2025, 7, 1)
MISTAKE = {
    "billet": {"received_mass": 700},
    "homogenised": {"returned_mass": 690, "closing_mass": 10},
}


class Contractors:
    """What officer, representative and the contractors themselves see to."""

    def __init__(self, works):
        self.works = works
        self.records = {}

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if month == BEGIN.replace(day=1):
            yield BEGIN, self.begin
        if month > BEGIN and month.month % 3 == 1:
            yield month.replace(day=ASKED), self.ask
            yield month.replace(day=ANSWERED), lambda: self.answer(month)
            yield month.replace(day=CONFIRMED), self.confirm
            if month == MISTAKEN:
                yield month.replace(day=RESOLVED), self.resolve
            if month == RENEWED.replace(day=1):
                yield RENEWED, self.renew

    def _officer(self):
        return self.works.acting("officer")

    # -- in the scope -----------------------------------------------------------
    def begin(self):
        """Take the contractors into the scope (2.1, 2.2)."""
        for key in TERMS:
            self.records[key] = self._record(key)
            self.accept_risk(key)

    def _record(self, key):
        """Complete the draft that came with the site."""
        env = self._officer()
        services, loss, tolerance = TERMS[key]
        record = env["asi.coc.contractor"].search(
            [("partner_id", "=", self.works.partners[key].id)]
        )
        record.write(
            {
                "services": services,
                "control": "The metal stays ours by contract; every bundle is tagged.",
                "evidence_ids": [
                    Command.link(
                        env["ir.attachment"]
                        .create(
                            {"name": "contract.txt", "raw": b"The metal stays ours."}
                        )
                        .id
                    )
                ],
                "declared_on": BEGIN - timedelta(days=20),
                "declared_by": "Managing Director",
                "declaration": base64.b64encode(b"Nothing is outsourced further."),
                "declaration_name": "declaration.txt",
                "expected_loss": loss,
                "tolerance": tolerance,
            }
        )
        return record

    def accept_risk(self, key):
        """The Management Representative accepts the risk, in that name (2.2c)."""
        env = self._officer()
        assessment = env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.records[key].id,
                "risk": "low",
                "findings": "Our bundles lie in a bay of their own; records are kept.",
                "result": "acceptable",
            }
        )
        assessment.with_env(self.works.acting("representative")).action_accept()

    def renew(self):
        """After twelve months the risk is assessed again (2.2c)."""
        for key in TERMS:
            self.accept_risk(key)

    # -- statements -----------------------------------------------------------------
    def ask(self):
        """Ask both for the quarter that ended (2.3)."""
        for record in self.records.values():
            record.with_env(self._officer()).action_ask_statement()

    def answer(self, month):
        """The contractors' own users report in the portal (2.3)."""
        for key, reported in REPORTED.items():
            if key == "homogeniser":
                if month > BEGIN.replace(day=31, month=12):
                    continue
                if month == MISTAKEN:
                    reported = MISTAKE
            statements = self.works.acting_for(key)["asi.coc.contractor.statement"]
            statement = statements.search([("state", "=", "asked")])
            products = self.works.products
            statement._answer_in_portal(
                {
                    line.id: figures
                    for name, figures in reported.items()
                    for line in statement.sudo().line_ids
                    if line.product_id.id == products[name].id
                },
                "Office",
                "",
            )

    def confirm(self):
        """The officer confirms; a difference beyond the tolerance is held (2.4)."""
        statements = self._officer()["asi.coc.contractor.statement"].search(
            [
                ("scope_id", "=", self.works.company.scope.id),
                ("state", "=", "answered"),
            ]
        )
        statements.action_confirm()

    def resolve(self):
        """Agree what was wrong, correct it, and resolve the difference (2.4, 2.5)."""
        env = self._officer()
        held = env["asi.coc.contractor.reconciliation"].search(
            [
                ("company_id", "=", self.works.company.record.id),
                ("state", "=", "held"),
            ]
        )
        contractor = held.contractor_id.display_name
        say(f"            held: {held.held_mass:g} t of {contractor}")
        today = self.works.company.scope._get_today()
        error = held.error_id
        error.write(
            {
                "agreed_correction": "Maas Heat Treatment corrects its stock list.",
                "agreed_with": "Office",
                "agreed_on": today,
                "corrected_on": today,
                "cause": "A bundle of 10 t that had left was weighed a second time.",
                "prevention": "Tags are taken off as bundles leave.",
            }
        )
        error.action_agree()
        error.action_correct()
        error.action_prevent()
        held = held.with_env(self.works.acting("representative"))
        held.release_reason = "All 700 t were received here; weighbridge tickets."
        held.action_release()
