from ast import literal_eval

from odoo import api, fields, models

from ..formatting import format_day
from .asi_coc_facility_certification import ENDS_WITHIN
from .asi_coc_readiness_rules import NAMED

#: CoC Material that each supply chain activity takes in, as the criteria name it.
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
        # A closed period stays as it is: what can be told apart is of open ones.
        out = [
            ("period_id.state", "!=", "closed"),
            ("activity_id.code", "=", "casthouse"),
            ("flow", "=", "output"),
            ("material", "=", "aluminium"),
            ("status", "=", "coc"),
        ]
        marked = self._find_own(
            "asi.coc.entry",
            self.env._("CoC outputs with lot or serial number"),
            scope,
            [*out, ("lot_id", "!=", False)],
        )
        bare = self._find_own(
            "asi.coc.entry",
            self.env._("CoC outputs without lot or serial number"),
            scope,
            [*out, ("lot_id", "=", False)],
        )
        products = self.env["asi.coc.entry"]._read_group(
            literal_eval(bare.domain), ["product_id"], having=[("mass:sum", ">", 0)]
        )
        names = [product.display_name for (product,) in products]
        return self._judge(
            [marked, bare],
            missing=[
                names
                and self.env._(
                    "CoC outputs of the casthouse have no lot or serial number, in an "
                    "open period: %(products)s. Track the product by lots, and enter "
                    "them on the deliveries.",
                    products=self._enumerate(names),
                )
            ],
            in_order=self.env._(
                "CoC outputs of the casthouse in open periods lead back to inputs by "
                "their lot or serial numbers."
            )
            if marked.count
            else self.env._("No CoC output of the casthouse in an open period."),
        )

    # -- what the rules share ---------------------------------------------------
    def _get_facilities(self, scope, code):
        return scope.facility_ids.filtered(lambda one: one.activity_id.code == code)

    def _judge_scope(self, scope, code):
        """The facility lies in the scope, or the entity holds a legal interest (a)."""
        facilities = self._get_facilities(scope, code)
        interests = self._get_interests(scope).filtered(
            lambda one: one.activity_id.code == code
        )
        missing, attention = self._judge_certification(facilities, "chain_of_custody")
        if not facilities and not self._find_certificate(scope.certificate_id):
            missing = [
                self.env._(
                    "Scope %(scope)s has no valid CoC certificate; what comes in under "
                    "a legal interest cannot be passed on as CoC Material. Record it "
                    "on the scope.",
                    scope=scope.name,
                )
            ]
        missing += [
            self.env._(
                "Legal interest %(interest)s: certificate %(number)s of the producing "
                "entity is not valid today. Record the renewal, or the interest's last "
                "day.",
                interest=one.display_name,
                number=one.certificate_id.number,
            )
            for one in interests
            if not self._find_certificate(one.certificate_id)
        ]
        return self._judge(
            [
                self._find_these(self.env._("Facilities"), facilities),
                self._find_these(self.env._("Legal interests in force"), interests),
            ],
            missing=missing,
            attention=attention,
            in_order=self.env._(
                "In the certified scope: %(facilities)s.",
                facilities=self._list_names(facilities),
            )
            if facilities
            else self.env._(
                "Produced under a legal interest: %(interests)s.",
                interests=self._list_names(interests),
            ),
        )

    def _judge_performance(self, scope, code):
        """Facilities are certified to the Performance Standard, or soon will be (b)."""
        facilities = self._get_facilities(scope, code)
        if not facilities:
            return self._not_applicable(
                self.env._(
                    "The scope has a legal interest only; the producing entity's CoC "
                    "certificate rests on its facility's certification."
                )
            )
        missing, attention = self._judge_certification(facilities, "performance")
        planned = facilities.filtered(
            lambda one: (
                not one.contractor_id
                and one.performance_date
                and not one.certificate_id
            )
        )
        certificates = self.env["asi.coc.certificate"]
        for facility in facilities:
            certificates |= facility._get_named_certificates("performance")
        return self._judge(
            [
                self._find_these(self.env._("Facilities"), facilities),
                self._find_these(
                    self.env._("Performance Standard certificates"), certificates
                ),
            ],
            missing=missing,
            attention=attention + self._judge_plans(planned),
            in_order="\n".join(
                f"{one.name}: {one.certification_reason}" for one in facilities[:NAMED]
            ),
        )

    def _judge_certification(self, facilities, standard):
        """Return what is missing of a certification, and what ends soon."""
        missing, attention = [], []
        for facility, (until, lack) in facilities._get_days_left(standard).items():
            if not until:
                missing.append(f"{facility.name}: {lack}")
            elif until <= facility.scope_id._get_today() + ENDS_WITHIN:
                attention.append(
                    self.env._(
                        "%(facility)s is certified until %(day)s only. Record the "
                        "renewal.",
                        facility=facility.name,
                        day=format_day(self.env, until),
                    )
                )
        return missing, attention

    def _judge_plans(self, facilities):
        """Return which certifications should have been got by now, or soon (6.1b)."""
        return [
            self.env._(
                "%(facility)s is to be certified to the Performance Standard by "
                "%(day)s. Record the certificate on the facility.",
                facility=one.name,
                day=format_day(self.env, one.performance_date),
            )
            for one in facilities
            if one.performance_date <= one.scope_id._get_today() + ENDS_WITHIN
        ]

    def _find_certificate(self, certificate):
        """Return ``certificate``, or its renewal, that is valid today (10.3)."""
        today = fields.Date.context_today(self)
        same = certificate | self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "=", certificate.partner_id.id),
                ("number", "=", certificate.number),
                ("standard", "=", certificate.standard),
                ("company_id", "in", [self.env.company.id, False]),
            ]
        )
        return same.filtered(lambda one: one._is_valid_on(today))[:1]

    def _judge_sources(self, scope, code):
        """CoC Material comes from certified entities, or is traced through traders (c).

        What comes without a verified document counts as Non-CoC until it has one.
        """
        own = [("activity_id.code", "=", code)]
        inputs = self._find_own(
            "asi.coc.entry",
            self.env._("CoC inputs with verified document"),
            scope,
            [
                *own,
                ("flow", "=", "input"),
                ("material", "=", SOURCED[code]),
                ("status", "=", "coc"),
                ("document_id", "!=", False),
            ],
        )
        waiting = self._find_own(
            "asi.coc.unverified.receipt",
            self.env._("Received without a verified document"),
            scope,
            [*own, ("material", "=", SOURCED[code]), ("claimed_mass", ">", 0)],
        )
        return self._judge(
            [inputs, waiting],
            attention=[
                self._say_not_followed(scope),
                waiting.count
                and self.env._(
                    "CoC Material is claimed without a verified document: "
                    "%(receipts)s. It counts as Non-CoC until then. Verify the "
                    "document, or take the claim back.",
                    receipts=self._list_found(waiting),
                ),
            ],
            in_order=self.env._(
                "CoC inputs come with a verified document of the certified source."
            )
            if inputs.count
            else self.env._("No CoC Material was sourced from others."),
        )
