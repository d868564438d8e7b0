from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .asi_coc_activity import MATERIALS
from .ledger_guard import describe_value
from .located_query import certificate_holds

STANDARDS = [
    ("chain_of_custody", "Chain of Custody Standard"),
    ("performance", "Performance Standard"),
]
STATUSES = [
    ("certified", "Certified"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]


class AsiCocCertificate(models.Model):
    _name = "asi.coc.certificate"
    _description = "ASI Certificate"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "date_end desc, id desc"
    _rec_name = "number"

    number = fields.Char(
        required=True,
        tracking=True,
        help="Certificate number as ASI publishes it; printed on CoC Documents "
        "(9.2c, 9.2d).",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Certified Entity",
        required=True,
        index=True,
        help="Entity that holds the certificate.",
    )
    standard = fields.Selection(
        STANDARDS,
        required=True,
        default="chain_of_custody",
        help="ASI Standard the entity is certified against.",
    )
    supply_chain_activity_ids = fields.Many2many(
        "asi.coc.activity",
        "asi_coc_certificate_activity_rel",
        "certificate_id",
        "activity_id",
        string="Supply Chain Activities",
        help="Supply chain activities in the certification scope, as ASI publishes "
        "them. The CoC Materials follow from them (10.3).",
    )
    covers_bauxite = fields.Boolean(
        string="Bauxite",
        compute="_compute_covers",
        store=True,
        readonly=False,
        help="The certification scope covers bauxite: it mines. Clear it where the "
        "certificate is narrower than its activities.",
    )
    covers_alumina = fields.Boolean(
        string="Alumina",
        compute="_compute_covers",
        store=True,
        readonly=False,
        help="The certification scope covers alumina: it refines. Clear it where the "
        "certificate is narrower than its activities.",
    )
    covers_aluminium = fields.Boolean(
        string="Aluminium",
        compute="_compute_covers",
        store=True,
        readonly=False,
        help="The certification scope covers aluminium. Clear it where the "
        "certificate is narrower than its activities.",
    )
    covers_scrap = fields.Boolean(
        string="Scrap",
        compute="_compute_covers",
        store=True,
        readonly=False,
        help="The certification scope covers scrap: every activity that puts out "
        "aluminium has some. Clear it where the certificate is narrower than that.",
    )
    scope_description = fields.Text(
        string="Certification Scope",
        help="Facilities, activities and materials that the certificate covers.",
    )
    date_start = fields.Date(
        string="Valid From",
        required=True,
        tracking=True,
        help="First day of the certification period.",
    )
    date_end = fields.Date(
        string="Valid Until",
        required=True,
        tracking=True,
        help="Last day of the certification period.",
    )
    status_ids = fields.One2many(
        "asi.coc.certificate.status",
        "certificate_id",
        string="Status History",
        help="Suspensions, withdrawals and re-certifications, each with the day it "
        "takes effect (10.3). Before the first, the entity is certified.",
    )
    status = fields.Selection(
        STATUSES,
        compute="_compute_status",
        store=True,
        tracking=True,
        help="Certification status today, as its history has it (10.3).",
    )
    status_date = fields.Date(
        string="Status Effective On",
        compute="_compute_status",
        store=True,
        tracking=True,
        help="Day from which today's status takes effect: shipments before a "
        "suspension or withdrawal stay CoC Material, later ones are not (10.3).",
    )
    is_valid = fields.Boolean(
        string="Valid Today",
        compute="_compute_is_valid",
        search="_search_is_valid",
        help="Certified today: within the period, neither suspended nor withdrawn.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Company that keeps this record; empty shares it.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)",
        "A certificate cannot end before it starts.",
    )
    _status_dated = models.Constraint(
        "CHECK (status = 'certified' OR status_date IS NOT NULL)",
        "A suspended or withdrawn certificate needs the day it takes effect.",
    )

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = self.env._(
                "%(number)s (%(entity)s)",
                number=certificate.number,
                entity=certificate.partner_id.display_name,
            )

    @api.depends("supply_chain_activity_ids")
    def _compute_covers(self):
        for certificate in self:
            covered = certificate._get_coverable()
            for material, _label in MATERIALS:
                certificate[f"covers_{material}"] = material in covered

    @api.depends("status_ids.status", "status_ids.date")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            current = certificate._get_status_row(today)
            certificate.status = current.status or "certified"
            certificate.status_date = current.date

    @api.depends("status_ids.status", "status_ids.date", "date_start", "date_end")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            certificate.is_valid = bool(
                certificate.date_start and certificate.date_end
            ) and certificate._is_valid_on(today)

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        valid = Domain(
            "id",
            "in",
            SQL(
                "(SELECT certificate.id FROM asi_coc_certificate certificate WHERE %s)",
                certificate_holds(SQL("%s::date", fields.Date.context_today(self))),
            ),
        )
        self.env["asi.coc.certificate.status"].flush_model()
        self.flush_model(["date_start", "date_end"])
        domain = Domain.FALSE
        if True in value:
            domain |= valid
        if False in value:
            domain |= ~valid
        return domain

    @api.constrains(
        "supply_chain_activity_ids",
        "covers_bauxite",
        "covers_alumina",
        "covers_aluminium",
        "covers_scrap",
    )
    def _check_covers(self):
        """Materials can be left out of what the activities put out, not added."""
        for certificate in self:
            covered = certificate._get_coverable()
            for material, _label in MATERIALS:
                field = self._fields[f"covers_{material}"]
                if certificate[field.name] and material not in covered:
                    raise ValidationError(
                        self.env._(
                            "Certificate %(certificate)s cannot cover %(material)s: "
                            "none of its activities puts it out (10.3). Add the "
                            "supply chain activity that does.",
                            certificate=certificate.display_name,
                            material=field._description_string(self.env),
                        )
                    )

    @api.constrains("number", "partner_id", "standard", "date_start", "date_end")
    def _check_no_overlap(self):
        """One number of one entity has one record for a day; a renewal follows."""
        for certificate in self:
            companies = [False, certificate.company_id.id]
            # sudo: a shared one must not hide behind a company's, nor the reverse
            other = self.sudo().search(
                [
                    ("id", "!=", certificate.id),
                    ("number", "=", certificate.number),
                    ("partner_id", "=", certificate.partner_id.id),
                    ("standard", "=", certificate.standard),
                    ("date_start", "<=", certificate.date_end),
                    ("date_end", ">=", certificate.date_start),
                    *(
                        [("company_id", "in", companies)]
                        if certificate.company_id
                        else []
                    ),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Certificate %(certificate)s is recorded already from "
                        "%(start)s to %(end)s; two periods of one number cannot "
                        "overlap. Change that record, or let the renewal begin after "
                        "its end.",
                        certificate=certificate.display_name,
                        start=other.date_start,
                        end=other.date_end,
                    )
                )

    @api.constrains("date_start", "date_end")
    def _check_history_within(self):
        self.status_ids._check_date()

    # -- status ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        announced = [_take_status(vals) for vals in vals_list]
        certificates = super().create([vals for vals, _status in announced])
        for certificate, (_vals, status) in zip(certificates, announced, strict=True):
            certificate._record_status(status)
        certificates._settle_expiry()
        return certificates

    def write(self, vals):
        vals, status = _take_status(vals)
        result = super().write(vals)
        for certificate in self:
            certificate._record_status(status)
        if "date_end" in vals:
            self._settle_expiry()
        return result

    def _record_status(self, values):
        """Keep in the history what is written to ``status`` and ``status_date``.

        The status as it is on its day is no news. Raises ValidationError for a
        suspension or withdrawal without a day.
        """
        if not values:
            return
        current = self._get_status_row(fields.Date.context_today(self))
        status = values.get("status") or current.status or "certified"
        day = fields.Date.to_date(values.get("status_date"))
        if not day and status == self.status:
            return
        if not day and status != "certified":
            raise ValidationError(
                self.env._(
                    "Certificate %(certificate)s cannot be %(status)s without the day "
                    "it takes effect: earlier shipments stay CoC Material (10.3).",
                    certificate=self.display_name,
                    status=describe_value(self.env, self._fields["status"], status),
                )
            )
        day = day or fields.Date.context_today(self)
        row = self.status_ids.filtered(lambda row: row.date == day)
        if row:
            row.status = status
        else:
            self.status_ids = [Command.create({"status": status, "date": day})]

    def _get_status_row(self, day):
        """Return the row of the history in force on ``day``, or an empty set."""
        rows = self.status_ids.filtered(lambda row: row.date and row.date <= day)
        return rows.sorted("date")[-1:]

    @api.model
    def _refresh_status(self):
        """Let ``status`` follow the history where a day has come."""
        self.flush_model()
        self.env["asi.coc.certificate.status"].flush_model()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT certificate.id
                  FROM asi_coc_certificate certificate
             LEFT JOIN LATERAL (
                           SELECT history.status, history.date
                             FROM asi_coc_certificate_status history
                            WHERE history.certificate_id = certificate.id
                              AND history.date <= %s
                         ORDER BY history.date DESC
                            LIMIT 1
                       ) AS current ON TRUE
                 WHERE certificate.status_date IS DISTINCT FROM current.date
                    OR certificate.status
                       IS DISTINCT FROM COALESCE(current.status, 'certified')
                """,
                today,
            )
        )
        changed = self.browse(row[0] for row in rows)
        for name in ("status", "status_date"):
            self.env.add_to_compute(self._fields[name], changed)
        changed._recompute_recordset(["status", "status_date"])

    # -- what others ask --------------------------------------------------------
    def _is_valid_on(self, day):
        """Tell whether the certificate holds on ``day``, its history counted (10.3).

        A shipment on the day a suspension takes effect is no longer CoC Material.
        """
        self.ensure_one()
        in_time = self.date_start <= day <= self.date_end
        return in_time and self._get_status_row(day).status in (False, "certified")

    def _covers(self, material):
        """Tell whether the certification scope covers a CoC Material (10.3).

        ``material`` is bauxite, alumina, aluminium or scrap. A certificate whose
        activities nobody recorded covers nothing.
        """
        self.ensure_one()
        return material in dict(MATERIALS) and self[f"covers_{material}"]

    def _get_coverable(self):
        """Return the materials that the activities put out, scrap with aluminium."""
        covered = set(self.supply_chain_activity_ids.mapped("output_material"))
        return covered | {"scrap"} if "aluminium" in covered else covered

    @api.model
    def _find(self, partner, day, standard="chain_of_custody"):
        """Return the certificate of ``partner`` valid on ``day``, or an empty set."""
        certificates = self.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("standard", "=", standard),
                ("date_start", "<=", day),
                ("date_end", ">=", day),
            ]
        )
        return certificates.filtered(lambda found: found._is_valid_on(day))[:1]


def _take_status(vals):
    """Return ``vals`` without the status, and the status apart."""
    names = {"status", "status_date"}
    rest = {name: value for name, value in vals.items() if name not in names}
    return rest, {name: vals[name] for name in names & vals.keys()}
