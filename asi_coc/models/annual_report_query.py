"""Sums of the ledger for the report to the ASI Secretariat (1.7)."""

from decimal import Decimal

from odoo.fields import Domain
from odoo.tools import SQL

from ..core.annual_report import Flow
from ..core.annual_transfers import Transfer

#: Flows that parts a to c add up, and those between activities (g).
BOUNDARY = ("input", "output")
INTRA_ENTITY = ("intra_entity_in", "intra_entity_out")


def flows_domain(flows):
    """Return the domain of the entries of ``flows`` that are in a figure."""
    return Domain([("flow", "in", flows), ("status", "!=", "unclassified")])


def windows_domain(windows):
    """Return the domain of the entries that fall into ``windows``."""
    return Domain.OR(
        Domain.AND(
            [
                Domain("date", ">=", window.first_day)
                if window.first_day
                else Domain.TRUE,
                Domain("date", "<=", window.last_day),
                Domain("id", ">", window.after) if window.after else Domain.TRUE,
                Domain("id", "<=", window.upto)
                if window.upto is not None
                else Domain.TRUE,
            ]
        )
        for window in windows
    )


def get_flows(env, domain, first_day):
    """Return the year's inputs and outputs as :class:`~..core.annual_report.Flow`.

    One query, however many entries; the reader's record rules apply.
    """
    domain = domain & flows_domain(BOUNDARY)
    env.cr.execute(
        SQL(
            """
            SELECT activity.code, entry.flow, entry.material, entry.status,
                   entry.scrap_kind,
                   %(own)s AS own, entry.date < %(first_day)s AS late,
                   sum(entry.mass)::text
              FROM (%(entries)s) AS entry
              JOIN asi_coc_activity activity ON activity.id = entry.activity_id
          GROUP BY 1, 2, 3, 4, 5, 6, 7
            """,
            own=SQL(
                "(entry.flow = 'input' AND entry.production_id IS NOT NULL "
                "AND activity.code = 'bauxite_mining')"
            ),
            first_day=first_day,
            entries=_entries(env, domain),
        )
    )
    return [Flow(*key, Decimal(mass)) for *key, mass in env.cr.fetchall()]


def get_transfers(env, domain, first_day):
    """Return ``(transfers, own dross)`` of the year's intra-entity flows.

    Transfers are of what the origin puts out and the target takes in. Own dross
    maps ``(origin, target)`` to tonnes that a re-melter got of the scope itself,
    less what went back (4.2c). One query, however many entries.
    """
    domain = domain & flows_domain(INTRA_ENTITY)
    for name in ("product.product", "product.template", "asi.coc.form"):
        env[name].flush_model()
    env.cr.execute(
        SQL(
            """
            SELECT entry.period_id, activity.code, counterpart.code, entry.flow,
                   entry.status != 'non_coc' AS claimed,
                   entry.date < %(first_day)s AS late,
                   entry.material = activity.output_material
                   AND entry.material = counterpart.input_material AS passed_on,
                   COALESCE(form.scrap_kind = 'dross', FALSE)
                   AND entry.material = activity.input_material AS dross,
                   sum(entry.mass)::text
              FROM (%(entries)s) AS entry
              JOIN asi_coc_activity activity ON activity.id = entry.activity_id
              JOIN asi_coc_activity counterpart
                ON counterpart.id = entry.counterpart_activity_id
         LEFT JOIN product_product product ON product.id = entry.product_id
         LEFT JOIN product_template template
                ON template.id = product.product_tmpl_id
         LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            """,
            first_day=first_day,
            entries=_entries(env, domain),
        )
    )
    transfers, dross = [], {}
    for row in env.cr.fetchall():
        period, origin, target, flow, claimed, late, passed_on, is_dross, mass = row
        if is_dross:
            sign = 1 if flow == "intra_entity_in" else -1
            pair = (target, origin)
            dross[pair] = dross.get(pair, Decimal(0)) + sign * Decimal(mass)
        elif passed_on and flow == "intra_entity_out":
            transfers.append(
                Transfer(period, origin, target, claimed, late, Decimal(mass))
            )
    return transfers, dross


def _entries(env, domain):
    # The search applies the reader's record rules.
    entries = env["asi.coc.entry"]._search(domain)
    return entries.select(SQL("asi_coc_entry.*"))
