from odoo import fields, models
from odoo.tools import SQL

from .cash_query import POSTED_PAYMENTS, entity_of, is_cash_entry, scrap_supplier_query


class AsiCocFinancialRecord(models.Model):
    """Every transaction with scrap suppliers: bills, bank and cash payments (4.3b).

    Read from Odoo's accounting; nothing is booked a second time. Signs are those of
    what the supplier gets: a bill and a payment are positive, a credit note and money
    that comes back are negative.
    """

    _name = "asi.coc.financial.record"
    _description = "Financial Record of a Scrap Supplier"
    _auto = False
    _rec_name = "number"
    _order = "date desc, id desc"
    _depends = {
        "account.move": [
            "name",
            "date",
            "ref",
            "state",
            "move_type",
            "journal_id",
            "partner_id",
            "origin_payment_id",
        ],
        "account.move.line": [
            "account_id",
            "amount_currency",
            "balance",
            "company_id",
            "currency_id",
            "move_id",
            "parent_state",
            "partner_id",
            "product_id",
        ],
        "account.account": ["account_type"],
        "account.journal": ["code", "default_account_id", "type"],
        "account.payment": [
            "amount",
            "amount_company_currency_signed",
            "company_id",
            "currency_id",
            "date",
            "journal_id",
            "memo",
            "move_id",
            "name",
            "outstanding_account_id",
            "partner_id",
            "payment_type",
            "state",
        ],
        "asi.coc.scope": ["company_id", "state"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["coc_material"],
        "purchase.order": ["partner_id", "state"],
        "purchase.order.line": ["company_id", "order_id", "product_id"],
        "res.company": ["parent_path"],
        "res.partner": ["commercial_partner_id", "coc_is_named_scrap_supplier"],
        "stock.move": ["location_id", "picking_id", "product_id", "state"],
        "stock.picking": ["partner_id"],
    }

    number = fields.Char(
        readonly=True, help="Number of the journal entry or payment in Odoo."
    )
    date = fields.Date(readonly=True, help="Accounting date.")
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, help="Scrap supplier."
    )
    country_id = fields.Many2one(
        "res.country", readonly=True, help="Country of the supplier."
    )
    kind = fields.Selection(
        [("bill", "Bill"), ("bank", "Bank"), ("cash", "Cash"), ("other", "Other")],
        readonly=True,
        help="Bill or credit note; payment by bank or in cash; or another entry on the "
        "supplier's account.",
    )
    reference = fields.Char(
        readonly=True, help="Reference of the bill or memo of the payment."
    )
    journal_code = fields.Char(
        string="Journal", readonly=True, help="Short code of the journal."
    )
    currency_id = fields.Many2one(
        "res.currency", readonly=True, help="Currency of the transaction."
    )
    amount_currency = fields.Monetary(
        string="Amount in Currency",
        readonly=True,
        aggregator=None,
        help="What the supplier was billed or paid, in the transaction's currency; "
        "negative what came back.",
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="The same in the company's currency, as booked.",
    )
    company_currency_id = fields.Many2one(
        "res.currency", readonly=True, help="Currency of the company's books."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Company that was billed or paid."
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        help="Where it is booked.",
    )

    @property
    def _table_query(self):
        cash_accounts = self.env["account.journal"]._coc_get_cash_accounts()
        return SQL(
            """
            WITH scrap AS MATERIALIZED (%(scrap)s),
            contact AS (
                SELECT contact.id, contact.commercial_partner_id AS supplier_id
                  FROM res_partner contact
                 WHERE contact.commercial_partner_id IN (SELECT supplier_id FROM scrap)
            ),
            booked AS (%(booked)s UNION ALL %(announced)s)
            SELECT booked.*, supplier.country_id,
                   company.currency_id AS company_currency_id
              FROM booked
              JOIN res_company company ON company.id = booked.company_id
              JOIN res_partner supplier ON supplier.id = booked.partner_id
             WHERE EXISTS (SELECT FROM scrap
                            WHERE scrap.supplier_id = booked.partner_id
                              AND scrap.entity_id = %(entity)s)
               AND booked.amount_currency != 0
            """,
            scrap=scrap_supplier_query(),
            booked=self._get_booked_query(cash_accounts),
            announced=self._get_announced_query(),
            entity=entity_of("company"),
        )

    def _get_booked_query(self, cash_accounts):
        """Return posted entries, one row per currency.

        Of a bill what it puts on the supplier's account; of other entries what they
        take from there, or from wherever the supplier is named beside the money.
        """
        return SQL(
            """
            SELECT min(line.id) AS id, move.id AS move_id, move.name AS number,
                   move.date, contact.supplier_id AS partner_id, line.company_id,
                   CASE WHEN move.move_type != 'entry' THEN 'bill'
                        WHEN %(is_cash)s THEN 'cash'
                        WHEN journal.type = 'bank' THEN 'bank'
                        ELSE 'other' END AS kind,
                   move.ref AS reference,
                   journal.code AS journal_code,
                   line.currency_id,
                   sum(CASE WHEN move.move_type = 'entry' THEN line.amount_currency
                            ELSE -line.amount_currency END) AS amount_currency,
                   sum(CASE WHEN move.move_type = 'entry' THEN line.balance
                            ELSE -line.balance END) AS amount
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = move.journal_id
              JOIN account_account account ON account.id = line.account_id
              JOIN contact ON contact.id = COALESCE(line.partner_id, move.partner_id)
         LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
             WHERE line.parent_state = 'posted'
               AND CASE WHEN move.move_type = 'entry'
                             AND journal.type IN ('cash', 'bank')
                        THEN account.account_type != 'asset_cash'
                             AND account.id
                                 IS DISTINCT FROM payment.outstanding_account_id
                             AND NOT account.id = ANY(%(cash_accounts)s)
                        ELSE account.account_type
                             IN ('liability_payable', 'asset_receivable') END
          GROUP BY move.id, journal.id, contact.supplier_id, line.company_id,
                   line.currency_id
            """,
            is_cash=is_cash_entry(cash_accounts),
            cash_accounts=list(cash_accounts),
        )

    def _get_announced_query(self):
        """Return posted payments that have no posted journal entry."""
        return SQL(
            """
            SELECT -payment.id, payment.move_id, payment.name, payment.date,
                   contact.supplier_id, payment.company_id,
                   CASE journal.type WHEN 'cash' THEN 'cash' ELSE 'bank' END,
                   payment.memo, journal.code, payment.currency_id,
                   CASE payment.payment_type WHEN 'outbound' THEN payment.amount
                        ELSE -payment.amount END,
                   -payment.amount_company_currency_signed
              FROM account_payment payment
              JOIN account_journal journal ON journal.id = payment.journal_id
              JOIN contact ON contact.id = payment.partner_id
         LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.state = ANY(%s)
               AND move.state IS DISTINCT FROM 'posted'
            """,
            list(POSTED_PAYMENTS),
        )

    def action_open_entry(self):
        """Open the journal entry; rights on accounting are asked there."""
        self.ensure_one()
        return self.sudo().move_id.with_env(self.env).get_formview_action()
