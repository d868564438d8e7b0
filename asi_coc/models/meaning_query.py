"""The SQL that tells what lines mean for the account (8.3, 8.4).

First the flows (``leg``), then their CoC and Non-CoC part (``target``).
"""

from odoo.tools import SQL

from .certification_query import is_certified
from .facility_query import is_solid_from_remelter
from .scrap_query import coverable_query, covered_mass, is_assessed, kinds_query


def leg_query():
    """What each line means: one row per flow, with its facility and direction.

    ``sign`` is -1 where a return takes a flow back. A missing facility makes
    the leg unclassified; nothing is dropped. ``sender_id`` and ``receiver_id`` are the
    facilities that an intra-entity flow comes out of and goes into, on both legs.
    """
    return SQL(
        """
        SELECT located.*, meaning.*,
               CASE WHEN meaning.sign = 1 THEN own_document_id
                    ELSE returned_document_id END AS document_id
          FROM located
    CROSS JOIN LATERAL (
            -- used by a manufacturing order, or unbuilt: what it had made
            SELECT CASE WHEN unbuild_id IS NULL THEN 'consumption'
                        ELSE made_flow END AS flow,
                   work_facility_id AS facility_id,
                   work_scope_id AS scope_id, work_activity_id AS activity_id,
                   NULL::int AS counterpart_activity_id,
                   CASE WHEN unbuild_id IS NULL THEN 1 ELSE -1 END AS sign,
                   NULL::int AS sender_id, NULL::int AS receiver_id
             WHERE is_used AND source_inside
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, work_activity_id, 1, source_facility_id,
                   work_facility_id
             WHERE is_used AND source_inside
               AND source_scope_id = work_scope_id
               AND source_activity_id != work_activity_id
         UNION ALL
            SELECT 'intra_entity_in', work_facility_id, work_scope_id,
                   work_activity_id, source_activity_id, 1, source_facility_id,
                   work_facility_id
             WHERE is_used AND source_inside
               AND source_scope_id = work_scope_id
               AND source_activity_id != work_activity_id
            -- made by a manufacturing order, or freed by unbuilding
         UNION ALL
            SELECT CASE WHEN unbuild_id IS NULL THEN made_flow
                        ELSE 'consumption' END,
                   work_facility_id, work_scope_id, work_activity_id, NULL,
                   CASE WHEN unbuild_id IS NULL THEN 1 ELSE -1 END, NULL, NULL
             WHERE is_made AND target_inside
         UNION ALL
            SELECT 'intra_entity_out', work_facility_id, work_scope_id,
                   work_activity_id, target_activity_id, 1,
                   work_facility_id, target_facility_id
             WHERE is_made AND target_inside
               AND target_scope_id = work_scope_id
               AND target_activity_id != work_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, work_activity_id, 1,
                   work_facility_id, target_facility_id
             WHERE is_made AND target_inside
               AND target_scope_id = work_scope_id
               AND target_activity_id != work_activity_id
            -- from one activity of the scope to another
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, target_activity_id, 1, source_facility_id,
                   target_facility_id
             WHERE source_inside AND target_inside
               AND source_scope_id = target_scope_id
               AND source_activity_id != target_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, source_activity_id, 1, source_facility_id,
                   target_facility_id
             WHERE source_inside AND target_inside
               AND source_scope_id = target_scope_id
               AND source_activity_id != target_activity_id
            -- a return that goes out or comes in elsewhere passed in between
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, first_activity_id, 1, source_facility_id,
                   first_facility_id
             WHERE to_supplier_again AND source_inside
               AND first_activity_id != source_activity_id
         UNION ALL
            SELECT 'intra_entity_in', first_facility_id, source_scope_id,
                   first_activity_id, source_activity_id, 1, source_facility_id,
                   first_facility_id
             WHERE to_supplier_again AND source_inside
               AND first_activity_id != source_activity_id
         UNION ALL
            SELECT 'intra_entity_out', first_facility_id, target_scope_id,
                   first_activity_id, target_activity_id, 1,
                   first_facility_id, target_facility_id
             WHERE from_customer_again AND target_inside
               AND first_activity_id != target_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, first_activity_id, 1,
                   first_facility_id, target_facility_id
             WHERE from_customer_again AND target_inside
               AND first_activity_id != target_activity_id
            -- out of the scope; a return to the supplier takes back its input
         UNION ALL
            SELECT CASE WHEN is_given_up THEN 'output'
                        WHEN target_usage IN ('inventory', 'production') THEN 'loss'
                        WHEN to_supplier_again THEN 'input'
                        ELSE 'output' END,
                   -- the company's own stock that is nobody's yet: unclassified
                   CASE WHEN NOT target_inside OR target_facility_id IS NOT NULL
                        THEN CASE WHEN to_supplier_again AND first_facility_id > 0
                                  THEN first_facility_id
                                  ELSE source_facility_id END END,
                   source_scope_id,
                   CASE WHEN to_supplier_again AND first_facility_id > 0
                        THEN first_activity_id ELSE source_activity_id END, NULL,
                   CASE WHEN to_supplier_again THEN -1 ELSE 1 END, NULL, NULL
             WHERE NOT is_used AND source_inside
               AND (NOT target_inside
                    OR source_scope_id IS DISTINCT FROM target_scope_id)
               AND NOT (target_inside AND source_facility_id IS NULL)
            -- into the scope; a return from the customer takes back its output
         UNION ALL
            SELECT CASE WHEN source_usage IN ('inventory', 'production') THEN 'gain'
                        WHEN from_customer_again THEN 'output'
                        ELSE 'input' END,
                   CASE WHEN NOT source_inside OR source_facility_id IS NOT NULL
                        THEN CASE WHEN from_customer_again AND first_facility_id > 0
                                  THEN first_facility_id
                                  ELSE target_facility_id END END,
                   target_scope_id,
                   CASE WHEN from_customer_again AND first_facility_id > 0
                        THEN first_activity_id ELSE target_activity_id END, NULL,
                   CASE WHEN from_customer_again THEN -1 ELSE 1 END, NULL, NULL
             WHERE NOT is_made AND target_inside
               AND (NOT source_inside
                    OR source_scope_id IS DISTINCT FROM target_scope_id)
               AND NOT (source_inside AND target_facility_id IS NULL)
          ) AS meaning
        """
    )


def target_query(claimed_mass):
    """What the ledger should say: legs split into CoC and Non-CoC mass.

    The CoC part of an input, ``claimed_mass`` in tonnes, and of an output, the
    designated quantity, fill the lines of a move in order. Assessed scrap is split
    by kind, each with what of it is eligible (4.2). What enters or leaves a facility
    that is not certified on the day carries none (3 to 6 a, b). Needs
    ``certified_span``.
    """
    return SQL(
        """
        SELECT COALESCE(judged.scope_id, default_scope_id) AS scope_id,
               judged.company_id, judged.date, judged.facility_id,
               judged.activity_id, judged.counterpart_activity_id, judged.flow,
               part.status, judged.reason, judged.material, judged.product_id,
               judged.lot_id, judged.id AS move_line_id, judged.move_id,
               judged.form_id, judged.uom_id, judged.mass_basis, judged.unit_mass,
               judged.picking_id,
               judged.work_id AS production_id, judged.partner_id,
               CASE WHEN part.status = 'coc' AND judged.flow = 'input'
                     AND (part.scrap_kind IS NULL
                          OR part.scrap_kind = 'pre_consumer'
                          OR part.scrap_kind = 'dross' AND NOT judged.due_diligence)
                    THEN judged.document_id END AS document_id,
               part.scrap_kind,
               CASE WHEN part.status = 'coc' AND part.scrap_kind = 'pre_consumer'
                     AND judged.document_id IS NULL
                    THEN judged.closed_loop_id END AS closed_loop_id,
               CASE WHEN judged.is_assessed THEN judged.assessment_id END
                   AS assessment_id,
               judged.sign * part.mass AS mass,
               CASE WHEN part.status = 'unclassified' OR judged.mass = 0
                    THEN judged.sign * judged.quantity
                    ELSE round(judged.sign * judged.quantity
                               * part.mass / judged.mass, 6) END AS quantity,
               CASE WHEN judged.move_base != 0 AND part.share IS NOT NULL
                    THEN round(judged.sign * judged.move_value::numeric
                               * judged.base_quantity / judged.move_base
                               * part.share, 2) END AS value
          FROM (
            SELECT leg.*, claim.certified, %(is_assessed)s AS is_assessed,
                   %(covered_mass)s AS covered_mass,
                   CASE WHEN leg.facility_id IS NULL THEN 'no_facility'
                        WHEN leg.tonnes_per_base IS NULL THEN 'no_mass'
                        WHEN flow = 'input' AND sign = 1 AND NOT is_made
                         AND material != target_input_material
                        THEN 'wrong_material'
                        -- what a re-melter took in is melted by a re-melter (4.2)
                        WHEN is_used AND sign = 1 AND leg.material = 'scrap'
                         AND flow IN ('consumption', 'intra_entity_in')
                         AND source_input_material = 'scrap'
                         AND work_input_material != 'scrap'
                        THEN 'wrong_material'
                        WHEN flow IN ('output', 'production',
                                      'intra_entity_out', 'intra_entity_in')
                         AND %(solid_from_remelter)s
                        THEN 'wrong_form'
                        WHEN NOT EXISTS (
                            SELECT FROM asi_coc_period period
                             WHERE period.scope_id = leg.scope_id
                               AND period.state != 'closed'
                               AND period.date_end >= leg.date
                               AND EXISTS (
                                   SELECT FROM asi_coc_period earlier
                                    WHERE earlier.scope_id = leg.scope_id
                                      AND earlier.date_start <= leg.date))
                        THEN 'no_period' END AS reason,
                   CASE
                       WHEN flow = 'input' AND NOT certified THEN 0
                       WHEN flow = 'input' AND (is_made OR is_used) THEN mass
                       -- to and from a contractor outside the scope (2.2)
                       WHEN flow = 'input' AND source_contractor_id IS NOT NULL THEN 0
                       WHEN flow = 'output' AND (target_contractor_id IS NOT NULL
                                                 OR is_given_up) THEN 0
                       WHEN flow = 'input'
                       THEN LEAST(mass, GREATEST(
                           COALESCE(%(claimed_mass)s, 0)
                           - COALESCE(mass_before, 0), 0))
                       WHEN flow = 'output' AND certified THEN %(designated_mass)s
                       ELSE 0
                   END AS coc_mass
              FROM leg
         LEFT JOIN LATERAL (%(coverable)s) AS coverable ON %(is_assessed)s
         LEFT JOIN asi_coc_activity origin
                ON origin.id = CASE WHEN flow = 'intra_entity_in'
                                    THEN counterpart_activity_id
                                    ELSE activity_id END
    CROSS JOIN LATERAL (SELECT %(certified)s AS certified) AS claim
          ) AS judged
    CROSS JOIN LATERAL (
            SELECT 'unclassified' AS status, COALESCE(judged.mass, 0) AS mass,
                   1 AS share, NULL::varchar AS scrap_kind
             WHERE judged.reason IS NOT NULL
         UNION ALL
            SELECT 'pooled', judged.mass, 1, NULL
             WHERE judged.reason IS NULL AND judged.flow NOT IN ('input', 'output')
               AND judged.certified IS NOT FALSE
         UNION ALL
            SELECT 'coc', judged.coc_mass, judged.coc_mass / NULLIF(judged.mass, 0),
                   NULL
             WHERE judged.reason IS NULL AND judged.flow IN ('input', 'output')
               AND judged.coc_mass != 0 AND NOT judged.is_assessed
         UNION ALL
            SELECT 'non_coc', judged.mass - judged.coc_mass,
                   (judged.mass - judged.coc_mass) / NULLIF(judged.mass, 0), NULL
             WHERE judged.reason IS NULL
               AND (judged.flow IN ('input', 'output') OR judged.certified IS FALSE)
               AND judged.mass != judged.coc_mass AND NOT judged.is_assessed
         UNION ALL
            %(kinds)s
          ) AS part
        """,
        claimed_mass=claimed_mass,
        certified=_certified(),
        is_assessed=is_assessed(),
        covered_mass=covered_mass(),
        coverable=coverable_query(),
        kinds=kinds_query(),
        designated_mass=_designated_mass(),
        solid_from_remelter=is_solid_from_remelter(
            SQL("origin.code"), SQL("leg.material"), SQL("leg.liquid")
        ),
    )


def _certified():
    """Whether what a leg carries may be CoC Material, as its facilities are certified.

    Only asked where it matters. What is taken back is as it was counted: unbuilding
    and a return to the supplier by the day it was made or came, or as a closed period
    has it, and a return from the customer as it was delivered.
    """
    return SQL(
        """
        CASE
            WHEN flow = 'output' AND sign = -1
            THEN COALESCE(designated_base, 0) > 0 AND %(delivered)s
            WHEN flow = 'output'
            THEN COALESCE(designated_base, 0) > 0 AND %(own)s
            WHEN flow = 'input' AND sign = -1 THEN %(came)s OR %(closed)s
            WHEN flow = 'input' THEN %(own)s
            WHEN sender_id IS NOT NULL THEN %(sends)s AND %(receives)s
        END
        """,
        delivered=_was_coc("output", SQL("TRUE")),
        closed=_was_coc("input", SQL("period.state = 'closed'")),
        own=is_certified(SQL("leg.facility_id"), SQL("leg.date")),
        came=is_certified(
            SQL("leg.facility_id"), SQL("COALESCE(leg.first_date, leg.date)")
        ),
        sends=is_certified(SQL("leg.sender_id"), SQL("leg.date")),
        receives=is_certified(SQL("leg.receiver_id"), SQL("leg.date")),
    )


def _was_coc(flow, condition):
    """Whether the ledger has CoC Material of the move that a leg takes back."""
    return SQL(
        """
        EXISTS (
            SELECT FROM asi_coc_entry counted
         LEFT JOIN asi_coc_period period ON period.id = counted.period_id
             WHERE counted.move_id = leg.origin_returned_move_id
               AND counted.flow = %s AND counted.status = 'coc' AND %s
            HAVING sum(counted.mass) > 0)
        """,
        flow,
        condition,
    )


def _designated_mass():
    """The CoC mass of a line: alloys from 10 % of the mass count less (8.1)."""
    return SQL(
        """
        round(
            LEAST(base_quantity, GREATEST(
                COALESCE(designated_base, 0) - COALESCE(base_before, 0), 0))
            * tonnes_per_base
            * (10 - LEAST(10, floor(COALESCE(alloy_percentage, 0) / 10))) / 10, 6)
        """
    )
