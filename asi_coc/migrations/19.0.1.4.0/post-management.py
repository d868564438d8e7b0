from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Who represents a scope today was appointed when the scope was set up (1.4).

    The day can be corrected on the appointment.
    """
    for scope in env["asi.coc.scope"].with_context(active_test=False).search([]):
        env["asi.coc.appointment"].create(
            [
                {
                    "scope_id": scope.id,
                    "user_id": user.id,
                    "date_start": scope._get_day(scope.create_date),
                }
                for user in scope.representative_ids
            ]
        )
