from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What happens to the goods and to the CoC Document (9.6, 10.4).
COURSES = [
    ("returned", "Goods Returned, Document Voided"),
    ("kept", "Goods Kept, Document Voided"),
    ("replaced", "Document Voided and Replaced"),
    ("none", "Document Stays"),
]
KINDS = [
    ("wrong_mass", "Wrong Mass"),
    ("wrong_material", "Wrong Material or Form"),
    ("wrong_party", "Wrong Party"),
    ("missing_information", "Missing Information"),
    ("certificate_lapsed", "Certificate Lapsed"),
    ("physical_swap", "Physical Swap"),
    ("contractor_error", "Contractor's Error"),
    ("suspected_fraud", "Suspected Fraud"),
    ("other", "Other"),
]
#: The life of an error; each step has what it needs, see asi_coc_error_life.py.
STATES = [
    ("found", "Found"),
    ("agreed", "Correction Agreed"),
    ("corrected", "Corrected"),
    ("prevented", "Prevention in Place"),
    ("reviewed", "Reviewed"),
]


class AsiCocError(models.Model):
    """An error found after shipment, from finding to effectiveness review."""

    _name = "asi.coc.error"
    _description = "CoC Error"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "found_on desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {
            "name",
            "state",
            "is_kept",
            "reported_on",
            "reported_by_id",
            "reviewed_on",
            "reviewed_by_id",
        }
    )

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the error in the entity's register.",
    )
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="found",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        help="How far the error has come: found, correction agreed with the other "
        "party, corrected, recurrence prevented, effectiveness reviewed.",
    )
    is_kept = fields.Boolean(
        string="Stays on File",
        readonly=True,
        copy=False,
        help="A correction was agreed once, or fraud suspected: the record is for "
        "future audits (9.6, 10.4).",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        compute="_compute_scope_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope the error concerns.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    criterion = fields.Selection(
        [
            ("2.5", "2.5 Contractor"),
            ("9.6", "9.6 Shipping"),
            ("10.4", "10.4 Receiving"),
        ],
        compute="_compute_criterion",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        index=True,
        help="Criterion of the standard: error of a contractor, in what was shipped, "
        "or in what was received.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="other",
        tracking=True,
        help="What kind of error it is; analyses group by it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Other Party",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Customer, supplier or contractor whom the correction is agreed with.",
    )
    document_id = fields.Many2one(
        "asi.coc.document",
        string="CoC Document",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="CoC Document in question, where there is one.",
    )
    replacement_document_id = fields.Many2one(
        "asi.coc.document",
        string="Replaced By",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Correct CoC Document that replaces the voided one (9.6, 10.4).",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Shipment or receipt the error was made in, where there is one.",
    )
    found = fields.Text(
        string="What Was Found",
        required=True,
        tracking=True,
        help="The error as it was found: what the document or the goods say, and what "
        "they should.",
    )
    found_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Day on which the error was found.",
    )
    found_by_id = fields.Many2one(
        "res.users",
        string="Found By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Who found the error, or was told of it by the other party.",
    )
    agreed_correction = fields.Text(
        copy=False,
        tracking=True,
        help="Steps that both parties agreed on to correct the error.",
    )
    agreed_with = fields.Char(
        copy=False,
        tracking=True,
        help="Person at the other party who agreed, with function.",
    )
    agreed_on = fields.Date(
        copy=False, tracking=True, help="Day on which the correction was agreed."
    )
    course = fields.Selection(
        COURSES,
        copy=False,
        tracking=True,
        help="What becomes of the goods and of the CoC Document (9.6, 10.4).",
    )
    corrected_on = fields.Date(
        copy=False,
        tracking=True,
        help="Day on which the agreed correction was carried out.",
    )
    double_counting = fields.Text(
        string="No Double Counting",
        copy=False,
        tracking=True,
        help="How it is made sure that CoC Material which was swapped physically is "
        "counted once only (10.4).",
    )
    cause = fields.Text(
        string="Root Cause",
        copy=False,
        tracking=True,
        help="What the investigation of the error's cause found.",
    )
    prevention = fields.Text(
        copy=False,
        tracking=True,
        help="Action taken so that the error does not recur.",
    )
    review_due = fields.Date(
        copy=False,
        tracking=True,
        help="Day by which the effectiveness of the prevention is reviewed; 90 days "
        "after it is in place unless entered.",
    )
    effective = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        copy=False,
        tracking=True,
        help="Whether the prevention was found to be effective. If not, the error is "
        "open again and another correction or prevention is due.",
    )
    effectiveness_remark = fields.Text(
        copy=False, tracking=True, help="What the effectiveness review is based on."
    )
    reviewed_on = fields.Date(
        readonly=True, copy=False, help="Day of the effectiveness review."
    )
    reviewed_by_id = fields.Many2one(
        "res.users",
        string="Reviewed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who reviewed the effectiveness.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has an error of that number already.",
    )
    _review_due = models.Index("(review_due) WHERE state = 'prevented'")

    @api.depends("document_id", "picking_id")
    def _compute_scope_id(self):
        default = self.env["asi.coc.scope"]._get_default()
        for error in self:
            # Once numbered, an error stays in its register.
            if not error.name:
                error.scope_id = error.document_id.scope_id or error.scope_id or default

    @api.depends("document_id", "picking_id")
    def _compute_criterion(self):
        for error in self:
            received = error.document_id.direction == "received" or (
                # sudo: who writes an error down need not be a storekeeper
                not error.document_id
                and error.picking_id.sudo().picking_type_code == "incoming"
            )
            if error.criterion != "2.5":
                error.criterion = "10.4" if received else "9.6"

    @api.depends("document_id", "picking_id")
    def _compute_partner_id(self):
        for error in self:
            document = error.document_id
            partner = (
                document.issuer_id
                if document.direction == "received"
                else document.customer_id
            )
            # sudo: as for the criterion
            transfer = error.picking_id.sudo().partner_id.commercial_partner_id
            error.partner_id = error.partner_id or partner or transfer

    @api.constrains("scope_id", "document_id", "replacement_document_id")
    def _check_scope(self):
        for error in self:
            documents = error.document_id | error.replacement_document_id
            for document in documents.filtered("scope_id"):
                if document.scope_id != error.scope_id:
                    raise ValidationError(
                        self.env._(
                            "CoC Document %(document)s belongs to scope %(its)s, "
                            "error %(error)s to %(own)s. Record the error in the "
                            "scope of the document.",
                            document=document.display_name,
                            its=document.scope_id.name,
                            error=error.display_name,
                            own=error.scope_id.name,
                        )
                    )
            if error.document_id and error.document_id == error.replacement_document_id:
                raise ValidationError(
                    self.env._(
                        "CoC Document %(document)s cannot replace itself (%(criterion)s"
                        "). Choose the correct document under %(field)s.",
                        document=error.document_id.display_name,
                        criterion=error.criterion,
                        field=error._get_label("replacement_document_id"),
                    )
                )

    @api.constrains("found_on", "agreed_on", "corrected_on")
    def _check_days(self):
        for error in self:
            # Where the user is it may be tomorrow already.
            today = max(error.scope_id._get_today(), fields.Date.context_today(self))
            for name in ("found_on", "agreed_on", "corrected_on"):
                day = error[name]
                if day and not error.found_on <= day <= today:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of error %(error)s is %(day)s. It cannot be "
                            "before the error was found (%(found)s) nor after today "
                            "(%(today)s).",
                            field=error._get_label(name),
                            error=error.display_name,
                            day=day,
                            found=error.found_on,
                            today=today,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        errors = super().create(vals_list)
        for error in errors:
            # sudo: numbered by the register itself
            error.sudo().name = error.scope_id._next_number("asi.coc.error", "ERR")
        errors._plan_next_step()
        errors._tell_of_fraud()
        return errors

    def write(self, vals):
        self._check_change(vals)
        suspected = self.filtered("is_fraud_suspected")
        result = super().write(vals)
        self._check_complete()
        if "review_due" in vals and "state" not in vals:
            self._plan_next_step()
        (self - suspected)._tell_of_fraud()
        (suspected - self.filtered("is_fraud_suspected"))._forget_fraud()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        for error in self._coc_within_retention().filtered("is_kept"):
            raise UserError(
                self.env._(
                    "Error %(error)s stays on file: errors and agreed corrections are "
                    "kept for audits (%(criterion)s). Only an error nothing was agreed "
                    "on yet, and without suspected fraud, can be deleted.",
                    error=error.name,
                    criterion=error.criterion,
                )
            )

    def _check_change(self, vals):
        """Refuse to change what was reviewed, and to play a suspicion down."""
        # Messages and activities go on; only the steps write what is protected.
        changed = [
            name
            for name in sorted(vals.keys() - self._coc_protected_fields)
            if self._fields[name]._module == "asi_coc"
        ]
        for error in self:
            if changed and error.state == "reviewed" and "state" not in vals:
                raise UserError(
                    self.env._(
                        "Error %(error)s is reviewed; %(fields)s cannot change any "
                        "more. Take it a step back first.",
                        error=error.name,
                        fields=", ".join(map(error._get_label, changed)),
                    )
                )
        if "is_fraud_suspected" in vals and not vals["is_fraud_suspected"]:
            self._check_suspicion_withdrawn()

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)
