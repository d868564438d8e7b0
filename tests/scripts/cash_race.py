"""Put after at_once.py: a scrap supplier that two pay in cash at the same moment.

``FIRST`` tells whether it is the first cash of this supplier. ``env`` and names of
the plant are the shell's.
"""

# Whole transactions race here, and the test reads what is printed.
# pylint: disable=invalid-commit,print-used

import json

from odoo import api

company = env.company  # noqa: F821
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)  # noqa: F821
usd = env.ref("base.USD")  # noqa: F821
if company.currency_id != usd:
    env["res.currency.rate"].create(  # noqa: F821
        {"currency_id": usd.id, "name": "2020-01-01", "rate": 1}
    )
# A till each: nothing but the supplier is the same.
tills = env["account.journal"].create(  # noqa: F821
    [
        {"name": code, "code": code, "type": "cash", "currency_id": usd.id}
        for code in ("TILL1", "TILL2")
    ]
)
yard = env["res.partner"].create({"name": "Metro Scrap Yard"})  # noqa: F821
yard.coc_is_named_scrap_supplier = True


def draft(amount, till=tills[0]):
    return env["account.payment"].create(  # noqa: F821
        {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": yard.id,
            "amount": amount,
            "journal_id": till.id,
            "currency_id": usd.id,
        }
    )


env.ref("base.user_admin").group_ids |= env.ref(  # noqa: F821
    "account.group_account_user"
) | env.ref("account.group_account_basic")  # noqa: F821
if not FIRST:  # noqa: F821
    draft(1).action_post()
drafts = [draft(6000), draft(6000, tills[1])]
env.cr.commit()  # noqa: F821


def pay(payment):
    def act(cr):
        own = api.Environment(cr, env.uid, {})  # noqa: F821
        own["account.payment"].browse(payment.id).action_post()
        own.flush_all()

    return act


answers = race(pay(drafts[0]), pay(drafts[1]))  # noqa: F821
print(
    json.dumps(
        {
            "answers": answers,
            "sum": yard.coc_cash_sum,
            "posted": [one.state != "draft" for one in drafts],
        }
    )
)
