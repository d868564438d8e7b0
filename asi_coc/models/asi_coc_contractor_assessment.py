from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: An assessment is not current for longer, whenever the next one is due (2.2c).
LONGEST_MONTHS = 18


class AsiCocContractorAssessment(models.Model):
    """How likely it is that a contractor breaks the chain of custody (2.2c)."""

    _name = "asi.coc.contractor.assessment"
    _description = "Risk Assessment of a Contractor"
    _inherit = ["asi.coc.protected", "asi.coc.evidence", "mail.thread"]
    _order = "assessed_on desc, id desc"
    _check_company_auto = True
    _coc_evidence_criteria = "2.2c"
    _coc_protected_fields = frozenset(
        {"state", "accepted_on", "accepted_by_id", "due_on", "valid_until"}
    )

    contractor_id = fields.Many2one(
        "asi.coc.contractor",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Contractor whose part in the chain of custody is assessed.",
    )
    company_id = fields.Many2one(
        related="contractor_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    assessed_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Day of the assessment. It is current for at most 18 months from then.",
    )
    assessed_by_id = fields.Many2one(
        "res.users",
        string="Assessed By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who assessed the risk.",
    )
    visited_on = fields.Date(
        string="Site Visit On",
        tracking=True,
        help="Day of a visit to the contractor, where there was one.",
    )
    risk = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        required=True,
        default="medium",
        tracking=True,
        help="Risk of non-conformance with the CoC Standard through this contractor.",
    )
    findings = fields.Text(
        tracking=True,
        help="What the assessment found: segregation, records, staff, errors so far.",
    )
    mitigation = fields.Text(
        tracking=True,
        help="What is done to lower the risk: training, visits, other contractors.",
    )
    result = fields.Selection(
        [("acceptable", "Acceptable"), ("not_acceptable", "Not Acceptable")],
        tracking=True,
        help="Whether the risk is found acceptable (2.2c).",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("accepted", "Accepted"),
            ("rejected", "Not Accepted"),
            ("withdrawn", "Withdrawn"),
            ("taken_over", "Taken Over"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Accepted by a named person, not accepted, or withdrawn. Taken over: made "
        "at the upgrade for a site that was in the scope already.",
    )
    accepted_on = fields.Datetime(
        string="Decided On",
        readonly=True,
        copy=False,
        tracking=True,
        help="When the risk was accepted, or not; now and never earlier.",
    )
    accepted_by_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
        help="Management Representative who accepted the risk, or did not (2.2c).",
    )
    due_on = fields.Date(
        string="Next Due On",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day by which the next assessment is due.",
    )
    valid_until = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day on which material sent to the contractor is CoC Material: 18 "
        "months after the assessment at most.",
    )

    @api.depends("contractor_id", "assessed_on")
    def _compute_display_name(self):
        for assessment in self:
            assessment.display_name = self.env._(
                "%(contractor)s, %(day)s",
                contractor=assessment.contractor_id.display_name,
                day=assessment.assessed_on,
            )

    @api.constrains("assessed_on", "visited_on")
    def _check_days(self):
        for assessment in self:
            today = max(
                assessment.contractor_id.scope_id._get_today(),
                fields.Date.context_today(self),
            )
            for name in ("assessed_on", "visited_on"):
                if assessment[name] and assessment[name] > today:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of the risk assessment of %(contractor)s is "
                            "%(day)s, after today (%(today)s) (2.2c). Enter the day on "
                            "which it was.",
                            field=self._fields[name]._description_string(self.env),
                            contractor=assessment.contractor_id.display_name,
                            day=assessment[name],
                            today=today,
                        )
                    )

    def write(self, vals):
        own = {
            name
            for name in vals.keys() - self._coc_protected_fields
            if self._fields[name]._module == "asi_coc"
        }
        decided = self.filtered(lambda one: one.state != "draft")
        if decided and own:
            raise UserError(
                self.env._(
                    "The risk assessment %(assessment)s is decided and stays as it is "
                    "(2.2c). Make a new one.",
                    assessment=decided[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        kept = self._coc_within_retention()
        for assessment in kept.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "The risk assessment %(assessment)s is decided and stays on file "
                    "(2.2c).",
                    assessment=assessment.display_name,
                )
            )

    def _filter_evidence_kept(self):
        return self.filtered(lambda one: one.state != "draft")

    # -- deciding -----------------------------------------------------------------
    def action_accept(self):
        """Accept the risk, in one's own name, from now on (2.2c).

        Raises UserError for anybody but a Management Representative, and naming
        what is missing (2.1 to 2.2c).
        """
        for assessment in self:
            assessment._check_decidable()
            assessment._check_acceptable()
            start = fields.Datetime.now()
            contractor = assessment.contractor_id
            assessment._decide("accepted", start)
            # sudo: validities are written by the system only
            self.env["asi.coc.contractor.validity"].sudo().create(
                {
                    "contractor_id": contractor.id,
                    "assessment_id": assessment.id,
                    "date_start": start,
                    "date_end": assessment._get_last_moment(),
                }
            )
            contractor._join(start)
        return True

    def action_reject(self):
        """Find the risk not acceptable: from now on nothing there is CoC Material."""
        for assessment in self:
            assessment._check_decidable()
            if assessment.result != "not_acceptable" or not assessment.findings:
                raise UserError(
                    self.env._(
                        "The risk assessment %(assessment)s needs its findings and the "
                        "result Not Acceptable for this (2.2c).",
                        assessment=assessment.display_name,
                    )
                )
            assessment._decide("rejected", fields.Datetime.now())
            assessment.contractor_id._cut_validities()
        return True

    def action_withdraw(self):
        """Withdraw the acceptance: from now on nothing there is CoC Material."""
        self._check_representative()
        for assessment in self:
            if assessment.state not in ("accepted", "taken_over"):
                raise UserError(
                    self.env._(
                        "The risk assessment %(assessment)s is not accepted; there is "
                        "nothing to withdraw (2.2c).",
                        assessment=assessment.display_name,
                    )
                )
            # sudo: written by these actions only
            assessment.sudo().state = "withdrawn"
            assessment.contractor_id._cut_validities(assessment)
        return True

    def _decide(self, state, moment):
        contractor = self.contractor_id
        accepted = state == "accepted"
        # sudo: written by these actions only
        self.sudo().write(
            {
                "state": state,
                "accepted_on": moment,
                "accepted_by_id": self.env.uid,
                "due_on": accepted
                and fields.Date.add(self.assessed_on, months=contractor.renewal_months),
                "valid_until": accepted and self._get_last_day(),
            }
        )

    def _get_last_day(self):
        return fields.Date.add(self.assessed_on, months=LONGEST_MONTHS)

    def _get_last_moment(self):
        """Return the last second of the last day where the scope is, in UTC."""
        zone = timezone(self.contractor_id.scope_id.tz)
        last = datetime.combine(self._get_last_day(), time(23, 59, 59))
        return zone.localize(last).astimezone(utc).replace(tzinfo=None)

    # -- checks -------------------------------------------------------------------
    def _check_representative(self):
        self.check_access("write")
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative accepts the risk of contractor "
                    "%(contractor)s, in the own name (2.2c).",
                    contractor=", ".join(self.contractor_id.mapped("display_name")),
                )
            )

    def _check_decidable(self):
        self._check_representative()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "The risk assessment %(assessment)s is decided already.",
                    assessment=self.display_name,
                )
            )

    def _check_acceptable(self):
        missing = self.contractor_id._get_missing_conditions()
        if not self.findings:
            missing.append(self.env._("findings of the risk assessment (2.2c)"))
        if self.result != "acceptable":
            missing.append(self.env._("the result Acceptable (2.2c)"))
        if self._get_last_day() < self.contractor_id.scope_id._get_today():
            missing.append(
                self.env._("an assessment that is not older than 18 months (2.2c)")
            )
        if missing:
            raise UserError(
                self.env._(
                    "The risk of contractor %(contractor)s cannot be accepted yet. "
                    "Missing: %(missing)s.",
                    contractor=self.contractor_id.display_name,
                    missing=", ".join(missing),
                )
            )
