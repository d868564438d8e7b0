from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..formatting import format_day
from .cash_query import scrap_supplier_query
from .ledger_guard import get_changes
from .res_partner import COC_GROUPS

#: Only officers enter these.
IDENTITY_FIELDS = frozenset(
    {
        "coc_is_named_scrap_supplier",
        "coc_registered_name",
        "coc_registration_number",
        "coc_register",
        "coc_register_country_id",
        "coc_legal_form",
        "coc_identity_review_due",
    }
)
#: Only the review itself writes these.
REVIEW_FIELDS = frozenset({"coc_identity_reviewed_on", "coc_identity_reviewed_by_id"})
#: Principals are personal data.
PERSONAL_GROUPS = "asi_coc.group_officer,asi_coc.group_auditor"
REVIEW_TYPE = "asi_coc.mail_activity_supplier_identity"
#: Months after which an identity is reviewed again.
REVIEW_MONTHS = 12
#: Days before a document ends that somebody is reminded.
REMINDER = timedelta(days=30)


class ResPartner(models.Model):
    """Know your supplier: who supplies Recyclable Scrap Material (4.3a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    coc_is_scrap_supplier = fields.Boolean(
        string="Scrap Supplier",
        compute="_compute_coc_is_scrap_supplier",
        search="_search_coc_is_scrap_supplier",
        groups=COC_GROUPS,
        help="Supplies Recyclable Scrap Material to the entity directly: it has an "
        "order, receipt or bill of a scrap product, or an officer named it (4.3a).",
    )
    coc_is_named_scrap_supplier = fields.Boolean(
        string="Named as Scrap Supplier",
        copy=False,
        help="Treat the contact as a scrap supplier before there is an order, for "
        "example when it is paid in advance (4.3).",
    )
    coc_registered_name = fields.Char(
        string="Registered Name",
        copy=False,
        groups=COC_GROUPS,
        help="Name as the register or the identity document has it (4.3a).",
    )
    coc_registration_number = fields.Char(
        string="Registration Number",
        copy=False,
        groups=COC_GROUPS,
        help="Number under which the register has it (4.3a).",
    )
    coc_register = fields.Char(
        string="Register",
        copy=False,
        groups=COC_GROUPS,
        help="Register or authority that has the number (4.3a).",
    )
    coc_register_country_id = fields.Many2one(
        "res.country",
        string="Country of Register",
        copy=False,
        groups=COC_GROUPS,
        help="Country of the register; of a person, the country that issued the "
        "identity document (4.3a).",
    )
    coc_legal_form = fields.Char(
        string="Legal Form",
        copy=False,
        groups=COC_GROUPS,
        help="Legal form, for example limited company or sole trader (4.3a).",
    )
    coc_principal_ids = fields.One2many(
        "asi.coc.supplier.principal",
        "partner_id",
        string="Principals",
        copy=False,
        groups=PERSONAL_GROUPS,
        help="Persons who own, direct or act for the supplier (4.3a).",
    )
    coc_place_ids = fields.One2many(
        "asi.coc.supplier.place",
        "partner_id",
        string="Places of Operation",
        copy=False,
        groups=COC_GROUPS,
        help="Where the supplier works (4.3a).",
    )
    coc_identity_evidence_ids = fields.One2many(
        "asi.coc.supplier.evidence",
        "partner_id",
        string="Identity Evidence",
        copy=False,
        groups=PERSONAL_GROUPS,
        help="Files that show who the supplier is, with their validity (4.3a).",
    )
    coc_identity_reviewed_on = fields.Date(
        string="Identity Reviewed On",
        copy=False,
        readonly=True,
        groups=COC_GROUPS,
        help="Day on which an officer last reviewed what is on file (4.3a).",
    )
    coc_identity_reviewed_by_id = fields.Many2one(
        "res.users",
        string="Identity Reviewed By",
        copy=False,
        readonly=True,
        groups=COC_GROUPS,
        help="Who reviewed it (4.3a).",
    )
    coc_identity_review_due = fields.Date(
        string="Identity Review Due",
        copy=False,
        groups=COC_GROUPS,
        help="Day by which what is on file is reviewed again; 12 months after a review "
        "unless changed (4.3a).",
    )
    coc_identity_percentage = fields.Integer(
        string="Identity Complete (%)",
        compute="_compute_coc_identity",
        groups=COC_GROUPS,
        help="Share of what the criterion asks that is on file and valid (4.3a).",
    )
    coc_identity_gaps = fields.Text(
        string="Missing",
        compute="_compute_coc_identity",
        groups=COC_GROUPS,
        help="What is missing, no longer valid, or due for review (4.3a).",
    )
    coc_is_identity_incomplete = fields.Boolean(
        string="Identity Incomplete",
        compute="_compute_coc_identity",
        search="_search_coc_is_identity_incomplete",
        groups=COC_GROUPS,
        help="A scrap supplier of whom something is missing (4.3a).",
    )

    # -- who is a scrap supplier -----------------------------------------------
    @api.depends("coc_is_named_scrap_supplier")
    @api.depends_context("company")
    def _compute_coc_is_scrap_supplier(self):
        entity = self.env.company.root_id
        found = self._coc_get_scrap_entities()
        for partner in self:
            place = (partner.commercial_partner_id._origin.id, entity.id)
            partner.coc_is_scrap_supplier = place in found

    def _search_coc_is_scrap_supplier(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        entity = self.env.company.root_id
        # The list is one of suppliers, not of all their contacts.
        domain = Domain(
            "id",
            "in",
            [
                supplier_id
                for supplier_id, entity_id in self.env.execute_query(
                    scrap_supplier_query()
                )
                if entity_id == entity.id
            ],
        )
        result = Domain.FALSE
        if True in value:
            result |= domain
        if False in value:
            result |= ~domain
        return result

    def _coc_get_scrap_entities(self):
        """Return the pairs of supplier's and entity's id, of those of these (4.3a)."""
        suppliers = self.commercial_partner_id._origin.ids
        if not suppliers:
            return set()
        self.env.flush_all()
        condition = SQL("partner.commercial_partner_id = ANY(%s)", suppliers)
        return set(self.env.execute_query(scrap_supplier_query(condition)))

    # -- completeness ----------------------------------------------------------
    @api.depends(
        "coc_registered_name",
        "coc_registration_number",
        "coc_register",
        "coc_register_country_id",
        "coc_legal_form",
        "coc_principal_ids.evidence_ids",
        "coc_place_ids.operation",
        "coc_identity_evidence_ids.evidence_ids",
        "coc_identity_review_due",
        "is_company",
    )
    def _compute_coc_identity(self):
        for partner, (gaps, total) in self._coc_get_identity().items():
            partner.coc_identity_gaps = ", ".join(gaps) or False
            partner.coc_identity_percentage = 100 * (total - len(gaps)) // total
            partner.coc_is_identity_incomplete = bool(gaps)

    def _search_coc_is_identity_incomplete(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        suppliers = self.search([("coc_is_scrap_supplier", "=", True)])
        incomplete = [
            partner.id
            for partner, gaps in suppliers._coc_get_identity_gaps().items()
            if gaps
        ]
        return [("id", "in", incomplete)]

    def _coc_get_identity_gaps(self):
        """Return ``{partner: what is missing to know it, a list of strings}`` (4.3a).

        It is asked of each one's commercial entity; an empty list means complete.
        Names of principals are not told.
        """
        return {
            partner: gaps
            for partner, (gaps, _total) in self._coc_get_identity().items()
        }

    def _coc_get_identity(self):
        """Return ``{partner: (gaps, number of things asked)}`` (4.3a)."""
        today = self._coc_get_day(self.env.company)
        answers = {}
        for partner in self:
            # sudo: buyers are told what is missing, and read no principals
            entity = partner.commercial_partner_id.sudo()
            asked = [*entity._coc_ask_identity(), *entity._coc_ask_evidence(today)]
            gaps = [label for is_known, label in asked if not is_known]
            answers[partner] = (gaps, len(asked))
        return answers

    def _coc_ask_identity(self):
        yield self.coc_registered_name, self.env._("registered name")
        yield self.coc_register_country_id, self.env._("country of register")
        # A person who collects scrap is in no register.
        if self.is_company:
            yield self.coc_registration_number, self.env._("registration number")
            yield self.coc_register, self.env._("register")
            yield self.coc_legal_form, self.env._("legal form")

    def _coc_ask_evidence(self, today):
        principals, places = self.coc_principal_ids, self.coc_place_ids
        evidence = self.coc_identity_evidence_ids
        yield principals, self.env._("principals")
        yield (
            principals and all(one._is_identified(today) for one in principals),
            self.env._("document in force and its copy for each principal"),
        )
        yield (
            places and all(one._is_complete() for one in places),
            self.env._("place of operation with address and what is done there"),
        )
        yield (
            any(one._is_valid(today) for one in evidence),
            self.env._("valid evidence of the identity"),
        )
        due = self.coc_identity_review_due
        reviewed = self.coc_identity_reviewed_on and due and today <= due
        yield (
            reviewed,
            self.env._("review (due on %(day)s)", day=format_day(self.env, due))
            if due
            else self.env._("review"),
        )

    # -- who enters it ---------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._coc_check_identity({name for name in vals if vals[name]})
        return super().create(vals_list)

    def write(self, vals):
        names = (IDENTITY_FIELDS | REVIEW_FIELDS) & vals.keys()
        if names:
            changed = set()
            for partner in self.sudo():
                # What stays as it is decides nothing; a merge writes it all.
                changed |= get_changes(partner, vals, names).keys()
            self._coc_check_identity(changed)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self.env.su:
            # Defaults of the context and of the user are as untrusted as values.
            for name in (IDENTITY_FIELDS | REVIEW_FIELDS) & values.keys():
                del values[name]
        return values

    def _coc_check_identity(self, names):
        if self.env.su:
            return
        refused = names & REVIEW_FIELDS
        if not self.env.user.has_group("asi_coc.group_officer"):
            refused |= names & IDENTITY_FIELDS
        if refused:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(contact)s cannot be entered like this (4.3a): a "
                    "Compliance Officer keeps the identity of scrap suppliers, and a "
                    "review is recorded with its button.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(refused)
                    ),
                    contact=", ".join(self.mapped("display_name"))
                    or self.env._("a new contact"),
                )
            )

    def action_coc_review_identity(self):
        """Record that this user reviewed the identity today (4.3a).

        The next review is due in 12 months. Raises AccessError for who is no officer.
        """
        today = self._coc_get_day(self.env.company)
        due = today + relativedelta(months=REVIEW_MONTHS)
        self.check_access("read")
        self._coc_check_identity({"coc_identity_review_due"})
        # sudo: written by the review only; officers need not keep contacts
        suppliers = self.commercial_partner_id.sudo()
        suppliers.write(
            {
                "coc_identity_reviewed_on": today,
                "coc_identity_reviewed_by_id": self.env.uid,
                "coc_identity_review_due": due,
            }
        )
        suppliers.activity_feedback(
            [REVIEW_TYPE], feedback=self.env._("Identity reviewed (4.3a).")
        )
        return True

    # -- reminding -------------------------------------------------------------
    @api.model
    def _cron_coc_remind_identity(self):
        """Remind of reviews that are due and documents that end (4.3a)."""
        soon = fields.Date.context_today(self) + REMINDER
        ends = ("date_end", "<=", soon)
        due = (
            Domain("coc_identity_review_due", "<=", soon)
            | Domain("coc_identity_review_due", "=", False)
            | Domain("coc_principal_ids", "any", [ends])
            | Domain("coc_identity_evidence_ids", "any", [ends])
        )
        activity_type = self.env.ref(REVIEW_TYPE)
        reminded = Domain("activity_ids.activity_type_id", "in", activity_type.ids)
        for scope in self.env["asi.coc.scope"].search([("state", "=", "active")]):
            partners = self.with_company(scope.company_id).search(
                Domain("coc_is_scrap_supplier", "=", True) & due & ~reminded
            )
            user = (scope.responsible_id or scope.representative_ids)[:1]
            for partner in partners:
                partner.activity_schedule(
                    REVIEW_TYPE,
                    date_deadline=partner.coc_identity_review_due
                    or fields.Date.context_today(self),
                    user_id=user.id or self.env.uid,
                )
