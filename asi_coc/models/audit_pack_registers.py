"""Registers of an audit pack: which records of the module go into which table."""

from typing import NamedTuple

from .asi_coc_balance import MASS_FIELDS, RATE_FIELDS

#: Letters that auditors read: an e-mail tells who wrote it (7.3).
LETTERS_THAT_NAME_NOBODY = [
    "|",
    ("channel", "!=", "email"),
    "|",
    ("user_id", "!=", False),
    ("complaint_id.share_contact", "=", True),
]
#: The one register of a model that is not the module's.
SUPPLIERS = "scrap-suppliers"


class Register(NamedTuple):
    """A table of all records of ``model`` that belong to a scope.

    One of ``scope`` and ``company`` is the path to it; ``shared`` says that records
    without a company belong to all. Columns are the module's stored fields that
    auditors read, without those in ``without`` and with those in ``extra``. ``day``
    is the field that says when a record is from: files of records outside the pack's
    days are left out. ``own_files`` are fields whose files other folders hold, and
    ``chatter`` says whether files that were only attached go along.
    """

    name: str
    model: str
    scope: str = ""
    company: str = ""
    shared: bool = False
    day: str = ""
    domain: list = []
    without: tuple = ()
    extra: tuple = ()
    own_files: tuple = ()
    chatter: bool = True

    def get_domain(self, scope):
        """Return the domain of the records of ``scope``."""
        if self.scope:
            return [(self.scope, "=", scope.id), *self.domain]
        if not self.company:
            return self.domain
        companies = [scope.company_id.id] + [False] * self.shared
        return [(self.company, "in", companies), *self.domain]


def _of_scope(name, model, **options):
    return Register(name, model, **{"scope": "scope_id"} | options)


def _of_company(name, model, **options):
    return Register(name, model, **{"company": "company_id"} | options)


def _of_suppliers(name, model):
    # Contacts may be shared: of other entities' suppliers nothing is told.
    return Register(
        name,
        model,
        company="partner_id.company_id",
        shared=True,
        domain=[("partner_id.coc_is_scrap_supplier", "=", True)],
    )


REGISTERS = (
    # 1. Management system
    Register("criteria", "asi.coc.criterion"),
    Register(
        "scope",
        "asi.coc.scope",
        scope="id",
        without=("drift_position", "complaint_procedure"),
    ),
    _of_scope(
        "facilities",
        "asi.coc.facility",
        without=("certification_told_for",),
        extra=("certification_state", "certified_until"),
    ),
    _of_scope("procedures", "asi.coc.procedure"),
    _of_scope("management-reviews", "asi.coc.management.review", day="date"),
    _of_scope("review-actions", "asi.coc.review.action"),
    _of_scope("appointments", "asi.coc.appointment"),
    _of_company("training-topics", "asi.coc.training.topic", shared=True),
    _of_scope("trainings", "asi.coc.training", day="date"),
    _of_scope("training-needs", "asi.coc.training.need"),
    _of_company("record-classes", "asi.coc.record.class"),
    _of_scope("records-by-criterion", "asi.coc.record.coverage"),
    _of_scope("audits", "asi.coc.audit", day="date_start"),
    _of_scope("findings", "asi.coc.finding", day="audit_id.date_start"),
    _of_scope("corrective-actions", "asi.coc.corrective.action"),
    _of_scope("reports-to-asi", "asi.coc.annual.report"),
    _of_scope(
        "reports-to-asi-versions",
        "asi.coc.annual.report.version",
        scope="report_id.scope_id",
        own_files=("xlsx_attachment_id", "pdf_attachment_id"),
    ),
    _of_scope("readiness", "asi.coc.readiness", extra=("evidence_text",)),
    _of_scope("readiness-trend", "asi.coc.readiness.trend"),
    # 2. Outsourcing Contractors
    _of_scope("contractors", "asi.coc.contractor", extra=("valid_until",)),
    _of_scope(
        "contractor-assessments",
        "asi.coc.contractor.assessment",
        scope="contractor_id.scope_id",
        day="assessed_on",
    ),
    _of_scope(
        "contractor-validities",
        "asi.coc.contractor.validity",
        scope="contractor_id.scope_id",
    ),
    _of_scope("contractor-statements", "asi.coc.contractor.statement", day="date_end"),
    _of_scope(
        "contractor-statement-lines",
        "asi.coc.contractor.statement.line",
        scope="statement_id.scope_id",
    ),
    _of_scope(
        "contractor-reconciliations",
        "asi.coc.contractor.reconciliation",
        scope="statement_id.scope_id",
    ),
    # 3 to 6. Certificates, legal interests, scrap
    _of_company(
        "certificates", "asi.coc.certificate", shared=True, without=("expiry_told_for",)
    ),
    _of_company(
        "certificate-statuses",
        "asi.coc.certificate.status",
        company="certificate_id.company_id",
        shared=True,
    ),
    _of_company(
        "certificate-checks",
        "asi.coc.certificate.check",
        company="certificate_id.company_id",
        shared=True,
    ),
    _of_scope("legal-interests", "asi.coc.legal.interest"),
    _of_scope(
        "legal-interest-allocations",
        "asi.coc.legal.interest.allocation",
        scope="interest_id.scope_id",
    ),
    _of_company("scrap-assessments", "asi.coc.scrap.assessment", day="date"),
    _of_scope("scrap-to-assess", "asi.coc.scrap.to.assess"),
    _of_company("closed-loops", "asi.coc.closed.loop"),
    # Contacts, of which no more is told than who they are; nor what was sent to them.
    Register(
        SUPPLIERS,
        "res.partner",
        domain=[("coc_is_scrap_supplier", "=", True)],
        extra=("name", "coc_identity_gaps"),
        chatter=False,
    ),
    _of_suppliers("scrap-supplier-principals", "asi.coc.supplier.principal"),
    _of_suppliers("scrap-supplier-places", "asi.coc.supplier.place"),
    _of_suppliers("scrap-supplier-evidence", "asi.coc.supplier.evidence"),
    _of_company("financial-records", "asi.coc.financial.record"),
    Register("cash-limits", "asi.coc.cash.limit"),
    Register("cash-windows", "asi.coc.cash.window"),
    # 7. Due diligence and complaints
    _of_scope("sourcing-policies", "asi.coc.sourcing.policy"),
    _of_scope("policy-communications", "asi.coc.policy.communication", day="sent_on"),
    _of_scope("policy-suppliers", "asi.coc.policy.supplier"),
    _of_scope("supplier-standing", "asi.coc.supplier.standing"),
    _of_scope("supplier-assessments", "asi.coc.supplier.assessment"),
    _of_scope(
        "supplier-supplies",
        "asi.coc.supplier.supply",
        scope="assessment_id.scope_id",
    ),
    _of_scope(
        "supplier-risks", "asi.coc.supplier.risk", scope="assessment_id.scope_id"
    ),
    _of_scope(
        "supplier-findings",
        "asi.coc.supplier.finding",
        scope="assessment_id.scope_id",
    ),
    _of_scope(
        "supplier-mitigations",
        "asi.coc.supplier.mitigation",
        scope="assessment_id.scope_id",
    ),
    _of_scope(
        "questionnaires", "asi.coc.questionnaire", scope="assessment_id.scope_id"
    ),
    _of_scope(
        "questionnaire-answers",
        "asi.coc.questionnaire.answer",
        scope="assessment_id.scope_id",
    ),
    # Who complained stays with those who handle it, whoever made the pack.
    _of_scope("complaints", "asi.coc.complaint", without=("message",), chatter=False),
    _of_scope(
        "complaint-letters",
        "asi.coc.complaint.statement",
        scope="complaint_id.scope_id",
        day="said_on",
        domain=LETTERS_THAT_NAME_NOBODY,
        chatter=False,
    ),
    _of_scope(
        "complaint-log",
        "asi.coc.complaint.log",
        scope="complaint_id.scope_id",
        day="date",
        without=("with_whom",),
        chatter=False,
    ),
    # 8. Material accounting
    _of_scope("periods", "asi.coc.period"),
    _of_scope(
        "balances",
        "asi.coc.balance",
        extra=(*MASS_FIELDS, *RATE_FIELDS),
    ),
    _of_scope("closings", "asi.coc.closing", scope="period_id.scope_id"),
    _of_scope("reconciliations", "asi.coc.reconciliation", scope="period_id.scope_id"),
    _of_scope(
        "reconciliation-moves",
        "asi.coc.reconciliation.move",
        scope="reconciliation_id.period_id.scope_id",
    ),
    _of_scope(
        "force-majeure",
        "asi.coc.force.majeure",
        scope="period_id.scope_id",
        day="date",
    ),
    _of_scope("drift", "asi.coc.drift", without=("fingerprint",)),
    _of_scope("adoptions", "asi.coc.adoption"),
    _of_scope("ledger-verifications", "asi.coc.ledger.verification"),
    _of_scope(
        "ledger-verification-findings",
        "asi.coc.ledger.verification.finding",
        scope="verification_id.scope_id",
    ),
    # 9 and 10. CoC Documents
    _of_scope(
        "documents",
        "asi.coc.document",
        day="date",
        without=("payload", "print_error", "send_after_issue"),
        own_files=("pdf_attachment_id", "source_attachment_id"),
    ),
    _of_scope("document-lines", "asi.coc.document.line", scope="document_id.scope_id"),
    _of_scope(
        "document-checks", "asi.coc.document.check", scope="document_id.scope_id"
    ),
    _of_scope("sustainability-data", "asi.coc.sustainability"),
    _of_scope("supplementary-statements", "asi.coc.supplementary.statement"),
    _of_scope("unverified-receipts", "asi.coc.unverified.receipt"),
    _of_scope("errors", "asi.coc.error", day="found_on"),
    _of_scope(
        "verification-requests", "asi.coc.verification.request", day="received_on"
    ),
    # 11. Claims
    _of_scope("claims", "asi.coc.claim"),
    Register("claims-guides", "asi.coc.claims.guide"),
)
BY_NAME = {register.name: register for register in REGISTERS}
BY_MODEL = {register.model: register for register in REGISTERS}
#: The ledger is a table of its own, with its hash chain; what else belongs to it.
LEDGER_MODEL = "asi.coc.entry"
