"""Put after at_once.py: two verifications under one legal interest.

100 t are allocated to us; two receipts of 60 t wait with their documents entered.
"""

# Whole transactions race here, and the test reads what is printed.
# pylint: disable=invalid-commit,print-used

import json

from odoo import api


def evidence(name):
    file = env["ir.attachment"].create({"name": name, "raw": b"%PDF-1.7"})  # noqa: F821
    return [Command.set(file.ids)]  # noqa: F821


interest = env["asi.coc.legal.interest"].create(  # noqa: F821
    {
        "name": "Casthouse Joint Venture",
        "scope_id": scope.id,  # noqa: F821
        "partner_id": partner.id,  # noqa: F821
        "activity_id": env.ref("asi_coc.activity_casthouse").id,  # noqa: F821
        "certificate_id": env["asi.coc.certificate"]  # noqa: F821
        .search([("partner_id", "=", partner.id)])  # noqa: F821
        .id,
        "basis": "equity_share",
        "share": 50,
        "date_start": scope.period_ids.date_start,  # noqa: F821
        "evidence_ids": evidence("Agreement.pdf"),
    }
)
interest.action_activate()
allocation = env["asi.coc.legal.interest.allocation"].create(  # noqa: F821
    {
        "interest_id": interest.id,
        "period_id": scope.period_ids.id,  # noqa: F821
        "production_mass": 200,
        "evidence_ids": evidence("Statement.pdf"),
    }
)


def receive():
    """Receive 60 t under the interest, and type what the supplier's paper says."""
    arrived = receipt(60, 1, 60)  # noqa: F821
    arrived.coc_legal_interest_id = interest
    validate(arrived)  # noqa: F821
    enter_paper(arrived)  # noqa: F821
    return arrived


receipts = [receive(), receive()]
env.cr.commit()  # noqa: F821


def let_count(number):
    def act(cr):
        own = api.Environment(cr, env.uid, {})  # noqa: F821
        own["stock.picking"].browse(receipts[number].id).action_coc_verify()
        own.flush_all()

    return act


answers = race(let_count(0), let_count(1))  # noqa: F821
print(
    json.dumps(
        {
            "answers": answers,
            "masses": [allocation.allocated_mass, allocation.received_mass],
            "claims": [one.coc_claim_state for one in receipts],
        }
    )
)
