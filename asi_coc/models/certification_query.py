"""The SQL that tells on which days a facility is certified (3 to 6 a, b).

One place for it: postings, deliveries, forms and reminders all ask here.
"""

from odoo.tools import SQL

from ..core.certification import YEARS_TO_CERTIFY


def certified_span_query(facilities):
    """Return the days on which facilities meet what their activity asks for.

    ``facilities`` is a condition on ``facility``. The rows are ``(facility_id,
    standard, certificate_id, first_day, last_day)``; a facility is certified on a
    day that lies in a span of each of both standards:

    - chain_of_custody: the scope's certificate, with its renewals and, until they
      begin, the earlier ones, covers the activity, and is neither suspended nor
      withdrawn (a);
    - performance: the same of the facility's own certificate (b). Without a
      certificate: post-casthouse with a planned date, within two years of joining
      ASI (6.1b). A contractor's site is covered by section 2.

    Days before the scope's ``certification_since`` count as certified.
    """
    return SQL(
        """
        SELECT facility.id AS facility_id, certificate.standard,
               certificate.id AS certificate_id, held.first_day,
               LEAST(held.last_day, replaced.last_day) AS last_day
          FROM asi_coc_facility facility
          JOIN asi_coc_scope entity ON entity.id = facility.scope_id
          JOIN asi_coc_certificate certificate
            ON certificate.standard = 'chain_of_custody' AND %(named_by_scope)s
          JOIN asi_coc_certificate_activity_rel covered
            ON covered.certificate_id = certificate.id
           AND covered.activity_id = facility.activity_id
    CROSS JOIN LATERAL (%(held)s) AS held
    CROSS JOIN LATERAL (%(replaced_for_scope)s) AS replaced
         WHERE %(facilities)s
     UNION ALL
        SELECT facility.id, certificate.standard, certificate.id, held.first_day,
               LEAST(held.last_day, replaced.last_day)
          FROM asi_coc_facility facility
          JOIN asi_coc_certificate certificate
            ON certificate.standard = 'performance' AND %(named_by_facility)s
    CROSS JOIN LATERAL (%(held)s) AS held
    CROSS JOIN LATERAL (%(replaced_for_facility)s) AS replaced
         WHERE facility.contractor_id IS NULL AND %(facilities)s
     UNION ALL
        SELECT facility.id, 'performance', NULL, entity.member_since,
               (entity.member_since + make_interval(years => %(years)s))::date
          FROM asi_coc_facility facility
          JOIN asi_coc_scope entity ON entity.id = facility.scope_id
          JOIN asi_coc_activity activity ON activity.id = facility.activity_id
         WHERE activity.code = 'post_casthouse' AND facility.contractor_id IS NULL
           AND facility.performance_date
               <= entity.member_since + make_interval(years => %(years)s)
           AND %(facilities)s
     UNION ALL
        SELECT facility.id, 'performance', NULL, DATE '0001-01-01',
               DATE '9999-12-31'
          FROM asi_coc_facility facility
         WHERE facility.contractor_id IS NOT NULL AND %(facilities)s
     UNION ALL
        -- before the rule only a mine's own certificate was asked for
        SELECT facility.id, asked.standard, NULL, DATE '0001-01-01',
               entity.certification_since - 1
          FROM asi_coc_facility facility
          JOIN asi_coc_scope entity ON entity.id = facility.scope_id
          JOIN asi_coc_activity activity ON activity.id = facility.activity_id
    CROSS JOIN (VALUES ('chain_of_custody'), ('performance')) AS asked (standard)
         WHERE entity.certification_since IS NOT NULL
           AND NOT (activity.code = 'bauxite_mining' AND asked.standard = 'performance')
           AND %(facilities)s
        """,
        named_by_scope=_is_named_by("entity", "asi_coc_scope_earlier_certificate_rel"),
        named_by_facility=_is_named_by(
            "facility", "asi_coc_facility_earlier_certificate_rel"
        ),
        held=_held_query(),
        replaced_for_scope=_replaced_query("entity"),
        replaced_for_facility=_replaced_query("facility"),
        years=YEARS_TO_CERTIFY,
        facilities=facilities,
    )


def _is_named_by(owner, earlier):
    """A renewal has the same number: it counts without being named (10.3)."""
    owner_id = "scope_id" if owner == "entity" else "facility_id"
    return SQL(
        """
        (certificate.company_id IS NULL OR certificate.company_id = facility.company_id)
        AND EXISTS (
            SELECT FROM asi_coc_certificate named
             WHERE (named.id = %(owner)s.certificate_id
                    OR named.id IN (SELECT earlier.certificate_id
                                      FROM %(earlier)s earlier
                                     WHERE earlier.%(owner_id)s = %(owner)s.id))
               AND named.partner_id = certificate.partner_id
               AND named.number = certificate.number
               AND named.standard = certificate.standard)
        """,
        owner=SQL.identifier(owner),
        earlier=SQL.identifier(earlier),
        owner_id=SQL.identifier(owner_id),
    )


def _replaced_query(owner):
    """The last day before a certificate of another number took its place, if any."""
    return SQL(
        """
        SELECT min(following.date_start) - 1 AS last_day
          FROM asi_coc_certificate current
          JOIN asi_coc_certificate following
            ON following.partner_id = current.partner_id
           AND following.number = current.number
           AND following.standard = current.standard
         WHERE current.id = %s.certificate_id
           AND (current.partner_id, current.number)
               != (certificate.partner_id, certificate.number)
        """,
        SQL.identifier(owner),
    )


def _held_query():
    """Spans in which ``certificate`` is certified, its history counted (10.3)."""
    return SQL(
        """
        SELECT step.day AS first_day,
               LEAST(step.next_day - 1, certificate.date_end) AS last_day
          FROM (
            SELECT change.day, change.status,
                   lead(change.day) OVER (ORDER BY change.day, change.rank)
                       AS next_day
              FROM (
                SELECT certificate.date_start AS day, 'certified' AS status, 0 AS rank
             UNION ALL
                SELECT history.date, history.status, 1
                  FROM asi_coc_certificate_status history
                 WHERE history.certificate_id = certificate.id
              ) AS change
          ) AS step
         WHERE step.status = 'certified'
           AND step.day <= LEAST(step.next_day - 1, certificate.date_end)
        """
    )


def is_certified(facility, day):
    """Tell whether a facility is certified on a day; needs ``certified_span``."""
    return SQL(
        "(%s AND %s)",
        _has_span("chain_of_custody", facility, day),
        _has_span("performance", facility, day),
    )


def _has_span(standard, facility, day):
    return SQL(
        """
        EXISTS (
            SELECT FROM certified_span span
             WHERE span.facility_id = %(facility)s AND span.standard = %(standard)s
               AND %(day)s BETWEEN span.first_day AND span.last_day)
        """,
        facility=facility,
        standard=standard,
        day=day,
    )


def of_scopes(scopes):
    """The condition for all facilities of ``scopes``, archived ones too."""
    return SQL("facility.scope_id = ANY(%s)", scopes.ids)


def uncertified_query(moves):
    """Return ``(move, facility, day)`` of claims of done ``moves`` without right.

    Where designated material left, or went on to another activity, from a facility
    that was not certified on the day.
    """
    return SQL(
        """
        WITH certified_span AS MATERIALIZED (%(spans)s)
        SELECT entry.move_id, entry.facility_id, entry.date
          FROM asi_coc_entry entry
          JOIN stock_move move ON move.id = entry.move_id
         WHERE entry.move_id = ANY(%(moves)s)
           AND (entry.flow = 'output' AND move.coc_designated_qty > 0
                OR entry.flow = 'intra_entity_out')
           AND entry.status != 'unclassified'
           AND NOT %(is_certified)s
      GROUP BY entry.move_id, entry.facility_id, entry.date
        HAVING sum(entry.mass) > 0
      ORDER BY entry.date, entry.move_id
        """,
        spans=certified_span_query(
            SQL(
                """
                facility.id IN (SELECT entry.facility_id FROM asi_coc_entry entry
                                 WHERE entry.move_id = ANY(%s))
                """,
                moves.ids,
            )
        ),
        moves=moves.ids,
        is_certified=is_certified(SQL("entry.facility_id"), SQL("entry.date")),
    )


def judged_query(facilities):
    """Return the moves that the ledger judged by other certificates than are now.

    Only what an open period accounts for: closed figures stay (8.9).
    """
    return SQL(
        """
        WITH certified_span AS MATERIALIZED (%(spans)s)
        SELECT DISTINCT judged.move_id
          FROM (
            SELECT entry.move_id, entry.flow, entry.status,
                   CASE entry.flow
                       WHEN 'output' THEN move.coc_designated_qty > 0
                       WHEN 'input' THEN move.coc_claimed_mass > 0
                            OR entry.assessment_id IS NOT NULL
                            OR entry.production_id IS NOT NULL
                            OR move.unbuild_id IS NOT NULL
                   END AS claims,
                   %(is_certified)s AS certified
              FROM asi_coc_entry entry
              JOIN asi_coc_period period ON period.id = entry.period_id
              JOIN stock_move move ON move.id = entry.move_id
             WHERE entry.facility_id = ANY(%(facilities)s)
               AND entry.flow IN (
                   'output', 'intra_entity_out', 'input', 'intra_entity_in')
               AND entry.status != 'unclassified' AND period.state != 'closed'
          ) AS judged
         WHERE judged.claims AND (judged.status = 'coc') != judged.certified
            OR judged.flow IN ('intra_entity_out', 'intra_entity_in')
               AND (judged.status = 'pooled') != judged.certified
        """,
        spans=certified_span_query(SQL("facility.id = ANY(%s)", facilities.ids)),
        is_certified=is_certified(SQL("entry.facility_id"), SQL("entry.date")),
        facilities=facilities.ids,
    )
