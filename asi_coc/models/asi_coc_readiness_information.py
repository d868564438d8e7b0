from odoo import api, models

#: Activities whose products can hold recycled material (9.3c).
RECYCLING = ("remelting_refining", "casthouse", "post_casthouse")


class AsiCocReadinessRules(models.AbstractModel):
    """Section 9: what documents say besides, requests, and errors (9.3 to 9.6)."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_9_3a(self, scope):
        """A carbon footprint goes with its method, and can be verified."""
        telling = self._get_in_force(
            scope,
            [
                "|",
                ("carbon_footprint", ">", 0),
                ("carbon_method", "not in", [False, ""]),
            ],
        )
        bare = telling.filtered(lambda one: not one.carbon_method)
        return self._judge_optional(
            telling,
            bare=bare,
            missing=self.env._(
                "%(records)s: the carbon footprint is without its method. Void and "
                "replace the document."
            ),
            unsupported=self._get_unsupported(telling),
        )

    @api.model
    def _rule_9_3b(self, scope):
        """Information on the source can be verified."""
        telling = self._get_in_force(
            scope, [("origin_information", "not in", [False, ""])]
        )
        return self._judge_optional(telling, unsupported=self._get_unsupported(telling))

    @api.model
    def _rule_9_3c(self, scope):
        """Recycled content rests on scrap whose kind is known."""
        if not any(one.code in RECYCLING for one in scope.supply_chain_activity_ids):
            return self._not_applicable(
                self.env._("No facility of the scope puts out recycled aluminium.")
            )
        telling = self._get_in_force(
            scope, [("recycled_content", "not in", [False, ""])]
        )
        found = self._judge_optional(telling)
        if found.state == "not_applicable":
            return found
        unassessed = self._find_unassessed(scope)
        return self._judge(
            [*found.evidence, unassessed],
            attention=[
                unassessed.count
                and self.env._(
                    "Scrap is not assessed, so documents say less recycled content "
                    "than there is: %(receipts)s. Assess it.",
                    receipts=self._list_found(unassessed),
                )
            ],
            in_order=found.explanation,
        )

    @api.model
    def _rule_9_3d(self, scope):
        """A certificate that a document of a post-casthouse issuer names was valid."""
        if "post_casthouse" not in scope.supply_chain_activity_ids.mapped("code"):
            return self._not_applicable(
                self.env._("No facility of the scope is post-casthouse.")
            )
        telling = self._get_in_force(
            scope, [("performance_status", "not in", [False, ""])]
        )
        certificates = self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "=", scope.company_id.partner_id.id),
                ("standard", "=", "performance"),
                ("company_id", "in", [scope.company_id.id, False]),
            ]
        )
        return self._judge_optional(
            telling,
            bare=telling.filtered(
                lambda document: self._names_invalid(document, certificates)
            ),
            missing=self.env._(
                "%(records)s: the certificate that the document names was not valid on "
                "its day. Void and replace the document."
            ),
        )

    def _names_invalid(self, document, certificates):
        """Tell whether a document names certificates of which none was valid (9.3d)."""
        named = certificates.filtered(
            lambda one: one.number in document.performance_status
        )
        return named and not any(one._is_valid_on(document.date) for one in named)

    def _judge_optional(self, telling, bare=(), missing="", unsupported=()):
        """Judge documents that say something optional (9.3).

        ``bare`` of them say it wrongly, as ``missing`` explains; ``unsupported`` have
        no evidence on file.
        """
        if not telling:
            return self._not_applicable(
                self.env._("No CoC Document in force says it; it is optional.")
            )
        evidence = [
            self._find_these(label, records)
            for label, records in (
                (self.env._("CoC Documents that say it"), telling),
                (self.env._("To be replaced"), bare),
                (self.env._("Without evidence"), unsupported),
            )
            if records
        ]
        return self._judge(
            evidence,
            missing=[bare and self._say(bare, missing)],
            attention=[
                unsupported
                and self._say(
                    unsupported,
                    self.env._(
                        "Nothing on file supports what they say: %(records)s. Attach "
                        "evidence to the sustainability data of the period."
                    ),
                )
            ],
            in_order=self.env._(
                "%(count)s CoC Documents in force say it.", count=len(telling)
            ),
        )

    def _get_unsupported(self, documents):
        """Return those whose sustainability data has no evidence, then or now."""
        return documents.filtered(
            lambda one: not (one.evidence_ids | one.sustainability_ids.evidence_ids)
        )

    @api.model
    def _rule_9_4(self, scope):
        """What documents say besides is supported by objective evidence."""
        statements = self.env["asi.coc.supplementary.statement"].search(
            [("scope_id", "=", scope.id)]
        )
        telling = self._get_in_force(
            scope, [("supplementary_information", "not in", [False, ""])]
        )
        if not (statements or telling):
            return self._not_applicable(
                self.env._("CoC Documents make no supplementary statement.")
            )
        unsupported = telling.filtered(lambda one: not one.evidence_ids)
        bare = statements.filtered(lambda one: not one.evidence_ids)
        today = scope._get_today()
        over = statements.filtered(lambda one: one.date_end and one.date_end < today)
        return self._judge(
            [
                self._find_these(self.env._("Supplementary statements"), statements),
                self._find_these(self.env._("Statements without evidence"), bare),
                self._find_these(self.env._("Statements whose evidence ended"), over),
                self._find_these(self.env._("CoC Documents that make one"), telling),
                self._find_these(
                    self.env._("CoC Documents without evidence"), unsupported
                ),
            ],
            missing=[
                self._say(
                    unsupported,
                    self.env._(
                        "%(records)s: nothing on file supports the supplementary "
                        "information. Void and replace the document."
                    ),
                )
            ],
            attention=[
                self._say(
                    bare,
                    self.env._(
                        "Statements without evidence: %(records)s. Attach it; CoC "
                        "Documents are not issued with them until then."
                    ),
                ),
                self._say(
                    over,
                    self.env._(
                        "The evidence has ended: %(records)s. Renew it, or archive the "
                        "statement."
                    ),
                ),
            ],
            in_order=self.env._("Every statement has its evidence."),
        )

    @api.model
    def _rule_9_5(self, scope):
        """Requests to verify a document are answered, in time."""
        model = "asi.coc.verification.request"
        today = scope._get_today()
        still_open = ("state", "=", "open")
        every = self._find_own(model, self.env._("Requests"), scope)
        waiting = self._find_own(
            model,
            self.env._("Unanswered before their deadline"),
            scope,
            [still_open, "|", ("deadline", "=", False), ("deadline", ">=", today)],
        )
        late = self._find_own(
            model,
            self.env._("Unanswered after their deadline"),
            scope,
            [still_open, ("deadline", "<", today)],
        )
        untold = self._find_own(
            model,
            self.env._("Unreasonable, ASI not informed"),
            scope,
            [("outcome", "=", "declined"), ("asi_informed_on", "=", False)],
        )
        return self._judge(
            [every, waiting, late, untold],
            missing=[
                late.count
                and self.env._(
                    "Not answered by their deadline: %(requests)s. Answer them.",
                    requests=self._list_found(late),
                )
            ],
            attention=[
                waiting.count
                and self.env._(
                    "Waiting for an answer: %(requests)s.",
                    requests=self._list_found(waiting),
                ),
                untold.count
                and self.env._(
                    "Declined as unreasonable: %(requests)s. Bring it to ASI's "
                    "attention.",
                    requests=self._list_found(untold),
                ),
            ],
            in_order=self.env._("Every request to verify a CoC Document is answered.")
            if every.count
            else self.env._("Nobody has asked to verify a CoC Document."),
        )

    @api.model
    def _rule_9_6(self, scope):
        """Errors after shipping are recorded, corrected and kept from recurring."""
        found = self._judge_errors(scope, "9.6")
        wrong = self._get_in_force(scope)._get_contradicted()
        void = self._find_own(
            "asi.coc.document",
            self.env._("Void and replaced documents"),
            scope,
            [("direction", "=", "issued"), ("state", "in", ["void", "replaced"])],
        )
        is_calm = found.state == "in_order"
        return self._judge(
            [
                *found.evidence,
                self._find_these(self.env._("To be voided or replaced"), wrong),
                void,
            ],
            missing=[found.state == "missing" and found.explanation],
            attention=[
                found.state == "attention" and found.explanation,
                self._say(
                    wrong,
                    self.env._(
                        "The ledger no longer has what %(records)s say, as goods came "
                        "back. Void or replace the document."
                    ),
                ),
            ],
            in_order=is_calm and found.explanation,
        )
