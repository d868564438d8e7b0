"""Oude Haven Remelting: the company, its products, and who it works with.

A remelter with casthouse in the Netherlands. Its euros are worth what the European
Central Bank said, more or less; that matters where a limit is in dollars.
"""

from datetime import date

from odoo import Command

from .companies import Profile, Site, certify
from .people import create_portal_user

REMELTING, CASTHOUSE = "remelting_refining", "casthouse"
RECYCLER = Profile(
    name="Oude Haven Remelting",
    certificate="C00112",
    street="14 Slakkade",
    city="Dordrecht",
    state="",
    country="base.nl",
    tz="Europe/Amsterdam",
    responsible="CoC Desk",
    function="Quality Department",
    statement="",
    statement_name="",
    sites=(
        Site("Remelter", "RML", REMELTING, 0.85),
        Site("Billet Casthouse", "BIL", CASTHOUSE, 0.980392),
    ),
    periods=(
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 10, 1), date(2025, 12, 31)),
    ),
    currency="base.EUR",
)
#: Name, street, city, country, certificate, and what it covers.
PARTNERS = {
    "yard": ("Havenkwartier Scrap Yard", "3 Schrootweg", "Rotterdam", "nl", "", ()),
    "dismantler": ("Kempen Dismantling", "60 Sloopstraat", "Eindhoven", "nl", "", ()),
    "dross_dealer": ("Sluis Dross Trading", "8 Krabbedijk", "Antwerp", "be", "", ()),
    "plant": (
        "Veluwe Profiles",
        "21 Persweg",
        "Apeldoorn",
        "nl",
        "C00121",
        ("post_casthouse",),
    ),
    "extruder": ("Biesbosch Extrusions", "5 Matrijsstraat", "Breda", "nl", "", ()),
    "press": (
        "Rhine Press Works",
        "90 Stromstrasse",
        "Duisburg",
        "de",
        "C00134",
        ("post_casthouse",),
    ),
    "homogeniser": ("Maas Heat Treatment", "11 Gloeikade", "Venlo", "nl", "", ()),
    "sawmill": ("Peel Billet Sawing", "2 Zaagweg", "Helmond", "nl", "", ()),
}
#: Who uses the portal; the password is the login.
PORTAL_LOGINS = {
    "dismantler": "demo-supplier",
    "yard": "demo-yard",
    "dross_dealer": "demo-dross-dealer",
    "homogeniser": "demo-contractor",
    "sawmill": "demo-saw",
}
#: Name, material, form, cost per tonne, aluminium content in percent. Billet is made
#: in lots (5.2).
PRODUCTS = {
    "post": ("Post-Consumer Scrap", "scrap", "form_post_consumer_scrap", 1200, 90),
    "mixed": ("Mixed Scrap", "scrap", "form_post_consumer_scrap", 1000, 80),
    "offcuts": ("Extrusion Offcuts", "scrap", "form_pre_consumer_scrap", 1900, 0),
    "dross": ("Dross", "scrap", "form_dross", 400, 50),
    "own_dross": ("Own Dross", "scrap", "form_dross", 0, 50),
    "metal": ("Recycled Metal", "aluminium", "form_liquid_metal", 2000, 0),
    "billet": ("Billet", "aluminium", "form_billet", 2300, 0),
    "homogenised": ("Homogenised Billet", "aluminium", "form_billet", 2400, 0),
    "sawn": ("Sawn Billet", "aluminium", "form_billet", 2500, 0),
}
#: Contractor by what it makes: quantity, of: quantity (2.1).
CONTRACTED = {
    "homogenised": ("homogeniser", 1, "billet", 1),
    "sawn": ("sawmill", 38, "homogenised", 40),
}


def create_partners(env):
    """Return ``{key: partner}``: suppliers, customers and contractors."""
    partners = {}
    for key, (name, street, city, country, number, activities) in PARTNERS.items():
        partners[key] = env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": street,
                "city": city,
                "country_id": env.ref(f"base.{country}").id,
                # Where nobody is asked anything, no mail waits for a server.
                "email": key in PORTAL_LOGINS and f"{PORTAL_LOGINS[key]}@example.com",
            }
        )
        if number:
            certify(env, partners[key], number, "chain_of_custody", activities)
    return partners


def create_portal_users(env, record, partners):
    """Return ``{key: user}``: who reads and answers in the portal."""
    return {
        key: create_portal_user(env, partners[key], login, record)
        for key, login in PORTAL_LOGINS.items()
    }


def create_products(env, record):
    """Return ``{key: product}`` of the recycler."""
    tonne = env.ref("uom.product_uom_ton")
    products = {}
    for key, (name, material, form, cost, content) in PRODUCTS.items():
        products[key] = env["product.product"].create(
            {
                "name": name,
                "default_code": key.upper(),
                "company_id": record.id,
                "is_storable": True,
                "tracking": "lot" if key == "billet" else "none",
                "uom_id": tonne.id,
                "list_price": cost * 1.25,
                "taxes_id": False,
                "supplier_taxes_id": False,
                "coc_material": material,
                "coc_form_id": env.ref(f"asi_coc.{form}").id,
                "coc_aluminium_percentage": content,
            }
        )
        products[key].with_company(record).standard_price = cost
    return products


def create_recipes(env, company, products, partners):
    """How billet is cast, and what the contractors make of it.

    A cast of 1,000 t leaves 40 t of dross, half of it aluminium. What is charged
    to the remelter differs from month to month.
    """
    own = {
        "company_id": company.record.id,
        "product_uom_id": products["sawn"].uom_id.id,
    }
    env["mrp.bom"].create(
        {
            **own,
            "product_tmpl_id": products["billet"].product_tmpl_id.id,
            "product_qty": 100,
            "bom_line_ids": [
                Command.create({"product_id": products["metal"].id, "product_qty": 102})
            ],
            "byproduct_ids": [
                Command.create(
                    {"product_id": products["own_dross"].id, "product_qty": 4}
                )
            ],
        }
    )
    for made, (contractor, quantity, used, of) in CONTRACTED.items():
        env["mrp.bom"].create(
            {
                **own,
                "product_tmpl_id": products[made].product_tmpl_id.id,
                "product_qty": quantity,
                "type": "subcontract",
                "subcontractor_ids": [Command.set(partners[contractor].ids)],
                "bom_line_ids": [
                    Command.create({"product_id": products[used].id, "product_qty": of})
                ],
            }
        )


def set_up_contractors(env, company, products, partners):
    """Give the contractors locations where they hold the recycler's billet.

    Billet is sent along with an order to the heat treatment; sawn billet goes from
    the saw to the customer.
    """
    record = company.record
    env = env(context={**env.context, "allowed_company_ids": record.ids})
    casthouse = company.warehouses[CASTHOUSE]
    casthouse.subcontracting_to_resupply = True
    resupply = env.ref("mrp_subcontracting.route_resupply_subcontractor_mto")
    dropship = env.ref("stock_dropshipping.route_drop_shipping")
    (resupply | dropship).active = True
    products["billet"].route_ids = resupply
    products["sawn"].route_ids = dropship
    sites = {}
    for made, (key, *_recipe) in CONTRACTED.items():
        partner = partners[key].with_company(record)
        sites[key] = env["stock.location"].create(
            {
                "name": partner.name,
                "location_id": record.subcontracting_location_id.id,
                "usage": "internal",
                "company_id": record.id,
            }
        )
        partner.property_stock_subcontractor = sites[key]
        products[made].seller_ids = [
            Command.create(
                {"partner_id": partner.id, "price": 60, "company_id": record.id}
            )
        ]
    facility = company.scope.facility_ids.filtered(
        lambda one: one.activity_id.code == CASTHOUSE
    )
    facility.storage_location_ids = env["stock.location"].union(*sites.values())
