import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Seconds a verification may take while its user waits; the job does the rest.
PATIENCE = 10
#: The job begins one of each scope within this time.
INTERVAL = timedelta(hours=20)


class AsiCocScope(models.Model):
    """Has its ledger verified, by whoever may read it and by the nightly job."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    verification_ids = fields.One2many(
        "asi.coc.ledger.verification",
        "scope_id",
        string="Verifications",
        readonly=True,
        help="When the ledger was verified, and what was found.",
    )
    verified_on = fields.Datetime(
        string="Ledger Verified On",
        compute="_compute_verified",
        help="When the last verification of the ledger was done.",
    )
    verification_state = fields.Selection(
        selection=[("in_order", "In Order"), ("findings", "Findings")],
        string="Ledger Verification",
        compute="_compute_verified",
        help="What the last verification of the ledger came to.",
    )

    def _compute_verified(self):
        # sudo: only day and outcome are shown
        latest = self.sudo()._get_latest_verifications()
        for scope in self:
            found = latest.get(scope.id)
            scope.verified_on = found.finished_on if found else False
            scope.verification_state = found.state if found else False

    def _get_latest_verifications(self):
        """Return ``{scope id: last verification that is done}``."""
        verifications = self.env["asi.coc.ledger.verification"]
        groups = verifications._read_group(
            [("scope_id", "in", self.ids), ("state", "!=", "running")],
            ["scope_id"],
            ["id:max"],
        )
        return {scope.id: verifications.browse(latest) for scope, latest in groups}

    # -- verifying --------------------------------------------------------------
    def action_verify_ledger(self):
        """Verify hashes, chain and sums of the ledger, and show what came out (8.1).

        Auditors may: nothing but the verification itself is written. A large ledger
        is verified in the background.
        """
        self.ensure_one()
        self._check_may_verify()
        self.check_access("read")
        # sudo: verifications are written by the system, for whoever asks
        verification = self.sudo()._begin_verification(self.env.user)
        until = time.monotonic() + PATIENCE
        while verification._process_safely():
            if time.monotonic() > until:
                # sudo: whoever verifies has no rights on scheduled actions
                self.env.ref("asi_coc.cron_verify_ledger").sudo()._trigger()
                break
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of the Ledger"),
            "res_model": "asi.coc.ledger.verification",
            "view_mode": "form",
            "res_id": verification.id,
        }

    def action_open_verifications(self):
        """Open the verifications of the scope's ledger."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "asi_coc.action_asi_coc_ledger_verification"
        )
        return action | {"domain": [("scope_id", "=", self.id)]}

    def _check_may_verify(self):
        user = self.env.user
        if not any(
            user.has_group(f"asi_coc.group_{name}") for name in ("officer", "auditor")
        ):
            raise AccessError(
                self.env._(
                    "Compliance officers and auditors verify the ledger of scope "
                    "%(scope)s (8.1).",
                    scope=self.name,
                )
            )

    def _begin_verification(self, user):
        self.ensure_one()
        seals = self.env["asi.coc.seal"].search([("scope_id", "=", self.id)], limit=1)
        head = self.env["asi.coc.seal.head"].search([("scope_id", "=", self.id)])
        return self.env["asi.coc.ledger.verification"].create(
            {
                "scope_id": self.id,
                "user_id": user.id,
                "started_on": fields.Datetime.now(),
                "target_number": max(seals.number, head.number),
            }
        )

    # -- the nightly job ----------------------------------------------------------
    @api.model
    def _cron_verify_ledger(self):
        """Verify all scopes once a night, and go on with what users began."""
        since = fields.Datetime.now() - INTERVAL
        verifications = self.env["asi.coc.ledger.verification"]
        scopes = self.with_context(active_test=False).search([("state", "!=", "draft")])
        recent = verifications.search(
            [("user_id", "=", self.env.uid), ("started_on", ">", since)]
        ).scope_id
        for scope in scopes - recent:
            scope._begin_verification(self.env.user)
        running = verifications.search([("state", "=", "running")], order="id")
        progress = self.env["ir.cron"]
        left = sum(one.target_number - one.number + 1 for one in running)
        progress._commit_progress(remaining=left)
        for verification in running:
            # The time limit ends the job between two batches; it goes on there.
            while count := verification._process_safely():
                if not progress._commit_progress(count):
                    return
            if not progress._commit_progress(1):
                return

    def _tell_of_verification(self, verification):
        """Give the Management Representatives something to do, or take it away."""
        kind = "asi_coc.mail_activity_ledger_verification"
        if verification.state == "in_order":
            self.activity_feedback([kind])
            return
        told = self.activity_search([kind]).user_id
        people = self.representative_ids or self.responsible_id
        for person in people - told:
            self.activity_schedule(
                kind,
                user_id=person.id,
                summary=self.env._("The CoC ledger is not what was sealed"),
                note=self.env._(
                    "The verification found %(count)s differences. See Verifications "
                    "on the scope: each names the entry and what differs.",
                    count=verification.finding_count,
                ),
            )
