"""What holds records: since when, and which day their retention runs from (1.6).

Enforcement rests on this table alone, and never on what somebody enters: a record
class may only keep records longer, name their owner, and say more about them.
"""

from odoo.tools.translate import LazyTranslate

from .record_kind import Kind, Part

# Nothing is translated before a scope's register is made.
# pylint: disable=prefer-env-translation

_lt = LazyTranslate(__name__)

PRIMARY_SOURCES = "3.1c 3.2c 3.3c 5.1c 6.1c"
REPORT = "1.7a 1.7b 1.7c 1.7d 1.7e 1.7f 1.7g"

#: Identity is on record once the supplier was ordered from, and a file shows it.
IDENTIFIED = [
    ("evidence_ids", "!=", False),
    "|",
    ("partner_id.purchase_line_ids.order_id.date_approve", "!=", False),
    ("partner_id.child_ids.purchase_line_ids.order_id.date_approve", "!=", False),
]

KINDS = {
    "asi.coc.scope": Kind(
        _lt("Certification scopes and membership"),
        "1.1 1.2",
        ("certification_since", "member_since"),
        [("state", "!=", "draft")],
        [("active", "=", True)],
        "id",
    ),
    "asi.coc.procedure": Kind(
        _lt("Procedures of the management system"),
        "1.2",
        ("approved_on", "write_date"),
        [("state", "!=", "draft")],
        [("state", "=", "approved")],
    ),
    "asi.coc.management.review": Kind(
        _lt("Management reviews"), "1.3", ("date",), [("state", "=", "held")]
    ),
    "asi.coc.appointment": Kind(
        _lt("Appointments of Management Representatives"),
        "1.4",
        ("date_start", "date_end"),
        [("scope_id.state", "!=", "draft")],
        [("date_end", "=", False)],
    ),
    "asi.coc.training": Kind(
        _lt("Trainings, attendees and material"),
        "1.5 11.1c",
        ("date", "valid_until"),
        [("state", "=", "held")],
    ),
    "asi.coc.record.class": Kind(
        _lt("Records register and files kept elsewhere"),
        "1.6",
        ("create_date", "write_date"),
        [("evidence_ids", "!=", False)],
        [("active", "=", True)],
    ),
    "asi.coc.closing": Kind(
        _lt("Closed figures of Material Accounting Periods"),
        f"{REPORT} 8.2 8.6 8.7 8.9a 8.9b",
        ("closed_on", "reopened_on"),
        [],
        scope="period_id.scope_id",
        is_permanent=True,
    ),
    "asi.coc.contractor": Kind(
        _lt("Outsourcing Contractors, ownership or control, declarations"),
        "2.1 2.2a 2.2b",
        (
            "date_joined",
            "date_left",
            "declared_on",
            "assessment_ids.assessed_on",
            "validity_ids.date_end",
        ),
        [
            "|",
            ("validity_ids", "!=", False),
            ("assessment_ids.state", "!=", "draft"),
        ],
        [("state", "=", "in_scope")],
    ),
    "asi.coc.contractor.assessment": Kind(
        _lt("Risk assessments of contractors"),
        "2.2c",
        ("assessed_on", "accepted_on", "valid_until"),
        [("state", "!=", "draft")],
        scope="contractor_id.scope_id",
    ),
    "asi.coc.contractor.statement": Kind(
        _lt("Statements of contractors"),
        "2.3",
        ("date_end", "answered_on", "sent_back_on", "confirmed_on"),
        [
            "|",
            ("state", "in", ("answered", "confirmed")),
            ("sent_back_on", "!=", False),
        ],
        is_permanent=True,
    ),
    "asi.coc.contractor.reconciliation": Kind(
        _lt("Reconciliations of contractors"),
        "2.4",
        ("statement_id.date_end", "released_on"),
        [("statement_id.state", "in", ("answered", "confirmed"))],
        scope="statement_id.scope_id",
        is_permanent=True,
    ),
    "asi.coc.error": Kind(
        _lt("Errors, their corrections and effect"),
        "2.5 9.6 10.4",
        ("found_on", "agreed_on", "corrected_on", "reviewed_on", "reported_on"),
        [("is_kept", "=", True)],
        [("state", "!=", "reviewed")],
    ),
    "asi.coc.legal.interest": Kind(
        _lt("Legal interests and their allocations"),
        "3.1a 3.2a 3.3a 5.1a 6.1a",
        ("date_start", "date_end", "allocation_ids.period_id.date_end"),
        [("state", "=", "active")],
        [("date_end", "=", False)],
    ),
    "asi.coc.certificate": Kind(
        _lt("Certificates of suppliers, customers and own facilities"),
        "3.1a 3.1b 3.2a 3.2b 3.3a 3.3b 4.1a 4.1b 5.1a 5.1b 6.1a 6.1b 9.2c 10.3",
        ("date_end", "status_date", "last_checked_on"),
        ["|", ("check_ids", "!=", False), ("is_own", "=", True)],
        scope=None,
    ),
    "asi.coc.certificate.check": Kind(
        _lt("Checks of certificates"), "10.3", ("checked_on",), [], scope=None
    ),
    "purchase.order": Kind(
        _lt("Purchase orders with receipts"),
        f"{PRIMARY_SOURCES} 4.2a 4.3a",
        ("date_order", "date_approve"),
        [
            ("order_line.move_ids.state", "=", "done"),
            ("order_line.product_id.coc_material", "!=", False),
        ],
        scope=None,
    ),
    "stock.picking": Kind(
        _lt("Receipts, deliveries and transfers"),
        f"{PRIMARY_SOURCES} 5.2 8.1 8.3 8.4 9.1 10.2",
        ("date_done",),
        [("state", "=", "done"), ("move_ids.product_id.coc_material", "!=", False)],
        scope=None,
        is_permanent=True,
    ),
    "asi.coc.closed.loop": Kind(
        _lt("Closed loops"),
        "4.2a",
        ("date_start",),
        [("assessment_ids", "!=", False)],
        [("active", "=", True)],
        scope=None,
        is_permanent=True,
    ),
    "asi.coc.scrap.assessment": Kind(
        _lt("Assessments of scrap and dross"),
        "4.2a 4.2b 4.2c",
        ("date", "analysed_on", "withdrawn_on"),
        [],
        scope=None,
        is_permanent=True,
    ),
    "asi.coc.supplier.principal": Kind(
        _lt("Principals of scrap suppliers"),
        "4.3a",
        ("create_date", "identified_on", "date_end"),
        IDENTIFIED,
        scope=None,
    ),
    "asi.coc.supplier.evidence": Kind(
        _lt("Evidence of the identity of scrap suppliers"),
        "4.3a",
        ("create_date", "date_start", "date_end"),
        IDENTIFIED,
        scope=None,
    ),
    "account.move": Kind(
        _lt("Bills and journal entries of scrap suppliers"),
        "4.3b",
        ("date",),
        # what belongs to a payment, Odoo deletes and makes again
        [("posted_before", "=", True), ("origin_payment_id", "=", False)],
        scope=None,
    ),
    "account.payment": Kind(
        _lt("Payments to scrap suppliers"),
        "4.3b",
        ("date",),
        # one that was posted has a number, also as a draft
        ["|", ("state", "!=", "draft"), ("name", "!=", False)],
        scope=None,
    ),
    "asi.coc.cash.limit": Kind(
        _lt("Limits of cash payments"),
        "4.3b",
        ("create_date", "date_start"),
        [("date_start", "<=", "today")],
        scope=None,
        is_permanent=True,
    ),
    "stock.lot": Kind(
        _lt("Lots and serial numbers of ASI products"),
        "5.2",
        ("create_date",),
        [("quant_ids", "!=", False), ("product_id.coc_material", "!=", False)],
        scope=None,
        is_permanent=True,
    ),
    "asi.coc.sourcing.policy": Kind(
        _lt("Responsible Sourcing Policy"),
        "7.1a 7.1b 7.1c 7.1d",
        ("adopted_on", "write_date"),
        [("state", "!=", "draft")],
        [("state", "=", "adopted")],
    ),
    "asi.coc.policy.communication": Kind(
        _lt("Communication of the policy to suppliers"),
        "7.1a 7.1b 7.1c 7.1d",
        ("sent_on", "last_sent_on", "acknowledged_on"),
        [("state", "!=", "to_send")],
    ),
    "asi.coc.supplier.assessment": Kind(
        _lt("Risk assessments of suppliers"),
        "4.2b 4.2c 7.2",
        ("decided_on", "last_reviewed_on", "valid_until"),
        [("state", "not in", ("draft", "review"))],
    ),
    "asi.coc.supplier.finding": Kind(
        _lt("Findings on suppliers"),
        "7.2",
        ("found_on", "assessment_id.decided_on", "assessment_id.valid_until"),
        [
            "|",
            ("assessment_id.state", "not in", ("draft", "review")),
            ("mitigation_ids.state", "!=", "draft"),
        ],
        scope="assessment_id.scope_id",
    ),
    "asi.coc.supplier.mitigation": Kind(
        _lt("Mitigations of suppliers' risks"),
        "7.2",
        ("date_start", "improvement_due", "outcome_on"),
        [("state", "!=", "draft")],
        [("state", "=", "running")],
        "finding_id.assessment_id.scope_id",
    ),
    "asi.coc.questionnaire": Kind(
        _lt("Questionnaires and suppliers' answers"),
        "7.2",
        ("sent_on", "answered_on"),
        [("state", "!=", "draft")],
        scope="assessment_id.scope_id",
    ),
    "asi.coc.entry": Kind(
        _lt("Ledger of material"),
        f"{REPORT} 8.1 8.3 8.4 8.5 8.6 8.7 9.2h 9.2i",
        ("date",),
        [],
        is_permanent=True,
    ),
    "asi.coc.period": Kind(
        _lt("Material Accounting Periods and their balances"),
        "8.2 8.4 8.5 8.9a 8.9b",
        ("date_end",),
        [("state", "=", "closed")],
        is_permanent=True,
    ),
    "asi.coc.force.majeure": Kind(
        _lt("Force majeure situations"),
        "8.8a 8.8b 8.8c",
        ("date",),
        [("period_id.state", "=", "closed")],
        scope="period_id.scope_id",
        is_permanent=True,
    ),
    "asi.coc.drift": Kind(
        _lt("Differences between ledger and moves, and what was decided"),
        "8.1",
        ("date", "found_on", "decided_on"),
        [("state", "in", ("posted", "kept"))],
        is_permanent=True,
    ),
    "asi.coc.adoption": Kind(
        _lt("Adoptions of history into the ledger"),
        "8.1",
        ("adopted_on", "finished_on"),
        [("adopted_on", "!=", False)],
        is_permanent=True,
    ),
    "asi.coc.document": Kind(
        _lt("CoC Documents, issued and received"),
        "9.1 9.2a 9.2b 9.2c 9.2d 9.2e 9.2f 9.2g 9.2h 9.2i 9.6 10.1 10.2 10.4",
        ("date", "sent_on", "verified_on", "voided_on"),
        [("state", "!=", "draft")],
        is_permanent=True,
    ),
    "asi.coc.sustainability": Kind(
        _lt("Sustainability data"),
        "9.3a 9.3b 9.3c 9.3d",
        ("create_date", "document_ids.date"),
        [("document_ids.state", "!=", "draft")],
        is_permanent=True,
        has_living_files=True,
    ),
    "asi.coc.supplementary.statement": Kind(
        _lt("Supplementary statements and their evidence"),
        "9.4",
        ("date_start", "date_end", "document_ids.date"),
        [("document_ids.state", "!=", "draft")],
        is_permanent=True,
        has_living_files=True,
    ),
    "asi.coc.verification.request": Kind(
        _lt("Requests to verify CoC Documents, and answers"),
        "9.5",
        ("received_on", "answered_on", "asi_informed_on"),
        [("state", "=", "answered")],
    ),
    "asi.coc.claim": Kind(
        _lt("Claims, their approval and evidence"),
        "11.1a 11.1b 11.1c",
        ("approved_on", "published_on", "withdrawn_on", "date_end"),
        [("state", "!=", "draft")],
        [("state", "=", "published")],
    ),
    "asi.coc.annual.report.version": Kind(
        _lt("Reports to ASI as submitted"),
        REPORT,
        ("submitted_on", "withdrawn_on"),
        [],
        scope="report_id.scope_id",
        is_permanent=True,
    ),
    "asi.coc.complaint": Kind(
        _lt("Complaints and their investigation"),
        "7.3",
        ("received_on", "decided_on", "answered_on", "closed_on"),
        [],
        [("state", "!=", "closed")],
    ),
    "asi.coc.audit": Kind(
        _lt("Audits and their findings"),
        "1.2 1.3",
        ("date_end", "submitted_on"),
        [("reported_by_id", "!=", False)],
    ),
    "asi.coc.corrective.action": Kind(
        _lt("Corrective actions"),
        "1.2 1.3",
        ("date_due", "done_on", "verified_on"),
        ["|", ("state", "!=", "open"), ("audit_id.reported_by_id", "!=", False)],
        [("state", "!=", "verified")],
    ),
}

#: Parts of records: kept as long as the record that ``path`` names.
PARTS = {
    "asi.coc.adoption.batch": Part("adoption_id"),
    "asi.coc.adoption.line": Part("adoption_id"),
    "asi.coc.balance": Part("period_id"),
    # what takes effect later may still be taken back
    "asi.coc.certificate.status": Part("certificate_id", [("date", "<=", "today")]),
    # what is sent back is answered again
    "asi.coc.contractor.statement.line": Part(
        "statement_id", [("statement_id.state", "in", ("answered", "confirmed"))]
    ),
    "asi.coc.complaint.log": Part("complaint_id"),
    "asi.coc.contractor.validity": Part("contractor_id"),
    "asi.coc.document.check": Part("document_id"),
    "asi.coc.document.line": Part("document_id"),
    "asi.coc.finding": Part("audit_id"),
    "asi.coc.legal.interest.allocation": Part(
        "interest_id", [("period_id.state", "=", "closed")]
    ),
    "asi.coc.questionnaire.answer": Part("questionnaire_id"),
    "asi.coc.review.action": Part("review_id"),
    "asi.coc.supplier.risk": Part("assessment_id"),
    "asi.coc.supplier.supply": Part("assessment_id"),
}

#: Models whose records, deleted, would take records of others along in the database.
OWNERS = ("res.partner",)
#: Models that retention is asked for at all.
WATCHED = frozenset({*KINDS, *PARTS, *OWNERS})
