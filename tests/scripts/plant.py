"""Run in ``bin/odoo shell``: a casthouse with stock, with or without asi_coc.

Defines ``receipt``, ``delivery``, ``validate``, ``enter_paper`` and ``verify``; scripts
are put after it. Earlier releases run it, too.
"""

import datetime

from odoo import Command

INSTALLED = "asi.coc.scope" in env  # noqa: F821
SUPPLIERS = env.ref("stock.stock_location_suppliers")  # noqa: F821
CUSTOMERS = env.ref("stock.stock_location_customers")  # noqa: F821
warehouse = env["stock.warehouse"].search([], limit=1)  # noqa: F821
partner = env["res.partner"].create(  # noqa: F821
    {"name": "Acme Alumina", "street": "1000 Element Rd", "city": "Peel"}
)
env.company.write({"street": "1 Potline Road", "city": "Essen"})  # noqa: F821


def coc(**values):
    """Values of fields that exist only with asi_coc."""
    return values if INSTALLED else {}


slab = env["product.product"].create(  # noqa: F821
    {
        "name": "Slab",
        "is_storable": True,
        "tracking": "lot",
        "uom_id": env.ref("uom.product_uom_ton").id,  # noqa: F821
        **coc(coc_material="aluminium"),
    }
)


def certify_partner():
    """Put the supplier's CoC certificate on file, just checked (10.3)."""
    certificates = env["asi.coc.certificate"]  # noqa: F821
    year = datetime.date.today().year
    values = {
        "number": "C00015",
        "partner_id": partner.id,
        "date_start": f"{year - 1}-01-01",
        "date_end": f"{year + 1}-12-31",
    }
    if "check_ids" in certificates._fields:
        values |= {
            "supply_chain_activity_ids": [
                Command.link(env.ref("asi_coc.activity_casthouse").id)  # noqa: F821
            ],
            "check_ids": [Command.create({})],
        }
    certificates.create(values)


def certify_company(number, **values):
    """Put a certificate of the company's own on file, for this year."""
    certificates = env["asi.coc.certificate"]  # noqa: F821
    year = datetime.date.today().year
    if "check_ids" in certificates._fields:
        casthouse = env.ref("asi_coc.activity_casthouse")  # noqa: F821
        values["supply_chain_activity_ids"] = [Command.link(casthouse.id)]
    return certificates.create(
        {
            "number": number,
            "partner_id": env.company.partner_id.id,  # noqa: F821
            "date_start": f"{year}-01-01",
            "date_end": f"{year}-12-31",
            **values,
        }
    )


def certify_facility():
    """Values of a facility's certificate, where the release asks for one (5.1b)."""
    if "performance_date" not in env["asi.coc.facility"]._fields:  # noqa: F821
        return {}
    return {"certificate_id": certify_company("P00037", standard="performance").id}


def make_scope():
    """A certified casthouse that owns the whole warehouse, for this year."""
    year = datetime.date.today().year
    certificate = certify_company("C00037")
    scope = env["asi.coc.scope"].create(  # noqa: F821
        {
            "name": "Casthouse",
            "tz": "UTC",
            "certificate_id": certificate.id,
            "membership_class": "production_transformation",
            "member_since": "2023-02-01",
            "representative_ids": [
                Command.set(env.ref("base.user_admin").ids)  # noqa: F821
            ],
            "facility_ids": [
                Command.create(
                    {
                        "name": "Casthouse",
                        "activity_id": env.ref("asi_coc.activity_casthouse").id,  # noqa: F821
                        "location_id": warehouse.view_location_id.id,
                        **certify_facility(),
                    }
                )
            ],
            "period_ids": [
                Command.create(
                    {"date_start": f"{year}-01-01", "date_end": f"{year}-12-31"}
                )
            ],
        }
    )
    scope.action_activate()
    return scope


def transfer(kind, source, target, quantity, **values):
    picking = env["stock.picking"].create(  # noqa: F821
        {
            "picking_type_id": warehouse[f"{kind}_type_id"].id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "partner_id": partner.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": slab.id,
                        "product_uom_qty": quantity,
                        "location_id": source.id,
                        "location_dest_id": target.id,
                        **values,
                    }
                )
            ],
        }
    )
    picking.action_confirm()
    return picking


def receipt(quantity, lots, claimed=0):
    """A receipt of ``lots`` lot lines, ready to validate."""
    picking = transfer(
        "in",
        SUPPLIERS,
        warehouse.lot_stock_id,
        quantity,
        **coc(coc_claimed_mass=claimed),
    )
    picking.move_line_ids.unlink()
    picking.move_ids.move_line_ids = [
        Command.create(
            {
                "lot_name": f"{picking.name}-{number}",
                "quantity": quantity / lots,
                "product_id": slab.id,
                "picking_id": picking.id,
                "picked": True,
            }
        )
        for number in range(lots)
    ]
    picking.move_ids.picked = True
    if INSTALLED and claimed:
        picking.coc_document_reference = picking.name
    return picking


def delivery(quantity, designated=0):
    """A delivery, ready to validate."""
    picking = transfer(
        "out",
        warehouse.lot_stock_id,
        CUSTOMERS,
        quantity,
        **coc(coc_designated_qty=designated),
    )
    picking.action_assign()
    picking.move_ids.picked = True
    return picking


def validate(picking):
    """Press the button; return how many queries that took."""
    env.flush_all()  # noqa: F821
    env.invalidate_all()  # noqa: F821
    before = env.cr.sql_log_count  # noqa: F821
    picking.button_validate()
    env.flush_all()  # noqa: F821
    assert picking.state == "done", picking.state
    return env.cr.sql_log_count - before  # noqa: F821


def enter_paper(picking):
    """Type what the supplier's paper says, where the release has such documents."""
    if hasattr(picking, "action_coc_received_document"):
        action = picking.action_coc_received_document()
        env["asi.coc.document"].browse(action["res_id"]).write(  # noqa: F821
            {
                "date": datetime.date.today(),
                "responsible": "Jan Rogers",
                "conformance": True,
            }
        )


def verify(picking):
    """Type what the supplier's paper says, and verify it."""
    enter_paper(picking)
    picking.action_coc_verify()


scope = make_scope() if INSTALLED else None
if INSTALLED:
    certify_partner()
