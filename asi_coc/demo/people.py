"""Who works in the demo: users by role, who may log in, and the persons that
the guidance names on its CoC Documents.
"""

from odoo import Command

#: Everybody sees what unit a quantity is in.
COMMON = ("uom.group_uom",)
#: Role: name and further groups. The login is ``demo-<role>``, the password the same.
ROLES = {
    "salesperson": (
        "Salesperson",
        ("sales_team.group_sale_salesman", "asi_coc.group_user"),
    ),
    # An order of a contractor's work makes manufacturing orders.
    "buyer": (
        "Buyer",
        ("purchase.group_purchase_user", "mrp.group_mrp_user", "asi_coc.group_user"),
    ),
    "storekeeper": (
        "Storekeeper",
        (
            "stock.group_stock_user",
            "stock.group_production_lot",
            "mrp.group_mrp_user",
            "asi_coc.group_user",
        ),
    ),
    "accountant": (
        "Accountant",
        (
            "account.group_account_invoice",
            "purchase.group_purchase_user",
            "asi_coc.group_user",
        ),
    ),
    "officer": (
        "Compliance Officer",
        (
            # Whoever keeps who scrap suppliers are keeps contacts (4.3a).
            "base.group_partner_manager",
            "stock.group_stock_user",
            "stock.group_production_lot",
            "purchase.group_purchase_user",
            "asi_coc.group_officer",
        ),
    ),
    "representative": (
        "Management Representative",
        (
            "stock.group_stock_manager",
            "stock.group_production_lot",
            "asi_coc.group_representative",
        ),
    ),
    "auditor": (
        "Auditor",
        ("stock.group_production_lot", "asi_coc.group_auditor"),
    ),
}


def create_users(env, companies):
    """Return ``{role: user}``; each works for all of ``companies``."""
    # The Sales app's menu is Odoo's Sales Management's; its orders are here.
    env.ref("sale.sale_menu_root").active = True
    return {
        role: _create_user(env, companies, f"demo-{role}", name, groups)
        for role, (name, groups) in ROLES.items()
    }


def _create_user(env, companies, login, name, groups):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "company_ids": [Command.set(companies.ids)],
                "company_id": companies[:1].id,
                "group_ids": [
                    Command.set([env.ref(group).id for group in COMMON + groups])
                ],
            }
        )
    )


def create_portal_user(env, partner, login, company):
    """Return the portal user of a partner's office."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Office",
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "parent_id": partner.id,
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
                "group_ids": [Command.set([env.ref("base.group_portal").id])],
            }
        )
    )


def admit_administrator(env, companies):
    """Let the administrator work for ``companies``, the first of them at login."""
    env.ref("base.user_admin").write(
        {"company_ids": [Command.set(companies.ids)], "company_id": companies[:1].id}
    )


def create_responsible(env, company, name, function):
    """Return the employee of ``company`` whom its CoC Documents name (9.2e).

    Without a password nobody logs in as this person.
    """
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": name.lower().replace(" ", "."),
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
                "group_ids": [Command.set([env.ref("asi_coc.group_user").id])],
            }
        )
    )
    # A customer's contact is the first person of the company (9.2d).
    user.partner_id.write({"parent_id": company.partner_id.id, "function": function})
    return user
