"""Scrap suppliers who are paid, by bank and in cash."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError

from .common import CocCase


class CashCase(CocCase):
    """The company buys scrap and pays in US dollars from a till and a bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")
        (cls.usd | cls.eur).active = True
        cls.env["res.currency.rate"].search([]).unlink()
        cls.company.write({"country_id": cls.env.ref("base.us").id})
        cls._create_accounts(cls.company)
        cls.till = cls._create_till(cls.company)
        cls.bank = cls._journal(cls.company, "bank")
        cls.yard = cls.env["res.partner"].create(
            {"name": "Metro Scrap Yard", "is_company": True}
        )
        cls.plain = cls.env["res.partner"].create({"name": "Office Supplies"})
        cls.pencil = cls._create_product("Pencil", False, cls.unit)

    @classmethod
    def _create_accounts(cls, company):
        cls.env["account.chart.template"].with_company(company).try_loading(
            "generic_coa", company=company, install_demo=False
        )
        company.currency_id = cls.usd

    @classmethod
    def _create_till(cls, company, code="TILL", **values):
        return cls.env["account.journal"].create(
            {
                "name": "Till",
                "code": code,
                "type": "cash",
                "company_id": company.id,
                **values,
            }
        )

    @classmethod
    def _journal(cls, company, kind):
        return cls.env["account.journal"].search(
            [("type", "=", kind), ("company_id", "=", company.id)], limit=1
        )

    # -- operations ------------------------------------------------------------
    def buy(self, partner=None, product=None, price=1000, quantity=1, **values):
        """Confirm a purchase order of scrap, for ``price`` a tonne."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.yard).id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "currency_id": self.usd.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.scrap).id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    def bill(self, order, quantity=None):
        """Receive and bill ``quantity`` of the order; return the posted bill."""
        line = order.order_line
        quantity = quantity or line.product_qty
        picking = order.picking_ids.filtered(lambda one: one.state != "done")
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        before = order.invoice_ids
        order.action_create_invoice()
        bill = order.invoice_ids - before
        bill.invoice_date = self.env.context.get("day") or picking.date_done.date()
        bill.action_post()
        return bill

    def bill_alone(self, partner, product, price, day="2025-03-10"):
        """Post a bill without an order."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def draft(self, amount, day="2025-03-10", partner=None, **values):
        """Draft a payment from the till on account."""
        return self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": (partner or self.yard).id,
                "amount": amount,
                "date": day,
                "journal_id": self.till.id,
                **values,
            }
        )

    def pay(self, amount, day="2025-03-10", partner=None, **values):
        payment = self.draft(amount, day, partner, **values)
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))
        return payment

    def register(self, bills, amount=None, day="2025-03-10", journal=None):
        """Pay bills with the wizard, as its button does."""
        values = {"payment_date": day, "journal_id": (journal or self.till).id}
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create(values)
        )
        if amount:
            wizard.amount = amount
        return wizard._create_payments()

    def entry(self, amount, day="2025-03-10", partner=None, journal=None, **values):
        """Draft a journal entry of the till that pays the supplier's account."""
        partner = partner or self.yard
        journal = journal or self.till
        payable = partner.with_company(self.company).property_account_payable_id
        debit, credit = max(amount, 0), max(-amount, 0)
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": payable.id,
                            "partner_id": partner.id,
                            "debit": debit,
                            "credit": credit,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.till.default_account_id.id,
                            "debit": credit,
                            "credit": debit,
                        }
                    ),
                ],
                **values,
            }
        )

    def take(self, amount, day="2025-03-10", partner=None, **values):
        """Enter a line of the till, as its statement has it."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.till.id,
                "date": day,
                "payment_ref": "Scrap",
                "amount": -amount,
                "partner_id": (self.yard if partner is None else partner).id,
                **values,
            }
        )

    def limit(self, amount, day, currency=None, country="base.us", company=None):
        """Put a legal limit on file, shared or of ``company`` only."""
        law = self.env["ir.attachment"].create({"name": "law.pdf", "raw": b"%PDF-"})
        return self.env["asi.coc.cash.limit"].create(
            {
                "country_id": self.env.ref(country).id,
                "company_id": company.id if company else False,
                "amount": amount,
                "currency_id": (currency or self.usd).id,
                "date_start": day,
                "source": "Scrap Metal Act",
                "evidence_ids": [Command.set(law.ids)],
            }
        )

    def rate(self, currency, day, rate, company=None):
        """Set units of ``currency`` per unit of the company's."""
        return self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": rate,
                "company_id": (company or self.company).id,
            }
        )

    # -- looking ---------------------------------------------------------------
    @contextmanager
    def too_much(self, *fragments):
        """Expect a payment to be refused for the limit of cash payments."""
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            yield
        # Odoo writes amounts with spaces that do not break.
        message = str(caught.exception).replace("\N{NO-BREAK SPACE}", " ")
        for fragment in ("4.3b", "Pay by bank transfer", *fragments):
            self.assertIn(fragment, message)
