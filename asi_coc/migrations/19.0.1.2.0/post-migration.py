import hashlib
import secrets

from openupgradelib import openupgrade

from odoo import Command

#: Kinds of scrap that the forms of the data files stand for (9.3c).
SCRAP_KINDS = {
    "form_pre_consumer_scrap": "pre_consumer",
    "form_post_consumer_scrap": "post_consumer",
    "form_dross": "dross",
}
#: A status had one day; now it has a history (10.3).
KEEP_STATUS = """
    INSERT INTO asi_coc_certificate_status
           (certificate_id, status, date, source, recorded_by_id, recorded_on,
            create_uid, write_uid, create_date, write_date)
    SELECT id, status, status_date, 'Recorded before the history',
           COALESCE(write_uid, 1), COALESCE(write_date, now() AT TIME ZONE 'UTC'),
           1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM asi_coc_certificate
     WHERE status_date BETWEEN date_start AND date_end
"""
#: A scope's text becomes a statement; it is printed again once it has evidence (9.4).
KEEP_STATEMENTS = """
    INSERT INTO asi_coc_supplementary_statement
           (scope_id, company_id, name, text, sequence, print_by_default, active,
            create_uid, write_uid, create_date, write_date)
    SELECT id, company_id, '{"en_US": "Supplementary information"}'::jsonb,
           supplementary_information, 10, TRUE, TRUE,
           1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM asi_coc_scope
     WHERE supplementary_information IS NOT NULL
       AND supplementary_information->>'en_US' != ''
"""


@openupgrade.migrate()
def migrate(env, version):
    for name, kind in SCRAP_KINDS.items():
        form = env.ref(f"asi_coc.{name}", raise_if_not_found=False)
        if form and form.material == "scrap":
            form.scrap_kind = kind
    openupgrade.logged_query(env.cr, KEEP_STATUS)
    if openupgrade.column_exists(env.cr, "asi_coc_scope", "supplementary_information"):
        openupgrade.logged_query(env.cr, KEEP_STATEMENTS)
    env.invalidate_all()
    cover_own_activities(env)
    choose_statements(env)
    freeze_issued(env)


def cover_own_activities(env):
    """An entity's own certificate covers what its scope does."""
    for scope in env["asi.coc.scope"].with_context(active_test=False).search([]):
        certificate = scope.certificate_id
        if certificate and not certificate.supply_chain_activity_ids:
            certificate.supply_chain_activity_ids = scope.facility_ids.activity_id


def choose_statements(env):
    """Drafts keep making the statements that they had as text."""
    drafts = env["asi.coc.document"].search(
        [
            ("direction", "=", "issued"),
            ("state", "=", "draft"),
            ("supplementary_information", "!=", False),
        ]
    )
    for draft in drafts:
        statements = env["asi.coc.supplementary.statement"].search(
            [("scope_id", "=", draft.scope_id.id)]
        )
        draft.statement_ids = [Command.set(statements.ids)]


def freeze_issued(env):
    """Give documents issued before their frozen content, page and stored PDF."""
    documents = env["asi.coc.document"].search(
        [("direction", "=", "issued"), ("state", "=", "issued")]
    )
    attachments = env["ir.attachment"].search(
        [
            ("res_model", "=", "asi.coc.document"),
            ("res_id", "in", documents.ids),
            ("mimetype", "=", "application/pdf"),
            ("name", "=like", "CoC Document %"),
        ],
        order="id desc",
    )
    pdfs = {one.res_id: one for one in attachments}
    for document in documents:
        document.verification_token = secrets.token_urlsafe(24)
        document.payload = document._freeze_payload()
        pdf = pdfs.get(document.id)
        if pdf:
            document.pdf_attachment_id = pdf
            document.pdf_sha256 = hashlib.sha256(pdf.raw).hexdigest()
