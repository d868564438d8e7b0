"""The SQL of scrap suppliers and of the cash they were paid (4.3a, 4.3b).

An entity is a company with its branches: the company on top of them is named.
"""

from odoo.tools import SQL

#: Payments that are posted, in Odoo's words.
POSTED_PAYMENTS = ("in_process", "paid")


def entity_of(alias):
    """Return the top company of a company table's row."""
    return SQL("split_part(%s, '/', 1)::int", SQL.identifier(alias, "parent_path"))


def scrap_supplier_query(condition=None):
    """Return ``(supplier_id, entity_id)`` of direct suppliers of scrap (4.3a).

    Whoever has an order of a scrap product, a request for quotation too unless it is
    cancelled; or a bill with one; or delivered one; or was named by an officer.
    Suppliers are commercial entities. ``condition`` is one on ``partner``. Only
    entities with a CoC Certification Scope that was activated have any.
    """
    condition = condition or SQL("TRUE")
    is_scrap = SQL(
        """
        JOIN product_product product ON product.id = line.product_id
        JOIN product_template template
          ON template.id = product.product_tmpl_id AND template.coc_material = 'scrap'
        """
    )
    return SQL(
        """
        SELECT DISTINCT found.supplier_id, %(entity)s AS entity_id
          FROM (
            SELECT partner.commercial_partner_id AS supplier_id, line.company_id
              FROM res_partner partner
              JOIN purchase_order purchase
                ON purchase.partner_id = partner.id
               AND (purchase.state != 'cancel' OR purchase.date_approve IS NOT NULL)
              JOIN purchase_order_line line ON line.order_id = purchase.id
                   %(is_scrap)s
             WHERE %(condition)s
             UNION
            SELECT partner.commercial_partner_id, line.company_id
              FROM res_partner partner
              JOIN account_move move
                ON move.partner_id = partner.id AND move.state != 'cancel'
               AND move.move_type IN ('in_invoice', 'in_refund', 'in_receipt')
              JOIN account_move_line line ON line.move_id = move.id
                   %(is_scrap)s
             WHERE %(condition)s
             UNION
            SELECT partner.commercial_partner_id, line.company_id
              FROM res_partner partner
              JOIN stock_picking picking ON picking.partner_id = partner.id
              JOIN stock_move line ON line.picking_id = picking.id
               AND line.state = 'done'
              JOIN stock_location source
                ON source.id = line.location_id AND source.usage = 'supplier'
                   %(is_scrap)s
             WHERE %(condition)s
             UNION
            SELECT partner.commercial_partner_id, named.company_id
              FROM res_partner partner
              JOIN res_partner supplier
                ON supplier.id = partner.commercial_partner_id
               AND supplier.coc_is_named_scrap_supplier
        CROSS JOIN asi_coc_scope named
             WHERE %(condition)s
          ) AS found
          JOIN res_company company ON company.id = found.company_id
         WHERE %(entity)s IN (
                   SELECT %(scope_entity)s
                     FROM asi_coc_scope scope
                     JOIN res_company scope_company
                       ON scope_company.id = scope.company_id
                    WHERE scope.state != 'draft')
        """,
        entity=entity_of("company"),
        scope_entity=entity_of("scope_company"),
        is_scrap=is_scrap,
        condition=condition,
    )


def is_cash_entry(cash_accounts):
    """Return the condition that journal entry ``move`` moves cash.

    It is one of a cash journal, or takes from the account of one. ``journal`` is
    the entry's.
    """
    return SQL(
        """
        (journal.type = 'cash'
         OR (SELECT sum(till.balance)
               FROM account_move_line till
              WHERE till.move_id = move.id AND till.account_id = ANY(%s)) < 0)
        """,
        list(cash_accounts),
    )


def item_query(partners, cash_accounts, condition=None):
    """Return what cash entries and payments say of operations (4.3b).

    Rows are ``(supplier, entity, company, move, payment, key, day, role, account,
    currency, amount)``; the key is the journal entry's id, or minus the payment's
    where it has none. A reversal belongs to the entry it reverses. ``partners`` is a
    condition on ``contact``, ``condition`` one on ``found``, the operation.
    """
    return SQL(
        """
        WITH contact AS (
            SELECT contact.id, contact.commercial_partner_id
              FROM res_partner contact
             WHERE %(partners)s
        ),
        line AS (
            SELECT line.id, contact.commercial_partner_id AS supplier_id
              FROM contact
              JOIN account_move_line line ON line.partner_id = contact.id
             UNION ALL
            -- a line without contact is that of the entry's contact
            SELECT line.id, contact.commercial_partner_id
              FROM contact
              JOIN account_move move ON move.partner_id = contact.id
              JOIN account_move_line line
                ON line.move_id = move.id AND line.partner_id IS NULL
        ),
        found AS (
            SELECT line.supplier_id, %(entity)s AS entity_id, item.company_id,
                   COALESCE(original.id, move.id) AS key, move.id AS move_id,
                   NULL::int AS payment_id,
                   COALESCE(original.date, move.date) AS day,
                   CASE WHEN account.account_type = 'asset_cash'
                             OR account.id = ANY(%(cash_accounts)s) THEN 'till'
                        WHEN account.id = payment.outstanding_account_id
                        THEN 'announced'
                        ELSE 'paid' END AS role,
                   item.account_id, item.currency_id, item.amount_currency AS amount
              FROM line
              JOIN account_move_line item ON item.id = line.id
              JOIN account_move move ON move.id = item.move_id
              JOIN account_journal journal ON journal.id = move.journal_id
              JOIN account_account account ON account.id = item.account_id
              JOIN res_company company ON company.id = item.company_id
         -- only what brings cash back undoes an earlier day's payment
         LEFT JOIN account_move original
                ON original.id = move.reversed_entry_id
               AND original.company_id = move.company_id
               AND item.amount_currency < 0
         LEFT JOIN account_payment payment
                ON payment.id = COALESCE(move.origin_payment_id,
                                         original.origin_payment_id)
             WHERE item.parent_state = 'posted' AND %(is_cash_entry)s
             UNION ALL
            SELECT contact.commercial_partner_id, %(entity)s, payment.company_id,
                   COALESCE(payment.move_id, -payment.id), payment.move_id,
                   payment.id, payment.date, 'paid', 0, payment.currency_id,
                   CASE payment.payment_type WHEN 'outbound' THEN payment.amount
                        ELSE -payment.amount END
              FROM contact
              JOIN account_payment payment ON payment.partner_id = contact.id
              JOIN account_journal journal ON journal.id = payment.journal_id
              JOIN res_company company ON company.id = payment.company_id
         LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE journal.type = 'cash' AND payment.state = ANY(%(posted)s)
               AND move.state IS DISTINCT FROM 'posted'
        )
        SELECT found.supplier_id, found.entity_id, found.company_id, found.move_id,
               found.payment_id, found.key, found.day, found.role,
               found.account_id, found.currency_id, sum(found.amount)::float
          FROM found
         WHERE found.role != 'till' AND %(condition)s
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
      ORDER BY found.day, found.key
        """,
        partners=partners,
        condition=condition or SQL("TRUE"),
        entity=entity_of("company"),
        cash_accounts=list(cash_accounts),
        is_cash_entry=is_cash_entry(cash_accounts),
        posted=list(POSTED_PAYMENTS),
    )


def link_query(moves, payments):
    """Return ``(key, kind, id)`` of the bills and orders that operations pay (4.3b).

    Bills are those they are reconciled with or registered for; orders those of the
    bills, or whose number the entry or payment names.
    """
    return SQL(
        """
        WITH bill AS (
            SELECT paid.move_id AS key, owed.move_id AS bill_id
              FROM account_move_line paid
              JOIN account_partial_reconcile partial
                ON partial.debit_move_id = paid.id
              JOIN account_move_line owed ON owed.id = partial.credit_move_id
              JOIN account_move move
                ON move.id = owed.move_id AND move.move_type != 'entry'
             WHERE paid.move_id = ANY(%(moves)s)
             UNION
            SELECT COALESCE(payment.move_id, -payment.id), registered.invoice_id
              FROM account_payment payment
              JOIN account_move__account_payment registered
                ON registered.payment_id = payment.id
             WHERE payment.id = ANY(%(payments)s)
                OR payment.move_id = ANY(%(moves)s)
        ),
        named AS (
            SELECT line.move_id AS key, line.company_id,
                   concat_ws(' ', move.ref, line.name) AS text,
                   COALESCE(line.partner_id, move.partner_id) AS partner_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.move_id = ANY(%(moves)s)
             UNION
            SELECT COALESCE(payment.move_id, -payment.id), payment.company_id,
                   payment.memo, payment.partner_id
              FROM account_payment payment
             WHERE payment.id = ANY(%(payments)s)
        )
        SELECT bill.key, 'bill', bill.bill_id
          FROM bill
         UNION
        SELECT bill.key, 'order', ordered.order_id
          FROM bill
          JOIN account_move_line line ON line.move_id = bill.bill_id
          JOIN purchase_order_line ordered ON ordered.id = line.purchase_line_id
         UNION
        SELECT named.key, 'order', purchase.id
          FROM named
          JOIN res_partner partner ON partner.id = named.partner_id
          JOIN res_partner contact
            ON contact.commercial_partner_id = partner.commercial_partner_id
          JOIN purchase_order purchase
            ON purchase.partner_id = contact.id
           AND purchase.name = ANY(regexp_split_to_array(named.text, '[\\s,;:()]+'))
        """,
        moves=list(moves),
        payments=list(payments),
    )


def place_query(moves, payments):
    """Return ``(supplier, entity)`` of scrap suppliers that these name."""
    return SQL(
        """
        WITH touched AS (
            SELECT partner.commercial_partner_id AS supplier_id,
                   %(entity)s AS entity_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = line.company_id
              JOIN res_partner partner
                ON partner.id = COALESCE(line.partner_id, move.partner_id)
             WHERE line.move_id = ANY(%(moves)s)
             UNION
            SELECT partner.commercial_partner_id, %(entity)s
              FROM account_payment payment
              JOIN res_company company ON company.id = payment.company_id
              JOIN res_partner partner ON partner.id = payment.partner_id
             WHERE payment.id = ANY(%(payments)s)
        )
        SELECT touched.supplier_id, touched.entity_id
          FROM touched
          JOIN (%(suppliers)s) AS scrap
            ON scrap.supplier_id = touched.supplier_id
           AND scrap.entity_id = touched.entity_id
        """,
        entity=entity_of("company"),
        moves=list(moves),
        payments=list(payments),
        suppliers=scrap_supplier_query(
            SQL("partner.commercial_partner_id IN (SELECT supplier_id FROM touched)")
        ),
    )
