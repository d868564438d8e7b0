from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..formatting import format_day


class AsiCocSustainability(models.Model):
    _name = "asi.coc.sustainability"
    _description = "Sustainability Data"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_id desc, product_id, form_id, id"
    _check_company_auto = True
    # documents say what they were made with, on their side
    _coc_protected_fields = frozenset({"document_ids"})

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Material Accounting Period the data is the average of.",
    )
    scope_id = fields.Many2one(
        related="period_id.scope_id",
        store=True,
        help="CoC Certification Scope the data holds for.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, help="Entity of the scope."
    )
    form_id = fields.Many2one(
        "asi.coc.form",
        ondelete="restrict",
        tracking=True,
        help="Only what leaves in this form. Left empty with the product, the data is "
        "of the whole period.",
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="restrict",
        check_company=True,
        domain="[('coc_material', '!=', False)]",
        tracking=True,
        help="Only this product. Data of a product goes before data of its form, and "
        "that before data of the whole period.",
    )
    carbon_footprint = fields.Float(
        string="Carbon Footprint (t CO2e/t Al)",
        digits=(16, 3),
        tracking=True,
        help="Average carbon footprint of the CoC Material (9.3a).",
    )
    carbon_method = fields.Char(
        string="Footprint Method",
        translate=True,
        help="Method the carbon footprint was calculated with, printed beside it "
        "(9.3a).",
    )
    cradle_to_gate = fields.Boolean(
        tracking=True,
        help="The footprint counts everything from the mine to this gate, as is "
        "preferred (9.3a).",
    )
    origin_information = fields.Text(
        translate=True,
        help="Information on the source of the aluminium, in line with Performance "
        "Standard 9.8 (9.3b).",
    )
    performance_certificate_id = fields.Many2one(
        "asi.coc.certificate",
        string="Performance Standard Certificate",
        domain="[('standard', '=', 'performance')]",
        check_company=True,
        compute="_compute_performance_certificate_id",
        store=True,
        readonly=False,
        tracking=True,
        help="Certifies a post-casthouse issuer to the ASI Performance Standard "
        "(9.3d).",
    )
    performance_date = fields.Date(
        string="Certification Planned By",
        compute="_compute_performance_date",
        store=True,
        readonly=False,
        tracking=True,
        help="Day by which a post-casthouse issuer will be certified to the ASI "
        "Performance Standard: within two years of joining ASI (6.1b, 9.3d). Printed "
        "while there is no certificate.",
    )
    document_ids = fields.Many2many(
        "asi.coc.document",
        "asi_coc_document_sustainability_rel",
        "sustainability_id",
        "document_id",
        string="CoC Documents",
        readonly=True,
        copy=False,
        help="CoC Documents that were made with it.",
    )

    _place_unique = models.UniqueIndex(
        "(period_id, COALESCE(form_id, 0), COALESCE(product_id, 0))",
        "There is sustainability data for this period, form and product already (9.3). "
        "Change that record instead.",
    )
    _product_or_form = models.Constraint(
        "CHECK (form_id IS NULL OR product_id IS NULL)",
        "Sustainability data is of a product, or of a form, or of the whole period.",
    )
    _carbon_footprint_positive = models.Constraint(
        "CHECK (carbon_footprint IS NULL OR carbon_footprint >= 0)",
        "A carbon footprint cannot be negative.",
    )

    @api.depends("period_id")
    def _compute_performance_certificate_id(self):
        for record in self:
            period = record.period_id
            record.performance_certificate_id = (
                period.scope_id._get_performance_certificate(
                    min(period.date_end, period.scope_id._get_today())
                )
                if period
                else False
            )

    @api.depends("period_id")
    def _compute_performance_date(self):
        for record in self:
            facilities = record.period_id.scope_id.facility_ids.filtered(
                "performance_date"
            )
            record.performance_date = facilities[:1].performance_date

    @api.depends("period_id", "form_id", "product_id")
    def _compute_display_name(self):
        for record in self:
            what = record.product_id.display_name or record.form_id.name
            names = (record.period_id.display_name, what)
            record.display_name = ", ".join(filter(None, names))

    @api.constrains("carbon_footprint", "carbon_method")
    def _check_carbon_method(self):
        for record in self:
            if bool(record.carbon_footprint) != bool(record.carbon_method):
                raise ValidationError(
                    self.env._(
                        "Sustainability data of %(record)s: a carbon footprint and the "
                        "method it was calculated with go together (9.3a). Enter both, "
                        "or neither.",
                        record=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        for record in self:
            # sudo: documents of any company count
            document = (
                self.env["asi.coc.document"]
                .sudo()
                .search(
                    [
                        ("sustainability_ids", "in", record.ids),
                        ("state", "!=", "draft"),
                    ],
                    limit=1,
                )
            )
            if document:
                raise UserError(
                    self.env._(
                        "Sustainability data of %(record)s cannot be deleted: CoC "
                        "Document %(document)s was issued with it (9.3). Documents to "
                        "come follow what you change it to.",
                        record=record.display_name,
                        document=document.name,
                    )
                )

    # -- what documents ask -------------------------------------------------
    @api.model
    def _find_for(self, scope, period, products):
        """Return ``{product: its sustainability data, most specific first}`` (9.3).

        Data of the product goes before that of its form, and that before data of
        the whole period; take each datum from the first record that has it. One
        query for all ``products``.
        """
        forms = products.coc_form_id
        found = self.search(
            Domain("scope_id", "=", scope.id)
            & Domain("period_id", "=", period.id)
            & Domain("product_id", "in", [*products.ids, False])
            & Domain("form_id", "in", [*forms.ids, False])
        )
        whole = found.filtered(lambda one: not (one.product_id or one.form_id))
        by_product = found.filtered("product_id").grouped("product_id")
        by_form = found.filtered("form_id").grouped("form_id")
        return {
            product: self.browse().concat(
                by_product.get(product, self.browse()),
                by_form.get(product.coc_form_id, self.browse()),
                whole,
            )
            for product in products
        }

    def _get_performance_status(self, day):
        """Return what the first record that has it says of 9.3d on ``day``, or ``""``.

        A certificate that does not hold on that day is not named.
        """
        for record in self:
            certificate = record.performance_certificate_id
            if certificate and certificate._is_valid_on(day):
                return certificate._get_performance_status()
            if record.performance_date and record.performance_date >= day:
                return self.env._(
                    "Certification to the ASI Performance Standard is planned by "
                    "%(day)s",
                    day=format_day(self.env, record.performance_date),
                )
        return ""
