"""The SQL that lets assessments of received scrap count (4.2, 8.3).

An assessment in force tells what part of a received move is pre-consumer,
post-consumer and dross, what of it is eligible, and its aluminium content. A
return to the supplier takes back the same shares.
"""

from odoo.tools import SQL

#: What a line, as it is measured, knows of its assessment.
ASSESSED_COLUMNS = SQL(
    """
    assessed.id AS assessment_id, assessed.is_own AS assessment_is_own,
    assessed.pre_percentage, assessed.post_percentage,
    assessed.due_diligence, assessed.closed_loop_id, assessed.loop_mass,
    assessed.whole_base
    """
)


def assessed_query():
    """The assessment in force of a line's move, or of the move it takes back.

    ``whole_base`` is what the assessed move holds now, in base units.
    """
    return SQL(
        """
        SELECT assessment.id, assessment.move_id = move.id AS is_own,
               assessment.pre_percentage, assessment.post_percentage,
               assessment.due_diligence, assessment.closed_loop_id,
               assessment.loop_mass,
               NULLIF(assessment.aluminium_percentage, 0) AS aluminium_percentage,
               (SELECT sum(whole.quantity * whole_uom.factor)
                  FROM stock_move_line whole
                  JOIN uom_uom whole_uom ON whole_uom.id = whole.product_uom_id
                 WHERE whole.move_id = assessment.move_id) AS whole_base
          FROM asi_coc_scrap_assessment assessment
         WHERE template.coc_material = 'scrap'
           AND assessment.state = 'valid'
           AND assessment.move_id IN (move.id, move.origin_returned_move_id)
      ORDER BY is_own DESC
         LIMIT 1
        """
    )


def kind_masses(mass):
    """Return SQL for the pre-consumer, post-consumer and dross part of ``mass``.

    Rounded one after the other, so that they add up to it and none is negative.
    """
    pre = SQL("round(%s * pre_percentage / 100, 6)", mass)
    both = SQL("round(%s * (pre_percentage + post_percentage) / 100, 6)", mass)
    return pre, SQL("(%s - %s)", both, pre), SQL("(%s - %s)", mass, both)


def coverable_mass(mass):
    """The part of ``mass`` that a CoC Document or a closed loop can make eligible.

    Pre-consumer scrap (4.2a), and dross that no due diligence makes eligible.
    """
    pre, _post, dross = kind_masses(mass)
    return SQL("(%s + CASE WHEN due_diligence THEN 0 ELSE %s END)", pre, dross)


def is_assessed():
    # What comes back from a contractor outside the scope was counted before (2.2).
    return SQL(
        """
        (leg.flow = 'input' AND NOT leg.is_made AND NOT leg.is_used
         AND leg.source_contractor_id IS NULL
         AND leg.assessment_id IS NOT NULL
         AND leg.assessment_is_own = (leg.sign = 1))
        """
    )


def covered_mass():
    """What of a line its move's CoC Document, or closed loop, makes eligible.

    A verified document takes the place of a loop. The lines of a receipt are
    filled in order; a return takes back its part, rounded up to the safe side.
    """
    whole = SQL("round(leg.whole_base * leg.tonnes_per_base, 6)")
    return SQL(
        """
        CASE WHEN leg.sign = 1
             THEN LEAST(coverable.coverable_mass, GREATEST(
                      coverable.cover - COALESCE(leg.coverable_before, 0), 0))
             ELSE LEAST(coverable.coverable_mass, COALESCE(ceil(
                      coverable.coverable_mass * coverable.cover
                      / NULLIF(GREATEST(%(whole)s, coverable.cover), 0)
                      * 1000000) / 1000000, 0))
         END
        """,
        whole=coverable_mass(whole),
    )


def coverable_query():
    return SQL(
        """
        SELECT %(mass)s AS coverable_mass,
               COALESCE(CASE WHEN leg.document_id IS NULL THEN leg.loop_mass
                             WHEN leg.sign = 1 THEN leg.coc_claimed_mass
                             ELSE leg.origin_claimed_mass END, 0)::numeric AS cover
        """,
        mass=coverable_mass(SQL("leg.mass")),
    )


def kinds_query():
    """The parts of an assessed line: rows of status, mass, share and kind.

    None is eligible that came to a facility that was not certified (4.1a, b).
    """
    pre, post, dross = kind_masses(SQL("judged.mass"))
    return SQL(
        """
        SELECT kind.status, kind.mass, kind.mass / NULLIF(judged.mass, 0), kind.name
          FROM (
            SELECT %(pre)s AS pre, %(post)s AS post, %(dross)s AS dross,
                   CASE WHEN judged.certified THEN judged.covered_mass ELSE 0 END
                       AS covered,
                   judged.certified AND judged.due_diligence AS accepted
          ) AS whole
    CROSS JOIN LATERAL (
            SELECT LEAST(pre, covered) AS coc_pre,
                   CASE WHEN accepted THEN post ELSE 0 END AS coc_post,
                   CASE WHEN accepted THEN dross
                        ELSE covered - LEAST(pre, covered) END AS coc_dross
          ) AS parted
    CROSS JOIN LATERAL (
            VALUES ('coc', 'pre_consumer', coc_pre),
                   ('non_coc', 'pre_consumer', pre - coc_pre),
                   ('coc', 'post_consumer', coc_post),
                   ('non_coc', 'post_consumer', post - coc_post),
                   ('coc', 'dross', coc_dross),
                   ('non_coc', 'dross', dross - coc_dross)
          ) AS kind (status, name, mass)
         WHERE judged.reason IS NULL AND judged.is_assessed AND kind.mass != 0
        """,
        pre=pre,
        post=post,
        dross=dross,
    )
