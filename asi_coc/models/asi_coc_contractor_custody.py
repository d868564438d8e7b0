from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day
from .contractor_posting_query import crossing_query
from .posting_query import READ_MODELS

#: Days for which sites that were in the scope before this was recorded stay in it.
TAKEN_OVER_DAYS = 90
DUE_ACTIVITY = "asi_coc.mail_activity_contractor_assessment"
#: The reminder comes so long before the next assessment is due.
REMIND_BEFORE = timedelta(days=30)


class AsiCocContractor(models.Model):
    """When material at a contractor's is CoC Material, and what follows (2.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"

    is_current = fields.Boolean(
        string="CoC Material Now",
        compute="_compute_is_current",
        search="_search_is_current",
        help="Material that is sent to the contractor now stays CoC Material: there is "
        "an accepted risk assessment that is current (2.2).",
    )
    valid_until = fields.Date(
        string="Assessment Valid Until",
        compute="_compute_is_current",
        help="Last day on which material sent there is CoC Material.",
    )
    due_on = fields.Date(
        string="Next Assessment Due On",
        compute="_compute_is_current",
        search="_search_due_on",
        help="Day by which the next risk assessment is due (2.2c).",
    )
    is_taken_over = fields.Boolean(
        compute="_compute_is_current",
        help="In scope only because its site was before contractors were recorded.",
    )
    obstacle = fields.Text(
        string="Missing",
        compute="_compute_is_current",
        help="Why material sent there is not CoC Material, and what is missing.",
    )

    @api.depends(
        "validity_ids.date_start",
        "validity_ids.date_end",
        "assessment_ids.state",
        "location_ids",
        "services",
        "control",
        "evidence_ids",
        "declared_on",
        "declared_by",
        "declaration",
    )
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for contractor in self:
            holding = contractor.validity_ids.filtered(
                lambda one: one.date_start <= now <= one.date_end
            ).sorted("date_end")
            assessment = holding[-1:].assessment_id
            contractor.is_current = bool(holding)
            contractor.valid_until = assessment.valid_until
            contractor.due_on = assessment.due_on
            contractor.is_taken_over = assessment.state == "taken_over"
            contractor.obstacle = (
                False if holding else ", ".join(contractor._get_obstacles())
            )

    def _search_is_current(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        now = fields.Datetime.now()
        holding = self.env["asi.coc.contractor.validity"].search(
            [("date_start", "<=", now), ("date_end", ">=", now)]
        )
        wanted = (operator == "in") == (True in value)
        return [("id", "in" if wanted else "not in", holding.contractor_id.ids)]

    def _search_due_on(self, operator, value):
        current = self.search([("is_current", "=", True)])
        return [
            ("id", "in", current.filtered_domain([("due_on", operator, value)]).ids)
        ]

    def _get_obstacles(self):
        """Return why nothing sent there is CoC Material now."""
        missing = self._get_missing_conditions()
        if self.state == "left":
            missing.insert(
                0,
                self.env._(
                    "the contractor left the scope on %(day)s",
                    day=format_day(self.env, self.date_left),
                ),
            )
        if not self.is_current:
            missing.append(self.env._("a current accepted risk assessment (2.2c)"))
        return missing

    # -- joining and leaving ---------------------------------------------------
    def _join(self, moment):
        """Come into the scope, once a risk assessment is accepted (2.1)."""
        if self.state != "in_scope":
            # sudo: written by these methods only
            self.sudo().write(
                {
                    "state": "in_scope",
                    "date_joined": self.scope_id._get_day(moment),
                    "date_left": False,
                }
            )
        self.invalidate_recordset()
        self.activity_unlink([DUE_ACTIVITY])
        self._post_crossings()

    def action_leave(self):
        """Leave the scope: from now on nothing there is CoC Material (2.1)."""
        self.check_access("write")
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative takes contractor %(contractor)s "
                    "out of the scope (2.1).",
                    contractor=", ".join(self.mapped("display_name")),
                )
            )
        for contractor in self:
            if contractor.state != "in_scope":
                raise UserError(
                    self.env._(
                        "Contractor %(contractor)s is not in the scope.",
                        contractor=contractor.display_name,
                    )
                )
            # sudo: written by these methods only
            contractor.sudo().write(
                {"state": "left", "date_left": contractor.scope_id._get_today()}
            )
        self._cut_validities()
        return True

    def _cut_validities(self, assessment=None):
        """End what still holds, now; of one ``assessment`` only, when given."""
        now = fields.Datetime.now()
        # sudo: validities are written by the system only
        holding = (
            self.sudo()
            .validity_ids.filtered(lambda one: one.date_end > now)
            .filtered(lambda one: not assessment or one.assessment_id == assessment)
        )
        holding.date_end = now
        self.invalidate_recordset()
        self._post_crossings()

    # -- the ledger -------------------------------------------------------------
    def _get_crossings(self):
        """Return when the sites joined or left the scope: (moment, day, flow)."""
        self.ensure_one()
        spans = []
        for validity in self.sudo().validity_ids.sorted("date_start"):
            if spans and validity.date_start <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], validity.date_end)
            else:
                spans.append([validity.date_start, validity.date_end])
        now = fields.Datetime.now()
        moments = [(start, "input") for start, _end in spans]
        moments += [(end, "output") for _start, end in spans if end <= now]
        # What holds after a moment counts from the next second on.
        second = timedelta(seconds=1)
        return [
            (moment, self.scope_id._get_day(moment + second), flow)
            for moment, flow in moments
        ]

    def _post_crossings(self):
        """Post what was at the sites when they joined or left the scope (2.2).

        What is there when the last validity ends leaves as Non-CoC output; what is
        there when one begins comes in as Non-CoC input. Posting again posts
        nothing.
        """
        # sudo: the ledger is the system's
        entries = self.env["asi.coc.entry"].sudo()
        for contractor in self.sudo():
            scopes = self.env["asi.coc.scope"]._get_active(contractor.company_id)
            crossings = contractor._get_crossings()
            if not crossings or contractor.scope_id not in scopes:
                continue
            for name in READ_MODELS:
                self.env[name].flush_model()
            self.env["asi.coc.period"]._lock_for_posting(scopes)
            posted = entries._insert(
                crossing_query(self.env, contractor, scopes, crossings)
            )
            if posted:
                contractor.message_post(
                    body=self.env._(
                        "The stock at the contractor's was accounted as it left, or "
                        "joined, the scope (2.2)."
                    )
                )

    @api.model
    def _cron_follow(self):
        """Account for assessments that lapsed, and remind of those due (2.2c)."""
        contractors = self.search([("state", "!=", "draft")])
        contractors._post_crossings()
        contractors._remind_of_assessment()

    def _remind_of_assessment(self):
        told = self.activity_search([DUE_ACTIVITY]).mapped("res_id")
        for contractor in self.filtered(lambda one: one.state == "in_scope"):
            today = contractor.scope_id._get_today()
            due = contractor.due_on
            if contractor.id in told or (due and due > today + REMIND_BEFORE):
                continue
            summary = (
                self.env._("Renew the risk assessment (2.2c)")
                if contractor.is_current
                else self.env._(
                    "Material sent there is not CoC Material: assess the risk (2.2c)"
                )
            )
            contractor._remind(summary, max(due or today, today))

    def _remind(self, summary, day):
        """Give the representatives of the scope something to do about the risk."""
        for contractor in self:
            for person in contractor.scope_id._get_persons("representative_ids"):
                contractor.activity_schedule(
                    DUE_ACTIVITY,
                    date_deadline=day,
                    summary=summary,
                    user_id=person.id,
                )

    # -- upgrade ------------------------------------------------------------------
    @api.model
    def _take_over(self):
        """Record the contractors whose sites are in scopes already, once (2.1).

        For the upgrade of a database that has facilities of contractors, or
        subcontracting locations as storage sites: what was posted stays as it was.
        They stay in scope for 90 days, with an assessment marked as taken over.
        """
        facilities = self.env["asi.coc.facility"].search([("active", "=", True)])
        for facility in facilities:
            found = facility._get_contractor_sites(strict=False)
            for partner, sites in found.items():
                self._take_over_sites(facility.scope_id, partner, sites)

    def _take_over_sites(self, scope, partner, sites):
        contractor = self.search(
            [("scope_id", "=", scope.id), ("partner_id", "=", partner.id)]
        ) or self.with_context(coc_taking_over=True).create(
            {"scope_id": scope.id, "partner_id": partner.id}
        )
        if not contractor.validity_ids:
            contractor._start_taken_over()
        contractor.location_ids |= sites

    def _start_taken_over(self):
        today = self.scope_id._get_today()
        until = today + timedelta(days=TAKEN_OVER_DAYS)
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.id,
                "assessed_on": today,
                "findings": self.env._(
                    "Taken over at the upgrade: the site was in the scope already."
                ),
            }
        )
        assessment.write({"state": "taken_over", "due_on": until, "valid_until": until})
        self.env["asi.coc.contractor.validity"].create(
            {
                "contractor_id": self.id,
                "assessment_id": assessment.id,
                "date_start": "1970-01-01 00:00:00",
                "date_end": fields.Datetime.to_datetime(until)
                + timedelta(hours=23, minutes=59, seconds=59),
            }
        )
        self.write({"state": "in_scope", "date_joined": today})

    # -- what others ask ------------------------------------------------------------
    def _holds_at(self, moment):
        """Tell whether material at the contractor's is CoC Material at ``moment``."""
        self.ensure_one()
        return any(
            one.date_start < moment <= one.date_end for one in self.sudo().validity_ids
        )

    def _describe_outside(self):
        """Say that material is not CoC Material there, and what is missing."""
        return self.env._(
            "%(contractor)s is outside the CoC Certification Scope: what is sent there "
            "stops being CoC Material, what comes back is Non-CoC (2.2). Missing: "
            "%(missing)s.",
            contractor=self.display_name,
            missing=self.obstacle or self.env._("an assessment on the day of the move"),
        )
