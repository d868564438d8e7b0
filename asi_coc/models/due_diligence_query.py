"""The SQL that tells how a supplier stands on a day, and who needs due diligence (7.2).

Nothing is remembered but what was decided and when: assessments with the day of
their decision, mitigations with their first day and the day of their outcome. So an
answer about a past day is what was true on that day.
"""

from odoo.tools import SQL

from .located_query import certificate_holds
from .stock_picking import RECEIVING_CODES

STANDINGS = [
    ("not_needed", "Not Needed"),
    ("none", "None"),
    ("current", "Current"),
    ("expired", "Expired"),
    ("suspended", "Suspended"),
    ("terminated", "Terminated"),
]
#: Courses that stop orders while they are in force.
STOPPING = ("suspend", "terminate")
#: States of assessments that somebody decided on, accepted or not.
ACCEPTED = ("accepted", "superseded", "expired")
DECIDED = (*ACCEPTED, "refused")


def standing_on(partner, company, day):
    """Return the SQL of a supplier's standing: one of the values of STANDINGS.

    ``partner`` (a commercial partner), ``company`` and ``day`` are SQL expressions.
    Whether due diligence is needed at all is another question: ``need_query``.
    """
    return SQL(
        """
        CASE (%(stopped)s)
             WHEN 2 THEN 'terminated'
             WHEN 1 THEN 'suspended'
             ELSE COALESCE((%(decided)s), 'none')
         END
        """,
        stopped=_stopped_query(partner, company, day),
        decided=SQL(
            """
            SELECT CASE WHEN decided.state = 'refused' THEN 'none'
                        WHEN decided.valid_until < %(day)s THEN 'expired'
                        ELSE 'current' END
              FROM (%(latest)s) AS decided
            """,
            day=day,
            latest=latest_query(partner, company, day),
        ),
    )


def has_due_diligence(partner, company, day):
    """Return the SQL condition that a supplier's due diligence holds on ``day``."""
    return SQL("%s = 'current'", standing_on(partner, company, day))


def latest_query(partner, company, day):
    """The assessment decided on last, until ``day``: the one that counts."""
    return SQL(
        """
        SELECT assessment.id, assessment.state, assessment.valid_until,
               assessment.decided_by_id
          FROM asi_coc_supplier_assessment assessment
         WHERE assessment.partner_id = %(partner)s
           AND assessment.company_id = %(company)s
           AND assessment.decided_on <= %(day)s
      ORDER BY assessment.decided_on DESC, assessment.id DESC
         LIMIT 1
        """,
        partner=partner,
        company=company,
        day=day,
    )


def _stopped_query(partner, company, day):
    return SQL(
        """
        SELECT max(CASE mitigation.course WHEN 'terminate' THEN 2 ELSE 1 END)
          FROM asi_coc_supplier_mitigation mitigation
         WHERE mitigation.partner_id = %(partner)s
           AND mitigation.company_id = %(company)s
           AND mitigation.course = ANY(%(courses)s)
           AND mitigation.state != 'draft'
           AND mitigation.date_start <= %(day)s
           AND (mitigation.outcome_on IS NULL OR mitigation.outcome_on > %(day)s)
        """,
        partner=partner,
        company=company,
        day=day,
        courses=list(STOPPING),
    )


# -- who supplies -------------------------------------------------------------------
def need_query(condition=None):
    """Return one row per company and supplier of material that asks for diligence.

    That is Non-CoC Material, CoC Material through traders and Recyclable Scrap
    Material; not what a certified entity itself supplies as CoC Material, nor work
    of a contractor (2.2). Columns: partner_id, company_id, first_on, last_on,
    last_order_id, last_picking_id, materials, value (in the company's currency).
    ``condition`` is one of ``partner`` (the commercial partner).
    """
    return SQL(
        """
        SELECT supply.partner_id, supply.company_id, min(supply.day) AS first_on,
               max(supply.day) AS last_on, max(supply.order_id) AS last_order_id,
               max(supply.picking_id) AS last_picking_id,
               string_agg(DISTINCT supply.material, ',') AS materials,
               sum(supply.value) AS value
          FROM (%(orders)s UNION ALL %(receipts)s) AS supply
      GROUP BY supply.partner_id, supply.company_id
        """,
        orders=_order_query(condition or SQL("TRUE")),
        receipts=_receipt_query(condition or SQL("TRUE")),
    )


def _order_query(condition):
    """Lines of confirmed orders."""
    return SQL(
        """
        SELECT supplier.commercial_partner_id AS partner_id, purchase.company_id,
               dated.day, purchase.id AS order_id, NULL::int AS picking_id,
               template.coc_material AS material,
               ordered.price_subtotal / COALESCE(NULLIF(purchase.currency_rate, 0), 1)
                   AS value
          FROM purchase_order_line ordered
          JOIN purchase_order purchase ON purchase.id = ordered.order_id
          JOIN res_partner supplier ON supplier.id = purchase.partner_id
          JOIN res_partner partner ON partner.id = supplier.commercial_partner_id
          JOIN product_product product ON product.id = ordered.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
    CROSS JOIN LATERAL (SELECT %(day)s AS day) AS dated
         WHERE purchase.state = 'purchase'
           AND template.coc_material IS NOT NULL
           AND ordered.product_qty > 0
           AND %(condition)s
           -- what a certified entity supplies as CoC Material needs none
           AND NOT (COALESCE(ordered.coc_ordered_qty, 0) >= ordered.product_qty
                    AND %(certified)s)
           AND NOT EXISTS (
                   SELECT FROM stock_move work
                    WHERE work.purchase_line_id = ordered.id AND work.is_subcontract
               )
        """,
        day=order_day(),
        condition=condition,
        certified=_is_certified(SQL("purchase.company_id")),
    )


def _receipt_query(condition):
    """Receipts that nobody ordered."""
    return SQL(
        """
        SELECT supplier.commercial_partner_id, picking.company_id, dated.day,
               NULL::int, picking.id, template.coc_material, 0
          FROM stock_move move
          JOIN stock_picking picking ON picking.id = move.picking_id
          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
          JOIN stock_location source ON source.id = move.location_id
          JOIN res_partner supplier ON supplier.id = picking.partner_id
          JOIN res_partner partner ON partner.id = supplier.commercial_partner_id
          JOIN product_product product ON product.id = move.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
    CROSS JOIN LATERAL (SELECT %(day)s AS day) AS dated
         WHERE move.state = 'done'
           AND move.purchase_line_id IS NULL
           AND move.is_subcontract IS NOT TRUE
           AND move.quantity > 0
           AND kind.code = ANY(%(codes)s)
           AND source.usage = 'supplier'
           AND template.coc_material IS NOT NULL
           AND %(condition)s
           AND NOT (%(certified)s AND COALESCE(move.coc_claimed_mass, 0) >= (
                       SELECT COALESCE(sum(entry.mass), 0)
                         FROM asi_coc_entry entry
                        WHERE entry.move_id = move.id AND entry.flow = 'input')
                    AND move.coc_claimed_mass > 0)
        """,
        day=local_day(SQL("move.date"), SQL("picking.company_id")),
        codes=list(RECEIVING_CODES),
        condition=condition,
        certified=_is_certified(SQL("picking.company_id")),
    )


def _is_certified(company):
    return SQL(
        """
        EXISTS (
            SELECT FROM asi_coc_certificate certificate
             WHERE certificate.partner_id = partner.id
               AND certificate.standard = 'chain_of_custody'
               AND (certificate.company_id IS NULL
                    OR certificate.company_id = %(company)s)
               AND %(holds)s)
        """,
        company=company,
        holds=certificate_holds(SQL("dated.day")),
    )


# -- days ---------------------------------------------------------------------------
def order_day():
    """Return the SQL of the day on which ``purchase`` was confirmed."""
    return local_day(
        SQL("COALESCE(purchase.date_approve, purchase.date_order)"),
        SQL("purchase.company_id"),
    )


def local_day(moment, company):
    """Return the SQL of the day of a UTC ``moment`` where the company's scope is.

    The scope is the one that asi.coc.scope's ``_get_default`` takes.
    """
    return SQL(
        """
        (%(moment)s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE((
            SELECT own.tz
              FROM asi_coc_scope own
             WHERE own.company_id = %(company)s AND own.active
          ORDER BY (own.state != 'active'), own.name
             LIMIT 1), 'UTC'))::date
        """,
        moment=moment,
        company=company,
    )
