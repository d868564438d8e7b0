from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_retention import LEAST_YEARS
from .record_kinds import KINDS

#: What records of the class are kept by.
KEEPING_FIELDS = {"active", "scope_id", "company_id", "kept_in", "model"}


class AsiCocRecordClass(models.Model):
    """A class of records: which, for which criteria, where, how long, whose (1.6).

    What counts as a record of Odoo, and which day counts, is the module's: a class
    may only keep it longer. Archived classes go on keeping what they are about.
    """

    _name = "asi.coc.record.class"
    _description = "Record Class"
    _inherit = ["asi.coc.evidence", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(
        string="Records", required=True, tracking=True, help="Which records these are."
    )
    sequence = fields.Integer(default=100, help="Position in the register.")
    active = fields.Boolean(
        default=True, tracking=True, help="Archive a class that gets no more records."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        index=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        tracking=True,
        help="CoC Certification Scope; empty for records of all scopes of the entity.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Entity",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Entity whose records these are.",
    )
    criterion_ids = fields.Many2many(
        "asi.coc.criterion",
        "asi_coc_record_class_criterion_rel",
        "class_id",
        "criterion_id",
        string="Criteria",
        help="Criteria of the standard that the records show conformance with.",
    )
    kept_in = fields.Selection(
        [("odoo", "In Odoo"), ("elsewhere", "Elsewhere")],
        string="Kept",
        required=True,
        default="elsewhere",
        tracking=True,
        help="In Odoo, where nothing under retention can be deleted; or elsewhere, on "
        "paper or in another system.",
    )
    model = fields.Selection(
        selection="_selection_models",
        string="Kind of Records",
        tracking=True,
        index=True,
        help="Records of Odoo that belong to the class.",
    )
    place = fields.Char(
        tracking=True,
        help="Where the records are, for example the archive, the shelf or the system.",
    )
    description = fields.Text(
        string="Which Records",
        tracking=True,
        help="What belongs to the class: names of forms, registers, correspondence.",
    )
    evidence_ids = fields.Many2many(
        string="Files",
        help="Files of records that are kept elsewhere, or that show how.",
    )
    retention = fields.Integer(
        string="Retention (Years)",
        required=True,
        default=LEAST_YEARS,
        tracking=True,
        help="How many years the records are kept: five at least, longer where law or "
        "policy says so. Raised at once; lowered by a Management Representative.",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        ondelete="restrict",
        help="Who sees to it that the records are kept and up to date.",
    )

    _retention_least = models.Constraint(
        "CHECK (retention >= 5)", "Records are kept for five years at least (1.6)."
    )
    _model_in_odoo = models.Constraint(
        "CHECK (kept_in != 'odoo' OR model IS NOT NULL)",
        "Say which records of Odoo belong to the class (1.6).",
    )
    _place_elsewhere = models.Constraint(
        "CHECK (kept_in != 'elsewhere' OR place IS NOT NULL)",
        "Say where the records are kept (1.6).",
    )

    @api.model
    def _selection_models(self):
        names = [name for name in KINDS if name in self.env]
        return [(name, self.env[name]._description) for name in names]

    @api.onchange("scope_id")
    def _onchange_scope_id(self):
        self.company_id = self.scope_id.company_id or self.company_id

    @api.model_create_multi
    def create(self, vals_list):
        scopes = self.env["asi.coc.scope"]
        for vals in vals_list:
            if (scope := scopes.browse(vals.get("scope_id"))) and (
                "company_id" not in vals
            ):
                vals["company_id"] = scope.company_id.id
        return super().create(vals_list)

    def write(self, vals):
        years = vals.get("retention")
        less = self.filtered(
            lambda one: (
                (years is not None and years < one.retention)
                or any(
                    one._fields[name].convert_to_write(one[name], one) != vals[name]
                    for name in KEEPING_FIELDS & vals.keys()
                )
            )
        )
        less._check_representative()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_representative()
        for one in self:
            if one._count_records()[0]:
                raise UserError(
                    self.env._(
                        "Record class “%(title)s” has records and stays in the "
                        "register (1.6). Archive it instead: it goes on keeping them.",
                        title=one.name,
                    )
                )

    def _check_representative(self):
        """Let only Management Representatives loosen what is kept, and how long."""
        if not self or self.env.su:
            return
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative shortens the retention of "
                    "“%(titles)s”, or changes which records it keeps (1.4, 1.6). You "
                    "can raise the years.",
                    titles=", ".join(self.mapped("name")),
                )
            )
