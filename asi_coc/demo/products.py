"""The materials of the chain, and what is made of what.

The three companies trade in the same products, as sister companies in one
database do: Odoo moves them through its inter-company transit location.
"""

from odoo import Command

#: Name, material, form, cost in the company's currency per tonne, made in lots.
PRODUCTS = {
    "bauxite": ("Bauxite", "bauxite", "form_bauxite", 40, False),
    "alumina": ("Alumina", "alumina", "form_alumina", 400, False),
    "liquid": ("Liquid Metal", "aluminium", "form_liquid_metal", 2000, False),
    "slab": ("Rolling Slab", "aluminium", "form_rolling_slab", 2200, True),
    "coil": ("Can Body Coil", "aluminium", "form_sheet", 3000, True),
}
#: Made: quantity, of: quantity. Yields 0.4, 0.52, 1 / 1.02 and 0.8 (8.4).
RECIPES = {
    "alumina": (40, "bauxite", 100),
    "liquid": (52, "alumina", 100),
    "slab": (100, "liquid", 102),
    "coil": (8, "slab", 10),
}
#: Figure 12: the slab's average carbon footprint (9.3a).
SLAB_FOOTPRINT = {
    "coc_carbon_footprint": 5.7,
    "coc_carbon_method": "IAI 2021 for Primary Aluminium (100%) input",
}


def create_products(env, companies):
    """Return ``{key: product}``, costed in each of ``companies``."""
    tonne = env.ref("uom.product_uom_ton")
    products = {}
    for key, (name, material, form, cost, in_lots) in PRODUCTS.items():
        products[key] = env["product.product"].create(
            {
                "name": name,
                "default_code": key.upper(),
                "is_storable": True,
                "tracking": "lot" if in_lots else "none",
                "uom_id": tonne.id,
                "list_price": cost * 1.25,
                "taxes_id": False,
                "supplier_taxes_id": False,
                "coc_material": material,
                "coc_form_id": env.ref(f"asi_coc.{form}").id,
            }
        )
        for company in companies:
            products[key].with_company(company).standard_price = cost
    products["slab"].write(SLAB_FOOTPRINT)
    return products


def create_recipes(env, products):
    """Give every product that is made its bill of materials."""
    env["mrp.bom"].create(
        [
            {
                "product_tmpl_id": products[made].product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": products[made].uom_id.id,
                "company_id": False,
                "bom_line_ids": [
                    Command.create({"product_id": products[used].id, "product_qty": of})
                ],
            }
            for made, (quantity, used, of) in RECIPES.items()
        ]
    )
