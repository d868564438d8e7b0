from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.certification import (
    CRITERIA,
    certified_until,
    last_day_to_certify,
    unbroken_until,
)
from ..formatting import format_day
from .certification_query import certified_span_query
from .ledger_guard import describe_value

#: A certification that ends within so many days is shown and reminded of.
ENDS_WITHIN = timedelta(days=60)


class Certification(NamedTuple):
    """How a facility stands on a day: ``until`` is empty where it is not certified."""

    until: date | None
    planned: bool
    reason: str


class AsiCocFacility(models.Model):
    """Which certificates let the facility be a source of CoC Material (3 to 6 a, b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.facility"

    earlier_certificate_ids = fields.Many2many(
        "asi.coc.certificate",
        "asi_coc_facility_earlier_certificate_rel",
        "facility_id",
        "certificate_id",
        string="Earlier Performance Standard Certificates",
        domain="[('standard', '=', 'performance')]",
        copy=False,
        help="Certificates with other numbers that the facility had before; each "
        "counts on its own days, until the one that took its place begins. Renewals of "
        "one number count without being named.",
    )
    performance_date = fields.Date(
        string="Certification Planned By",
        tracking=True,
        help="Day by which a post-casthouse facility will be certified to the ASI "
        "Performance Standard: within two years of joining ASI (6.1b).",
    )
    activity_code = fields.Selection(
        related="activity_id.code", help="Code of the supply chain activity."
    )
    certification_state = fields.Selection(
        [
            ("certified", "Certified"),
            ("ending", "Ends Soon"),
            ("planned", "Planned"),
            ("not_certified", "Not Certified"),
        ],
        string="Certification",
        compute="_compute_certification",
        search="_search_certification_state",
        help="Whether the facility may put out CoC Material today: the entity's CoC "
        "certificate covers the activity, and the facility is certified to the "
        "Performance Standard (3 to 6 a, b). Planned: post-casthouse, within two years "
        "of joining ASI.",
    )
    certified_until = fields.Date(
        compute="_compute_certification",
        help="Last day on which the facility is certified, as certificates say now.",
    )
    certification_reason = fields.Char(
        string="Why",
        compute="_compute_certification",
        help="What the certification rests on, or what is missing, with the criterion.",
    )

    @api.depends(
        "certificate_id.date_start",
        "certificate_id.date_end",
        "certificate_id.status_ids.status",
        "certificate_id.status_ids.date",
        "earlier_certificate_ids",
        "performance_date",
        "contractor_id",
        "activity_id",
        "scope_id.member_since",
        "scope_id.certificate_id.date_end",
        "scope_id.certificate_id.status_ids.status",
        "scope_id.certificate_id.supply_chain_activity_ids",
        "scope_id.earlier_certificate_ids",
    )
    @api.depends_context("lang")
    def _compute_certification(self):
        certifications = self._get_certifications()
        for facility in self:
            found = certifications.get(facility._origin.id)
            facility.certification_state = facility._get_state(found)
            facility.certified_until = found and found.until
            facility.certification_reason = found and found.reason

    def _get_state(self, certification):
        if not certification:
            return False
        if not certification.until:
            return "not_certified"
        if certification.until <= self.scope_id._get_today() + ENDS_WITHIN:
            return "ending"
        return "planned" if certification.planned else "certified"

    def _search_certification_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # An entity has a handful of facilities; archived ones may be asked for too.
        facilities = self.with_context(active_test=False).search(
            [("scope_id", "!=", False)]
        )
        found = facilities.filtered(lambda one: one.certification_state in value)
        return [("id", "in", found.ids)]

    # -- what others ask ------------------------------------------------------
    def _get_certifications(self, day=None):
        """Return ``{facility id: Certification}`` on ``day``, today when left out.

        One query however many facilities (3 to 6 a, b).
        """
        # sudo: whoever delivers is told; certificates are only named
        saved = self.sudo().browse(self._origin.ids)
        spans = saved._get_spans()
        return {
            facility.id: facility._certify(day or facility.scope_id._get_today(), spans)
            for facility in saved
        }

    def _get_days_left(self, standard):
        """Return ``{facility: (last day, why not)}`` for certification to ``standard``.

        As of today; one of the two is empty. One query however many facilities.
        """
        # sudo: as above
        saved = self.sudo()
        spans = saved._get_spans()
        found = {}
        for facility in saved:
            today = facility.scope_id._get_today()
            held = [span[:2] for span in spans[facility.id, standard]]
            until = unbroken_until(today, held)
            lack = None if until else facility._describe_lack(standard, today)
            found[facility] = (until, lack)
        return found

    def _get_spans(self):
        """Return ``{(facility id, standard): [(first, last day, certificate id)]}``."""
        spans = defaultdict(list)
        if self:
            self.env.flush_all()
            of_these = SQL("facility.id = ANY(%s)", self.ids)
            for row in self.env.execute_query(certified_span_query(of_these)):
                facility_id, standard, certificate_id, first, last = row
                spans[facility_id, standard].append((first, last, certificate_id))
        return spans

    def _certify(self, day, spans):
        own = {
            standard: [span[:2] for span in spans[self.id, standard]]
            for standard in ("chain_of_custody", "performance")
        }
        until = certified_until(day, *own.values())
        if not until:
            lacks = [
                self._describe_lack(standard, day)
                for standard, held in own.items()
                if not unbroken_until(day, held)
            ]
            return Certification(None, False, " ".join(lacks))
        coc, performance = (
            self.env["asi.coc.certificate"].browse(
                certificate_id
                for first, last, certificate_id in spans[self.id, standard]
                if certificate_id and first <= day <= last
            )
            for standard in own
        )
        planned = not self.contractor_id and not performance
        reason = self._describe_certified(coc[:1], performance[:1])
        return Certification(until, planned, reason)

    def _describe_arrival(self, day, spans):
        """Say why what arrives on ``day`` is Non-CoC Material here, or return False."""
        certification = self._certify(day, spans)
        return not certification.until and self.env._(
            "Facility %(facility)s (%(activity)s) is not certified on %(day)s, and "
            "takes in Non-CoC Material only. %(reason)s",
            facility=self.name,
            activity=self.activity_id.name,
            day=format_day(self.env, day),
            reason=certification.reason,
        )

    def _get_named_certificates(self, standard):
        """Return the certificates that count for the facility, renewals too."""
        owner = self if standard == "performance" else self.scope_id
        named = (owner.certificate_id | owner.earlier_certificate_ids).filtered(
            lambda one: one.standard == standard
        )
        return named | self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "in", named.partner_id.ids),
                ("number", "in", named.mapped("number")),
                ("standard", "=", standard),
                ("company_id", "in", [self.company_id.id, False]),
            ]
        )

    # -- telling ----------------------------------------------------------------
    def _get_criterion(self, standard):
        """Return the criterion that asks for a certificate to ``standard``."""
        letter = "b" if standard == "performance" else "a"
        return CRITERIA[self.activity_id.code] + letter

    def _describe_certified(self, coc, performance):
        if self.contractor_id:
            return self.env._(
                "Contractor's site in the scope of CoC certificate %(number)s (2.1).",
                number=coc.number,
            )
        if not performance:
            return self.env._(
                "CoC certificate %(number)s; certification to the Performance Standard "
                "is planned by %(day)s, within two years of joining ASI (6.1a, 6.1b).",
                number=coc.number,
                day=format_day(self.env, self.performance_date),
            )
        return self.env._(
            "CoC certificate %(number)s, Performance Standard certificate "
            "%(performance)s (%(coc_criterion)s, %(criterion)s).",
            number=coc.number,
            performance=performance.number,
            coc_criterion=self._get_criterion("chain_of_custody"),
            criterion=self._get_criterion("performance"),
        )

    def _describe_lack(self, standard, day):
        """Say what keeps the facility from being certified on ``day``, and the cure."""
        certificates = self._get_named_certificates(standard)
        criterion = self._get_criterion(standard)
        if standard == "chain_of_custody":
            if not certificates:
                return self.env._(
                    "Scope %(scope)s names no CoC certificate of the entity "
                    "(%(criterion)s). Record it on the scope.",
                    scope=self.scope_id.name,
                    criterion=criterion,
                )
            covering = certificates.filtered(
                lambda one: self.activity_id in one.supply_chain_activity_ids
            )
            if not covering:
                return self.env._(
                    "CoC certificate %(number)s does not cover %(activity)s "
                    "(%(criterion)s). Record the activities that ASI publishes.",
                    number=certificates[0].number,
                    activity=self.activity_id.name,
                    criterion=criterion,
                )
            certificates = covering
        elif not certificates:
            return self._describe_unplanned(day, criterion)
        return self._describe_invalid(certificates, day, criterion)

    def _describe_invalid(self, certificates, day, criterion):
        standards = certificates._fields["standard"]
        owner = self.scope_id if criterion.endswith("a") else self
        began = certificates.filtered(lambda one: one.date_start <= day)
        # An earlier one says nothing once that which took its place has begun.
        current = began.filtered(lambda one: one.number == owner.certificate_id.number)
        last = (current or began or certificates).sorted("date_start")[-1:]
        values = {
            "standard": describe_value(self.env, standards, last.standard),
            "number": last.number,
            "criterion": criterion,
        }
        row = last._get_status_row(min(day, last.date_end))
        if row.status in ("suspended", "withdrawn"):
            return self.env._(
                "Certificate %(number)s to the %(standard)s is %(status)s since "
                "%(day)s (%(criterion)s). Record it when ASI certifies again.",
                **values,
                status=describe_value(self.env, row._fields["status"], row.status),
                day=format_day(self.env, row.date),
            )
        if last.date_start > day:
            return self.env._(
                "Certificate %(number)s to the %(standard)s begins on %(day)s "
                "(%(criterion)s).",
                **values,
                day=format_day(self.env, last.date_start),
            )
        return self.env._(
            "Certificate %(number)s to the %(standard)s ended on %(day)s "
            "(%(criterion)s). Record the renewal.",
            **values,
            day=format_day(self.env, last.date_end),
        )

    def _describe_unplanned(self, day, criterion):
        """Say what is missing where no Performance Standard certificate is named."""
        joined = self.scope_id.member_since
        if self.activity_id.code != "post_casthouse":
            return self.env._(
                "No certificate to the Performance Standard (%(criterion)s). Record it "
                "on the facility.",
                criterion=criterion,
            )
        if not joined:
            return self.env._(
                "No certificate to the Performance Standard, and the scope does not "
                "say when the entity joined ASI (6.1b). Record either."
            )
        limit = last_day_to_certify(joined)
        values = {
            "joined": format_day(self.env, joined),
            "limit": format_day(self.env, limit),
        }
        if day > limit:
            return self.env._(
                "No certificate to the Performance Standard, and the two years after "
                "joining ASI on %(joined)s ended on %(limit)s (6.1b). Record the "
                "certificate on the facility.",
                **values,
            )
        if not self.performance_date:
            return self.env._(
                "Neither a certificate to the Performance Standard nor a day by which "
                "it is planned (6.1b). Record one on the facility; certification is "
                "due by %(limit)s, two years after joining ASI on %(joined)s.",
                **values,
            )
        return self.env._(
            "Certification to the Performance Standard is planned by %(day)s, but due "
            "by %(limit)s, two years after joining ASI on %(joined)s (6.1b). Plan it "
            "within that time.",
            **values,
            day=format_day(self.env, self.performance_date),
        )

    # -- actions ------------------------------------------------------------
    def action_open_certificates(self):
        """Open the certificates that the facility's certification rests on."""
        self.ensure_one()
        # sudo: only ids; the list shows what the user may read
        own = self.sudo()
        certificates = own._get_named_certificates(
            "chain_of_custody"
        ) | own._get_named_certificates("performance")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificates of %(facility)s", facility=self.name),
            "res_model": "asi.coc.certificate",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", certificates.ids)],
            "context": {
                "default_standard": "performance",
                "default_partner_id": self.company_id.partner_id.id,
                "default_supply_chain_activity_ids": self.activity_id.ids,
            },
        }
