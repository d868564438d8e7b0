from openupgradelib import openupgrade

#: What was claimed before the rule stands, today's too; from tomorrow on facilities
#: need their certificates (3 to 6 a, b). Before all later scripts: what they write to
#: certificates is followed by the ledger at once.
ASK_FROM_TOMORROW = """
    UPDATE asi_coc_scope
       SET certification_since = (now() AT TIME ZONE tz)::date + 1
     WHERE state != 'draft'
"""


@openupgrade.migrate()
def migrate(env, version):
    if openupgrade.column_exists(env.cr, "asi_coc_scope", "certification_since"):
        return
    openupgrade.logged_query(
        env.cr, "ALTER TABLE asi_coc_scope ADD COLUMN certification_since date"
    )
    openupgrade.logged_query(env.cr, ASK_FROM_TOMORROW)
