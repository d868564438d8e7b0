from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ..activities import plan_once

EXPIRING_ACTIVITY = "asi_coc.mail_activity_claim"
#: A published claim is reminded of so long before its evidence ends.
REMIND_BEFORE = timedelta(days=30)
#: What a claim cannot be approved without.
WORDS = ("title", "text")
NEEDED = (*WORDS, "guide_id", "evidence_ids", "date_start", "date_end")


class AsiCocClaim(models.Model):
    """Approval, publication and withdrawal of claims (11.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.claim"

    def action_approve(self):
        """Approve claims against the Claims Guide, before they are published (11.1a).

        Raises UserError for anybody but a Management Representative, and naming what
        is missing: evidence and its days (11.1b), a valid claims training of author
        or approver (11.1c), or the certificate.
        """
        self.check_access("write")
        self._check_open()
        for claim in self:
            claim._check_approver()
            claim._check_complete()
            claim._check_guide()
            claim._check_training()
            claim._check_certified()
            # sudo: written by these steps only
            claim.sudo().write(
                {
                    "state": "approved",
                    "approved_on": claim.scope_id._get_today(),
                    "approved_by_id": self.env.uid,
                }
            )
        return True

    def action_publish(self):
        """Note that approved claims are public from today on."""
        self._check_state("approved")
        for claim in self:
            today = claim.scope_id._get_today()
            if not claim.date_start <= today <= claim.date_end:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s is supported from %(start)s to %(end)s, not "
                        "on %(today)s (11.1b). Publish it within these days, or make "
                        "a claim with newer evidence.",
                        claim=claim.display_name,
                        start=claim.date_start,
                        end=claim.date_end,
                        today=today,
                    )
                )
            claim._check_certified()
            # sudo: written by these steps only
            claim.sudo().write({"state": "published", "published_on": today})
        return True

    def action_withdraw(self):
        """Note that claims are no longer made, with the reason."""
        self._check_state("approved", "published")
        for claim in self:
            if not claim.withdrawal_reason:
                raise UserError(
                    self.env._(
                        "Enter why claim %(claim)s is withdrawn.",
                        claim=claim.display_name,
                    )
                )
            # sudo: written by these steps only
            claim.sudo().write(
                {"state": "withdrawn", "withdrawn_on": claim.scope_id._get_today()}
            )
        self.activity_feedback([EXPIRING_ACTIVITY])
        return True

    def action_back_to_draft(self):
        """Take back the approval of claims that were not published yet."""
        self._check_state("approved")
        # sudo: written by these steps only
        self.sudo().write(
            {"state": "draft", "approved_on": False, "approved_by_id": False}
        )
        return True

    # -- checks -----------------------------------------------------------------
    def _check_state(self, *states):
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for claim in self:
            if claim.state not in states:
                raise UserError(
                    self.env._(
                        'Claim %(claim)s is "%(state)s"; this step is for claims that '
                        'are "%(needed)s".',
                        claim=claim.display_name,
                        state=labels[claim.state],
                        needed='", "'.join(labels[one] for one in states),
                    )
                )

    def _check_approver(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative approves claim %(claim)s "
                    "(11.1a, c).",
                    claim=self.display_name,
                )
            )

    def _check_complete(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in NEEDED
            if not (self[name].strip() if name in WORDS else self[name])
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Claim %(claim)s cannot be approved yet (11.1b). Missing: "
                    "%(missing)s.",
                    claim=self.display_name,
                    missing=", ".join(missing),
                )
            )

    def _check_guide(self):
        in_force = self.guide_id._get_in_force(self.scope_id._get_today())
        if self.guide_id != in_force:
            raise UserError(
                self.env._(
                    "Claim %(claim)s names version %(version)s of the ASI Claims "
                    "Guide; version %(current)s is in force (11.1a). Check the claim "
                    "against that one.",
                    claim=self.display_name,
                    version=self.guide_id.version,
                    current=in_force.version or "–",
                )
            )

    def _check_training(self):
        trainings = self.env["asi.coc.training"]
        today = self.scope_id._get_today()
        for user in self.author_id | self.env.user:
            if not trainings._is_trained_in_claims(user, self.company_id, today):
                raise UserError(
                    self.env._(
                        "%(user)s has no valid claims training on %(day)s, which "
                        "author and approver of claim %(claim)s need (11.1c). Hold "
                        "one under Training Sessions, or have another person do it.",
                        user=user.name,
                        day=today,
                        claim=self.display_name,
                    )
                )

    def _check_certified(self):
        if not self._is_certified():
            raise UserError(
                self.env._(
                    "Scope %(scope)s has no CoC certificate that holds on %(day)s; "
                    "claim %(claim)s would be untrue (11.1).",
                    scope=self.scope_id.name,
                    day=self.scope_id._get_today(),
                    claim=self.display_name,
                )
            )

    def _is_certified(self):
        certificate = self.scope_id.certificate_id
        return bool(certificate) and certificate._is_valid_on(
            self.scope_id._get_today()
        )

    # -- reminding --------------------------------------------------------------
    @api.model
    def _cron_remind(self):
        """Remind of claims whose evidence ends, or whose certificate has lapsed."""
        for scope in self.env["asi.coc.scope"].search([("state", "!=", "draft")]):
            published = self.search(
                [("scope_id", "=", scope.id), ("state", "=", "published")]
            )
            soon = scope._get_today() + REMIND_BEFORE
            plan_once(
                published.filtered(
                    lambda one, soon=soon: (
                        one.date_end <= soon or not one._is_certified()
                    )
                ),
                EXPIRING_ACTIVITY,
                self.env._("Renew the evidence of this claim, or withdraw it"),
                lambda one: (
                    one.scope_id._get_persons("representative_ids")[:1],
                    min(one.date_end, one.scope_id._get_today() + REMIND_BEFORE),
                ),
            )
