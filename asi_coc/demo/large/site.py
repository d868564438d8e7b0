"""The company of the audit report with its smelter, casthouses and partners.

Name, place, activities and size are those of the report; figures, suppliers,
customers and numbers are made up.
"""

from datetime import timedelta

from odoo import Command

from ..companies import Company, certify
from ..people import create_responsible
from . import plan

NAME = "Qinghai Baihe Aluminium Co., Ltd"
ADDRESS = {
    "street": "Ganhe Industrial Park",
    "city": "Xining, Qinghai",
}
TZ = "Asia/Shanghai"
#: Key: name, code, activity, declared yield.
SITES = {
    "smelter": ("Smelter", "SML", "smelting", 0.52),
    "casthouse_1": ("Casthouse 1", "CH1", "casthouse", 0.99),
    "casthouse_2": ("Casthouse 2", "CH2", "casthouse", 0.99),
}
#: Key: name, street, city, certificate of some.
PARTNERS = {
    "alumina": ("Helan Alumina", "3 Refinery Road", "Zhongwei, Ningxia", "C00811"),
    "plain_alumina": ("Loess Plateau Alumina", "9 Kiln Street", "Lüliang, Shanxi", ""),
    "liquid": ("Ganhe Wheel Castings", "21 Ganhe Road", "Xining, Qinghai", "C00823"),
    "plain_liquid": ("Huangzhong Strip", "40 Ganhe Road", "Xining, Qinghai", ""),
    "casthouse_1": ("Huangshui Wire Rod", "5 River Road", "Haidong, Qinghai", "C00837"),
    "casthouse_2": ("Lanzhou Plate", "16 Furnace Road", "Lanzhou, Gansu", "C00846"),
}
#: What the certificates of these cover.
ACTIVITIES = {
    "alumina": ("alumina_refining",),
    "liquid": ("post_casthouse",),
    "casthouse_1": ("post_casthouse",),
    "casthouse_2": ("post_casthouse",),
}
#: Key: name, material, form, cost per tonne, tracking.
PRODUCTS = {
    "alumina": ("Smelter Grade Alumina", "alumina", "form_alumina", 3_200, "none"),
    "liquid": ("Liquid Aluminium", "aluminium", "form_liquid_metal", 15_800, "lot"),
    "ingot": ("Aluminium Ingot Al99.70", "aluminium", "form_ingot", 16_400, "lot"),
    "returns": (
        "Casthouse Returns",
        "scrap",
        "form_pre_consumer_scrap",
        12_000,
        "none",
    ),
}


def create_record(env):
    """Create the company."""
    return env["res.company"].create(
        {
            "name": NAME,
            **ADDRESS,
            "country_id": env.ref("base.cn").id,
            "currency_id": _get_currency(env).id,
        }
    )


def _get_currency(env):
    currency = env.ref("base.CNY")
    currency.active = True
    return currency


def create_products(env, record):
    """Return ``{key: product}`` of the works."""
    tonne = env.ref("uom.product_uom_ton")
    products = {}
    for key, (name, material, form, cost, tracking) in PRODUCTS.items():
        products[key] = env["product.product"].create(
            {
                "name": name,
                "default_code": key.upper(),
                "company_id": record.id,
                "is_storable": True,
                "tracking": tracking,
                "uom_id": tonne.id,
                "list_price": cost * 1.1,
                "taxes_id": False,
                "supplier_taxes_id": False,
                "coc_material": material,
                "coc_form_id": env.ref(f"asi_coc.{form}").id,
            }
        )
        products[key].with_company(record).standard_price = cost
    return products


def create_partners(env):
    """Return ``{key: partner}``: suppliers and customers."""
    partners = {}
    for key, (name, street, city, certificate) in PARTNERS.items():
        partners[key] = env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": street,
                "city": city,
                "country_id": env.ref("base.cn").id,
            }
        )
        if certificate:
            certify(
                env, partners[key], certificate, "chain_of_custody", ACTIVITIES[key]
            )
    return partners


def set_up(env, record, representative, days):
    """Give the company its warehouses and an active scope with one period."""
    env = env(context={**env.context, "allowed_company_ids": record.ids})
    warehouses = _create_warehouses(env, record)
    activities = {activity for _name, _code, activity, _yield in SITES.values()}
    certificate = certify(
        env, record.partner_id, "458", "chain_of_custody", sorted(activities)
    )
    responsible = create_responsible(env, record, "CoC Office", "Quality Department")
    scope = env["asi.coc.scope"].create(
        {
            "name": NAME,
            "company_id": record.id,
            "certificate_id": certificate.id,
            "membership_class": "production_transformation",
            "member_since": "2023-02-01",
            "representative_ids": [Command.set(representative.ids)],
            "responsible_id": responsible.id,
            "tz": TZ,
            "facility_ids": _prepare_facilities(env, record, warehouses),
        }
    )
    env["asi.coc.period"].create(
        {
            "scope_id": scope.id,
            "date_start": plan.FIRST_DAY,
            "date_end": plan.FIRST_DAY + timedelta(days=days - 1),
        }
    )
    scope.with_user(representative).action_activate()
    return Company(record, scope, warehouses)


def _create_warehouses(env, record):
    spare = env["stock.warehouse"].search([("company_id", "=", record.id)])
    warehouses = {}
    for key, (name, code, _activity, _yield) in SITES.items():
        warehouse, spare = spare[:1], spare[1:]
        # Odoo may have given a new company its first warehouse.
        if warehouse:
            warehouse.write({"name": name, "code": code})
        else:
            warehouse = warehouse.create(
                {"name": name, "code": code, "company_id": record.id}
            )
        warehouses[key] = warehouse
    return warehouses


def _prepare_facilities(env, record, warehouses):
    activities = {activity for _name, _code, activity, _yield in SITES.values()}
    performance = certify(
        env, record.partner_id, "458-PS", "performance", sorted(activities)
    )
    return [
        Command.create(
            {
                "name": name,
                "activity_id": env.ref(f"asi_coc.activity_{activity}").id,
                "location_id": warehouses[key].view_location_id.id,
                "declared_yield": declared_yield,
                "certificate_id": performance.id,
            }
        )
        for key, (name, _code, activity, declared_yield) in SITES.items()
    ]


def create_series(env, smelter):
    """Return ``{series: operation type}``: each potline taps to its own place."""
    types = {}
    for series in plan.SERIES:
        name = f"{series} Series"
        place = env["stock.location"].create(
            {
                "name": name,
                "location_id": smelter.lot_stock_id.id,
                "company_id": smelter.company_id.id,
            }
        )
        types[series] = smelter.manu_type_id.copy(
            {
                "name": f"Tapping {name}",
                "sequence_code": f"T{series}",
                "default_location_dest_id": place.id,
            }
        )
    return types


def create_recipes(env, record, products, series_types):
    """Return ``{key: bill of materials}`` of each potline and kind of cast."""
    liquid = plan.BATCH * plan.BATCHES_PER_CAST
    recipes = {
        series: ("liquid", plan.BATCH, {"alumina": plan.SERIES[series][0]}, 0)
        for series in plan.SERIES
    } | {
        "cast": ("ingot", plan.CAST, {"liquid": liquid}, 0),
        "trimmed": ("ingot", plan.TRIMMED_CAST, {"liquid": liquid}, plan.RETURNS),
        "remelted": (
            "ingot",
            plan.REMELTED_CAST,
            {"liquid": liquid, "returns": plan.RETURNS},
            0,
        ),
    }
    return {
        key: env["mrp.bom"].create(
            {
                "code": key,
                "product_tmpl_id": products[made].product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": products[made].uom_id.id,
                "company_id": record.id,
                "picking_type_id": series_types[key].id if key in series_types else 0,
                "bom_line_ids": [
                    Command.create({"product_id": products[used].id, "product_qty": of})
                    for used, of in parts.items()
                ],
                "byproduct_ids": [
                    Command.create(
                        {"product_id": products["returns"].id, "product_qty": left}
                    )
                ]
                if left
                else [],
            }
        )
        for key, (made, quantity, parts, left) in recipes.items()
    }
