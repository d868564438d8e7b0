"""What Oude Haven Remelting pays for scrap, by bank and a little in cash (4.3b).

The Netherlands set no legal limit in 2025, so 10,000 US dollars are the limit, at the
rate of the day: in March a euro is 1.05 dollars. The yard's bill of March is paid with
3,500 and 4,000 euros in cash, 7,875 dollars. 2,500 more would come to 10,000 euros,
10,500 dollars: refused, and paid by bank with the rest. From 2026 on the law has a
limit of its own; it is on file with its day.
"""

from datetime import date

from odoo import Command

#: Dollars per euro, from a day on.
RATES = {date(2025, 1, 1): 1.04, date(2025, 3, 1): 1.05, date(2025, 7, 1): 1.17}
CASH_MONTH = date(2025, 3, 1)
#: Day of March: euros in cash.
CASH = {10: 3_500, 20: 4_000}
REFUSED_DAY, REFUSED = 27, 2_500
#: What a dealer may not take in cash any more in the Netherlands: 3,000 euros or more.
LEGAL_LIMIT = (date(2026, 1, 1), 2_999.99)


def open_books(env, company):
    """Give the recycler accounts, a till, a bank, and the dollar's rates."""
    record = company.record
    env = env(context={**env.context, "allowed_company_ids": record.ids})
    currency = record.currency_id
    env["account.chart.template"].with_company(record).try_loading(
        "generic_coa", company=record, install_demo=False
    )
    record.currency_id = currency
    env.ref("base.USD").active = True
    env["res.currency.rate"].create(
        [
            {
                "currency_id": env.ref("base.USD").id,
                "name": day,
                "rate": rate,
                "company_id": record.id,
            }
            for day, rate in RATES.items()
        ]
    )
    kinds = {"bank": "Bank", "cash": "Till"}
    journals = {}
    for kind, name in kinds.items():
        own = [("type", "=", kind), ("company_id", "=", record.id)]
        journals[kind] = env["account.journal"].search(own, limit=1) or env[
            "account.journal"
        ].create(
            {"name": name, "code": name.upper(), "type": kind, "company_id": record.id}
        )
    return journals


class Payments:
    """What the accountant bills and pays."""

    def __init__(self, works, journals):
        self.works = works
        self.journals = journals
        # Scrap that is not billed yet, and bills that are not paid.
        self.orders = []
        self.cash_bill = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if month == CASH_MONTH:
            for day, amount in CASH.items():
                yield month.replace(day=day), lambda a=amount: self.pay_in_cash(a)
            yield month.replace(day=REFUSED_DAY), self.pay_too_much_in_cash
        if month.year == 2025 and month.month % 3 == 0:
            yield month.replace(day=28), self.pay_the_quarter
        if month == date(2025, 12, 1):
            yield month.replace(day=15), self.enter_legal_limit

    def _accountant(self):
        return self.works.acting("accountant")

    def note(self, order):
        """Keep an order of scrap to be billed."""
        self.orders.append(order)

    def bill(self, orders):
        """Enter the suppliers' bills of ``orders``."""
        env = self._accountant()
        orders = env["purchase.order"].browse([one.id for one in orders])
        orders.action_create_invoice()
        bills = orders.invoice_ids
        bills.invoice_date = self.works.company.scope._get_today()
        bills.action_post()
        return bills

    def pay(self, bills, kind, amount=None):
        """Register a payment of ``bills``, all of it or ``amount``."""
        wizard = (
            bills.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create({"journal_id": self.journals[kind].id})
        )
        if amount:
            wizard.amount = amount
        return wizard._create_payments()

    def pay_in_cash(self, amount):
        """Pay a part of the yard's bill of March from the till."""
        if not self.cash_bill:
            mine = [
                order
                for order in self.orders
                if order.partner_id == self.works.partners["yard"]
            ][-1:]
            self.cash_bill = self.bill(mine)
            self.orders = [order for order in self.orders if order not in mine]
        self.pay(self.cash_bill, "cash", amount)

    def pay_too_much_in_cash(self):
        """One payment too many is refused, whoever asks; the bank pays (4.3b)."""
        bill = self.cash_bill
        if not self.works.refuses(lambda: self.pay(bill, "cash", REFUSED)):
            raise RuntimeError("More cash than the limit was paid.")
        self.pay(bill, "bank")

    def pay_the_quarter(self):
        """Bill and pay what came since the last time, by bank."""
        self.pay(self.bill(self.orders), "bank")
        self.orders = []

    def enter_legal_limit(self):
        """The representative puts the law that comes on file (4.3b)."""
        day, amount = LEGAL_LIMIT
        env = self.works.acting("representative")
        law = env["ir.attachment"].create(
            {"name": "law.txt", "raw": b"Dealers take less than EUR 3,000 in cash."}
        )
        env["asi.coc.cash.limit"].create(
            {
                "country_id": self.works.company.record.country_id.id,
                "amount": amount,
                "currency_id": self.works.company.record.currency_id.id,
                "date_start": day,
                "source": "Cash ban for dealers, from EUR 3,000",
                "evidence_ids": [Command.link(law.id)],
            }
        )
