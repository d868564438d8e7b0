from odoo import api, models

from ..formatting import format_day
from .asi_coc_certificate_checks import EXPIRES_WITHIN
from .asi_coc_readiness_rules import NAMED


class AsiCocReadinessRules(models.AbstractModel):
    """Section 10, receiving CoC Documents."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_10_1(self, scope):
        """Received documents are complete."""
        incomplete = self._get_failing(scope, "10.1")
        waiting = self._get_received(scope, "draft") - incomplete
        return self._judge(
            [
                self._find_received(scope),
                self._find_these(self.env._("Incomplete documents"), incomplete),
                self._find_these(self.env._("Drafts to verify"), waiting),
            ],
            attention=[
                self._say(
                    incomplete,
                    self.env._(
                        "%(records)s: what 9.2 asks for is not complete. Enter it, or "
                        "ask the issuer."
                    ),
                ),
                self._say(
                    waiting,
                    self.env._(
                        "%(records)s: entered, and not verified yet. Verify it."
                    ),
                ),
            ],
            in_order=self._say_received(
                scope, self.env._("%(count)s received documents were found complete.")
            ),
        )

    @api.model
    def _rule_10_2(self, scope):
        """Documents agree with what was received before anything counts."""
        claims = self._find_unverified(scope)
        contrary = self._get_failing(scope, "10.2")
        return self._judge(
            [
                self._find_received(scope),
                claims,
                self._find_these(
                    self.env._("Documents that disagree with the goods"), contrary
                ),
            ],
            attention=[
                self._say(
                    contrary,
                    self.env._(
                        "%(records)s: document and goods do not agree. See its checks, "
                        "and settle it with the issuer (10.4)."
                    ),
                ),
                self._say_unverified(claims),
            ],
            in_order=self._say_received(
                scope,
                self.env._(
                    "%(count)s received documents were found to agree with the goods "
                    "before they counted."
                ),
            ),
        )

    @api.model
    def _rule_10_3(self, scope):
        """Suppliers' certificates are looked up regularly, and hold."""
        today = scope._get_today()
        suppliers = self.env["asi.coc.certificate"]._get_of_suppliers(scope, today)
        reasons = suppliers._get_due_checks(scope, today)
        due = suppliers.filtered(lambda one: reasons[one.id])
        lapsed = suppliers.filtered(lambda one: not one._is_valid_on(today))
        ending = suppliers.filtered(lambda one: one.date_end <= today + EXPIRES_WITHIN)
        ending -= ending._get_renewed()
        return self._judge(
            [
                self._find_these(self.env._("Certificates of suppliers"), suppliers),
                self._find_these(self.env._("Checks due"), due),
                self._find(
                    self.env._("Checks made"),
                    "asi.coc.certificate.check",
                    [("certificate_id", "in", suppliers.ids)],
                ),
            ],
            missing=[
                self.env._(
                    "%(reason)s Look it up with ASI, and record the check.",
                    reason=reasons[one.id],
                )
                for one in due[:NAMED]
            ],
            attention=[
                self._say(
                    lapsed,
                    self.env._(
                        "Suspended: %(records)s. What they deliver is Non-CoC. Tell "
                        "the buyers."
                    ),
                ),
                *(
                    self.env._(
                        "%(certificate)s ends on %(day)s. Record the renewal once ASI "
                        "publishes it.",
                        certificate=one.display_name,
                        day=format_day(self.env, one.date_end),
                    )
                    for one in ending[:NAMED]
                ),
            ],
            in_order=self.env._(
                "%(count)s certificates of suppliers were looked up in time.",
                count=len(suppliers),
            )
            if suppliers
            else self.env._("Nobody supplies CoC Material."),
        )

    @api.model
    def _rule_10_4(self, scope):
        return self._judge_errors(scope, "10.4")

    # -- what the rules share ---------------------------------------------------
    def _get_received_domain(self, scope, state):
        return [
            ("scope_id", "=", scope.id),
            ("direction", "=", "received"),
            ("state", "=", state),
        ]

    def _get_received(self, scope, state):
        return self.env["asi.coc.document"].search(
            self._get_received_domain(scope, state)
        )

    def _find_received(self, scope):
        return self._find(
            self.env._("Verified documents"),
            "asi.coc.document",
            self._get_received_domain(scope, "verified"),
        )

    def _say_received(self, scope, text):
        count = self._find_received(scope).count
        if count:
            return text % {"count": count}
        return self.env._("No CoC Document was received and verified yet.")

    def _get_failing(self, scope, criterion):
        """Return received drafts of which a check of ``criterion`` failed."""
        return (
            self.env["asi.coc.document.check"]
            .search(
                [
                    ("document_id", "in", self._get_received(scope, "draft").ids),
                    ("criterion", "=", criterion),
                    ("passed", "=", False),
                ]
            )
            .document_id
        )
