from odoo import api, models

from .asi_coc_claim_life import REMIND_BEFORE


class AsiCocReadinessRules(models.AbstractModel):
    """Section 11, claims and communications."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_11_1a(self, scope):
        """Claims follow the ASI Claims Guide, and the entity is certified."""
        published = self._get_published(scope)
        guide = self.env["asi.coc.claims.guide"]._get_in_force(scope._get_today())
        older = published.filtered(lambda one: one.guide_id != guide)
        untrue = published.filtered(lambda one: not one._is_certified())
        return self._judge(
            [
                self._find_these(self.env._("Published claims"), published),
                self._find_these(
                    self.env._("Of an earlier version of the Claims Guide"), older
                ),
            ],
            missing=[
                self._say(
                    untrue,
                    self.env._(
                        "No CoC certificate of the scope is valid today, so claims are "
                        "untrue: %(records)s. Withdraw them, or record the renewal."
                    ),
                )
            ],
            attention=[
                older
                and self.env._(
                    "Version %(version)s of the Claims Guide is in force; claims were "
                    "approved against an earlier one: %(claims)s. Have them approved "
                    "anew.",
                    version=guide.version,
                    claims=self._list_names(older),
                )
            ],
            in_order=self._say_claims(published),
        )

    @api.model
    def _rule_11_1b(self, scope):
        """Evidence supports claims for as long as they are public."""
        published = self._get_published(scope)
        today = scope._get_today()
        bare = published.filtered(lambda one: not one.evidence_ids)
        ended = published.filtered(lambda one: one.date_end < today)
        ending = published.filtered(
            lambda one: today <= one.date_end <= today + REMIND_BEFORE
        )
        return self._judge(
            [
                self._find_these(self.env._("Published claims"), published),
                self._find_these(self.env._("Evidence ended or missing"), bare | ended),
            ],
            missing=[
                self._say(
                    bare,
                    self.env._("Without evidence: %(records)s. Withdraw the claim."),
                ),
                self._say(
                    ended,
                    self.env._(
                        "Public still, although their evidence has ended: %(records)s. "
                        "Withdraw them, or make claims with newer evidence."
                    ),
                ),
            ],
            attention=[
                self._say(
                    ending,
                    self.env._(
                        "The evidence ends within a month: %(records)s. Renew it in a "
                        "new claim, or withdraw this one."
                    ),
                )
            ],
            in_order=self._say_claims(published),
        )

    @api.model
    def _rule_11_1c(self, scope):
        """Who writes and approves claims is trained to."""
        published = self._get_published(scope)
        coming = self.env["asi.coc.claim"].search(
            [("scope_id", "=", scope.id), ("state", "in", ["draft", "approved"])]
        )
        responsible = published.author_id | published.approved_by_id
        untrained = self._get_untrained(scope, responsible)
        writing = self._get_untrained(scope, coming.author_id - responsible)
        return self._judge(
            [
                self._find_own(
                    "asi.coc.training",
                    self.env._("Claims trainings held"),
                    scope,
                    [("topic_id.is_claims", "=", True), ("state", "=", "held")],
                ),
                self._find_these(self.env._("Published claims"), published),
                self._find_these(self.env._("Claims to be published"), coming),
            ],
            missing=[
                self._say(
                    untrained,
                    self.env._(
                        "Answer for published claims without a valid claims training: "
                        "%(records)s. Hold one."
                    ),
                )
            ],
            attention=[
                self._say(
                    writing,
                    self.env._(
                        "Write claims without a valid claims training: %(records)s. "
                        "Hold one before the approval."
                    ),
                )
            ],
            in_order=self._say_claims(published),
        )

    # -- what the rules share ---------------------------------------------------
    def _get_published(self, scope):
        return self.env["asi.coc.claim"].search(
            [("scope_id", "=", scope.id), ("state", "=", "published")]
        )

    def _get_untrained(self, scope, users):
        """Return those of ``users`` without a valid claims training today (11.1c)."""
        trainings = self.env["asi.coc.training"]
        today = scope._get_today()
        return users.filtered(
            lambda user: not trainings._is_trained_in_claims(
                user, scope.company_id, today
            )
        )

    def _say_claims(self, published):
        if published:
            return self.env._(
                "%(count)s published claims were approved with evidence, by trained "
                "people.",
                count=len(published),
            )
        return self.env._("No claim is made outside of CoC Documents.")
