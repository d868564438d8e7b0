"""Put after at_once.py: two loads of scrap that come back through one closed loop.

50 t of CoC Material were sent to the stamper; two wizards are open, each with 40 t
through the loop.
"""

# Whole transactions race here, and the test reads what is printed.
# pylint: disable=invalid-commit,print-used

import json

from odoo import api

casthouse = scope.facility_ids  # noqa: F821
furnace_place = env["stock.location"].create(  # noqa: F821
    {
        "name": "Furnace",
        "location_id": warehouse.view_location_id.id,  # noqa: F821
        "usage": "internal",
    }
)
remelting = env.ref("asi_coc.activity_remelting_refining")  # noqa: F821
(scope.certificate_id | casthouse.certificate_id).supply_chain_activity_ids |= (  # noqa: F821
    remelting
)
casthouse.copy(
    {
        "name": "Furnace",
        "activity_id": remelting.id,
        "location_id": furnace_place.id,
        "certificate_id": casthouse.certificate_id.id,
    }
)
clippings = env["product.product"].create(  # noqa: F821
    {
        "name": "Clippings",
        "is_storable": True,
        "uom_id": slab.uom_id.id,  # noqa: F821
        "coc_material": "scrap",
        "coc_form_id": env.ref("asi_coc.form_pre_consumer_scrap").id,  # noqa: F821
    }
)
stamper = env["res.partner"].create(  # noqa: F821
    {
        "name": "Stampers & Co",
        "is_company": True,
        "street": "1 Press Lane",
        "city": "Peel",
    }
)
diligence = env["asi.coc.supplier.assessment"].create(  # noqa: F821
    {
        "partner_id": stamper.id,
        "scope_id": scope.id,  # noqa: F821
        "circumstances": "Nothing unusual",
        "supply_ids": [Command.create({"material": "scrap"})],  # noqa: F821
    }
)
diligence.risk_ids.result = "low"
diligence.action_review()
diligence.supply_ids.write(
    {"source": "Own presses", "country_id": env.ref("base.de").id}  # noqa: F821
)
diligence.action_accept()
loop = env["asi.coc.closed.loop"].create(  # noqa: F821
    {"partner_id": stamper.id, "tracing": "Skeletons are baled apart"}
)
arrived = receipt(50, 1, 50)  # noqa: F821
validate(arrived)  # noqa: F821
verify(arrived)  # noqa: F821
sent = delivery(50, 50)  # noqa: F821
sent.partner_id = stamper
validate(sent)  # noqa: F821


def open_wizard():
    """Receive 40 t of clippings, and open the wizard that assesses them."""
    load = transfer(  # noqa: F821
        "in",
        SUPPLIERS,  # noqa: F821
        furnace_place,
        40,
        product_id=clippings.id,
    )
    load.partner_id = stamper
    load.move_ids.write({"quantity": 40, "picked": True})
    validate(load)  # noqa: F821
    action = load.action_coc_assess_scrap()
    wizard = env["asi.coc.scrap.assess"].with_context(**action["context"])  # noqa: F821
    return wizard.create({})


wizards = [open_wizard(), open_wizard()]
proposed = [one.line_ids.loop_mass for one in wizards]
env.cr.commit()  # noqa: F821


def assess(number):
    def act(cr):
        own = api.Environment(cr, env.uid, {})  # noqa: F821
        own["asi.coc.scrap.assess"].browse(wizards[number].id).action_assess()
        own.flush_all()

    return act


answers = race(assess(0), assess(1))  # noqa: F821
print(
    json.dumps(
        {
            "answers": answers,
            "proposed": proposed,
            "masses": [loop.sent_mass, loop.back_mass],
            "assessments": loop.assessment_count,
        }
    )
)
