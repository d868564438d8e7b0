from odoo import api, models

#: Material that each supply chain activity puts out, as the criteria name it.
SOURCED = {
    "bauxite_mining": "bauxite",
    "alumina_refining": "bauxite",
    "smelting": "alumina",
    "casthouse": "aluminium",
    "post_casthouse": "aluminium",
}


class AsiCocReadinessRules(models.AbstractModel):
    """Sections 3, 5 and 6: facilities, their certificates, and what they source."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_3_1a(self, scope):
        return self._judge_scope(scope, "bauxite_mining")

    @api.model
    def _rule_3_1b(self, scope):
        return self._judge_performance(scope, "bauxite_mining")

    @api.model
    def _rule_3_1c(self, scope):
        return self._judge_sources(scope, "bauxite_mining")

    @api.model
    def _rule_3_2a(self, scope):
        return self._judge_scope(scope, "alumina_refining")

    @api.model
    def _rule_3_2b(self, scope):
        return self._judge_performance(scope, "alumina_refining")

    @api.model
    def _rule_3_2c(self, scope):
        return self._judge_sources(scope, "alumina_refining")

    @api.model
    def _rule_3_3a(self, scope):
        return self._judge_scope(scope, "smelting")

    @api.model
    def _rule_3_3b(self, scope):
        return self._judge_performance(scope, "smelting")

    @api.model
    def _rule_3_3c(self, scope):
        return self._judge_sources(scope, "smelting")

    @api.model
    def _rule_5_1a(self, scope):
        return self._judge_scope(scope, "casthouse")

    @api.model
    def _rule_5_1b(self, scope):
        return self._judge_performance(scope, "casthouse")

    @api.model
    def _rule_5_1c(self, scope):
        return self._judge_sources(scope, "casthouse")

    @api.model
    def _rule_6_1a(self, scope):
        return self._judge_scope(scope, "post_casthouse")

    @api.model
    def _rule_6_1b(self, scope):
        return self._judge_performance(scope, "post_casthouse")

    @api.model
    def _rule_6_1c(self, scope):
        return self._judge_sources(scope, "post_casthouse")

    @api.model
    def _rule_5_2(self, scope):
        out = [
            ("scope_id", "=", scope.id),
            ("activity_id.code", "=", "casthouse"),
            ("flow", "=", "output"),
            ("material", "=", "aluminium"),
            ("status", "=", "coc"),
        ]
        marked = self._find(
            self.env._("CoC outputs with lot or serial number"),
            "asi.coc.entry",
            [*out, ("lot_id", "!=", False)],
        )
        bare = self._find(
            self.env._("CoC outputs without"),
            "asi.coc.entry",
            [*out, ("lot_id", "=", False)],
        )
        return self._judge(
            [marked, bare],
            missing=[
                bare.count
                and self.env._(
                    "%(count)s CoC outputs of the casthouse have no lot or serial "
                    "number. Track the products by lots, on the product.",
                    count=bare.count,
                )
            ],
            in_order=self.env._(
                "Products of the casthouse lead back to inputs by their lots."
            ),
        )

    # -- what the rules share ---------------------------------------------------
    def _get_facilities(self, scope, code):
        return scope.facility_ids.filtered(lambda one: one.activity_id.code == code)

    def _find_facilities(self, facilities):
        return self._find(
            self.env._("Facilities"), facilities._name, [("id", "in", facilities.ids)]
        )

    def _judge_scope(self, scope, code):
        """The facility lies in the scope, or the entity holds a legal interest."""
        facilities = self._get_facilities(scope, code)
        interests = self._find(
            self.env._("Legal interests"),
            "asi.coc.legal.interest",
            [
                ("scope_id", "=", scope.id),
                ("activity_id.code", "=", code),
                ("state", "=", "active"),
            ],
        )
        certificate = scope.certificate_id
        today = scope._get_today()
        covered = (
            certificate
            and certificate._is_valid_on(today)
            and facilities.activity_id <= certificate.supply_chain_activity_ids
        )
        return self._judge(
            [self._find_facilities(facilities), interests],
            missing=[
                not covered
                and self.env._(
                    "No CoC certificate of the entity covers %(activity)s today; "
                    "nothing can leave as CoC Material. Record it on the scope.",
                    activity=facilities.activity_id.name,
                )
            ],
            in_order=self.env._("The facilities lie in the certified scope."),
        )

    def _judge_performance(self, scope, code):
        """Facilities are certified to the Performance Standard, or soon will be."""
        facilities = self._get_facilities(scope, code)
        states = facilities.grouped("certification_state")
        uncertified = states.get("not_certified", facilities.browse())
        ending = states.get("ending", facilities.browse())
        return self._judge(
            [
                self._find_facilities(facilities),
                self._find(
                    self.env._("Certificates"),
                    "asi.coc.certificate",
                    [("id", "in", facilities.certificate_id.ids)],
                ),
            ],
            missing=[
                self.env._(
                    "%(facility)s: %(reason)s",
                    facility=one.name,
                    reason=one.certification_reason,
                )
                for one in uncertified
            ],
            attention=[
                self.env._(
                    "%(facility)s: certified until %(day)s.",
                    facility=one.name,
                    day=one.certified_until,
                )
                for one in ending
            ],
            in_order="\n".join(
                f"{one.name}: {one.certification_reason}"
                for one in facilities
                if one.certification_reason
            ),
        )

    def _judge_sources(self, scope, code):
        """CoC Material comes from certified entities, or is traced through traders."""
        material = SOURCED[code]
        inputs = self._find(
            self.env._("CoC inputs with verified document"),
            "asi.coc.entry",
            [
                ("scope_id", "=", scope.id),
                ("activity_id.code", "=", code),
                ("flow", "=", "input"),
                ("status", "=", "coc"),
                ("document_id", "!=", False),
            ],
        )
        waiting = self._find(
            self.env._("Received without a verified document"),
            "asi.coc.unverified.receipt",
            [("scope_id", "=", scope.id), ("material", "=", material)],
        )
        return self._judge(
            [inputs, waiting],
            attention=[
                waiting.count
                and self.env._(
                    "%(count)s receipts claim CoC Material without a verified "
                    "document; they count as Non-CoC until then.",
                    count=waiting.count,
                )
            ],
            in_order=self.env._(
                "Only what comes with a verified document of a certified source counts."
            ),
        )
