from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    # Scopes from before have no records register yet (1.6).
    scopes = env["asi.coc.scope"].with_context(active_test=False).search([])
    scopes._create_record_classes()
