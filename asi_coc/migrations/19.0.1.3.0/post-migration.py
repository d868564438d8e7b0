from openupgradelib import openupgrade

#: A day on the contact becomes an accepted assessment, marked as taken over (7.2): of
#: each entity with a scope, as it was every entity's. It held for all days until then,
#: so it counts from the entity's membership, or the contact's creation if earlier.
TAKE_OVER = """
    INSERT INTO asi_coc_supplier_assessment
           (scope_id, company_id, partner_id, user_id, state, valid_until, review_on,
            decided_on, decided_by_id, is_taken_over, circumstances,
            create_uid, write_uid, create_date, write_date)
    SELECT scope.id, scope.company_id, partner.id,
           COALESCE(partner.coc_due_diligence_by_id, partner.write_uid, 1),
           CASE WHEN partner.coc_due_diligence_until < now()::date
                THEN 'expired' ELSE 'accepted' END,
           partner.coc_due_diligence_until, partner.coc_due_diligence_until,
           LEAST(partner.create_date::date, scope.member_since),
           COALESCE(partner.coc_due_diligence_by_id, partner.write_uid, 1), TRUE,
           'Taken over from the contact',
           1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM res_partner partner
      JOIN (
            SELECT DISTINCT ON (company_id) id, company_id, member_since
              FROM asi_coc_scope
          ORDER BY company_id, state != 'active', id
           ) AS scope ON TRUE
     WHERE partner.coc_due_diligence_until IS NOT NULL
       AND partner.commercial_partner_id = partner.id
  ORDER BY partner.id, scope.id
"""


@openupgrade.migrate()
def migrate(env, version):
    # Contractors whose sites are in scopes already have 90 days (2.1, 2.2).
    quiet = {"tracking_disable": True, "mail_activity_quick_update": True}
    env["asi.coc.contractor"].with_context(**quiet)._take_over()
    take_over_due_diligence(env)


def take_over_due_diligence(env):
    """What was typed on contacts becomes accepted assessments (7.2)."""
    if not openupgrade.column_exists(env.cr, "res_partner", "coc_due_diligence_until"):
        return
    openupgrade.logged_query(env.cr, TAKE_OVER)
    env.invalidate_all()
    taken = env["asi.coc.supplier.assessment"].search(
        [("is_taken_over", "=", True)], order="id"
    )
    for assessment in taken:
        assessment.name = assessment.scope_id._next_number(assessment._name, "SUP")
    openupgrade.drop_columns(
        env.cr,
        [
            ("res_partner", "coc_due_diligence_until"),
            ("res_partner", "coc_due_diligence_by_id"),
        ],
    )
