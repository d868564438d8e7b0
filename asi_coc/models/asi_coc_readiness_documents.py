from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..core import twin
from .asi_coc_readiness_rules import NAMED

#: A document that follows the goods, say for several shipments, comes so soon (9.1).
FOLLOWS_WITHIN = timedelta(days=31)


class AsiCocReadinessRules(models.AbstractModel):
    """Section 9, issuing CoC Documents: that there is one, and what it says (9.2)."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_9_1(self, scope):
        """Every shipment of CoC Material has its document."""
        since = scope._get_today() - FOLLOWS_WITHIN
        drafts = self.env["asi.coc.document"].search(
            [
                ("scope_id", "=", scope.id),
                ("direction", "=", "issued"),
                ("state", "=", "draft"),
                # inside the scope they are optional
                ("internal", "=", False),
            ]
        )
        bare = self._get_undocumented(scope)
        batched = bare.filtered(
            lambda one: (
                one._coc_get_customers()[:1].coc_batch_documents
                and scope._get_day(one.date_done) >= since
            )
        )
        late = drafts.filtered(lambda one: one.date < since)
        unprinted = self._get_in_force(scope, [("print_error", "!=", False)])
        return self._judge(
            [
                self._find_in_force(scope),
                self._find_these(self.env._("Drafts of documents to issue"), drafts),
                self._find_these(self.env._("Shipments without a document"), bare),
                self._find_these(self.env._("Not printed"), unprinted),
            ],
            missing=[
                self._say(
                    bare - batched,
                    self.env._(
                        "CoC Material left without a CoC Document: %(records)s. Make "
                        "it on the delivery."
                    ),
                ),
                self._say(
                    late.picking_ids,
                    self.env._(
                        "The CoC Document has been a draft for over a month: "
                        "%(records)s. Complete and issue it."
                    ),
                ),
            ],
            attention=[
                self._say(
                    (drafts - late).picking_ids,
                    self.env._(
                        "The CoC Document is a draft: %(records)s. Complete and issue "
                        "it."
                    ),
                ),
                self._say(
                    batched,
                    self.env._(
                        "Shipments wait for the document of their batch: %(records)s. "
                        "Issue it."
                    ),
                ),
                self._say(
                    unprinted,
                    self.env._("The PDF could not be made: %(records)s. Print again."),
                ),
            ],
            in_order=self.env._("Every shipment of CoC Material has its CoC Document."),
        )

    @api.model
    def _rule_9_2a(self, scope):
        return self._judge_content(
            scope, self.env._("the date of issue"), [("date", "=", False)]
        )

    @api.model
    def _rule_9_2b(self, scope):
        return self._judge_content(
            scope, self.env._("the reference number"), [("name", "in", [False, ""])]
        )

    @api.model
    def _rule_9_2c(self, scope):
        return self._judge_content(
            scope,
            self.env._("the issuing entity, its address or its certificate number"),
            [
                "|",
                "|",
                ("issuer_name", "in", [False, ""]),
                ("issuer_address", "in", [False, ""]),
                ("issuer_certificate", "in", [False, ""]),
            ],
        )

    @api.model
    def _rule_9_2d(self, scope):
        """A certified customer's certificate number is told too."""
        uncertified = self._get_in_force(
            scope, [("customer_certificate", "in", [False, ""])]
        )
        certificates = self.env["asi.coc.certificate"].search(
            [
                (
                    "partner_id",
                    "in",
                    uncertified.customer_id.commercial_partner_id.ids,
                ),
                ("standard", "=", "chain_of_custody"),
                ("company_id", "in", [scope.company_id.id, False]),
            ]
        )
        held = certificates.grouped("partner_id")
        untold = uncertified.filtered(
            lambda document: any(
                one._is_valid_on(document.date)
                for one in held.get(document.customer_id.commercial_partner_id, ())
            )
        )
        return self._judge_content(
            scope,
            self.env._(
                "the customer, its address or, as it is certified, its certificate "
                "number"
            ),
            [
                "|",
                "|",
                ("customer_name", "in", [False, ""]),
                ("customer_address", "in", [False, ""]),
                ("id", "in", untold.ids),
            ],
        )

    @api.model
    def _rule_9_2e(self, scope):
        return self._judge_content(
            scope,
            self.env._("the responsible employee"),
            [("responsible", "in", [False, ""])],
        )

    @api.model
    def _rule_9_2f(self, scope):
        return self._judge_content(
            scope,
            self.env._("the statement of conformance"),
            [("payload", "not like", twin.CONFORMANCE)],
        )

    @api.model
    def _rule_9_2g(self, scope):
        return self._judge_content(
            scope,
            self.env._("the type or form of CoC Material"),
            [
                "|",
                ("line_ids", "=", False),
                (
                    "line_ids",
                    "any",
                    ["|", ("material", "=", False), ("form", "in", [False, ""])],
                ),
            ],
        )

    @api.model
    def _rule_9_2h(self, scope):
        """The mass is told, and is what the ledger has."""
        wrong = self._get_in_force(scope)._get_contradicted()
        found = self._judge_content(
            scope, self.env._("the mass of CoC Material"), [("coc_mass", "<=", 0)]
        )
        evidence = [
            *found.evidence,
            self._find_these(self.env._("Contradicted by the ledger"), wrong),
        ]
        if not wrong:
            return found._replace(evidence=evidence)
        lines = [one._describe_contradiction() for one in wrong[:NAMED]]
        missing = found.state == "missing" and found.explanation
        return self._judge(evidence, missing=[missing, *lines])

    @api.model
    def _rule_9_2i(self, scope):
        return self._judge_content(
            scope, self.env._("the mass of total material"), [("total_mass", "<=", 0)]
        )

    # -- what the rules share ---------------------------------------------------
    def _get_in_force_domain(self, scope, domain=()):
        return [
            ("scope_id", "=", scope.id),
            ("direction", "=", "issued"),
            ("state", "=", "issued"),
            *domain,
        ]

    def _get_in_force(self, scope, domain=()):
        """Return issued documents; void and replaced ones say nothing any more."""
        return self.env["asi.coc.document"].search(
            self._get_in_force_domain(scope, domain)
        )

    def _find_in_force(self, scope):
        return self._find(
            self.env._("CoC Documents in force"),
            "asi.coc.document",
            self._get_in_force_domain(scope),
        )

    def _judge_content(self, scope, what, domain):
        """Judge whether documents in force say ``what`` 9.2 asks for.

        Those of ``domain`` do not.
        """
        lacking = self._get_in_force(scope, domain)
        issued = self._find_in_force(scope)
        return self._judge(
            [issued, self._find_these(self.env._("CoC Documents without it"), lacking)],
            missing=[
                lacking
                and self.env._(
                    "%(documents)s: %(what)s is missing. Void and replace it.",
                    documents=self._list_names(lacking),
                    what=what,
                )
            ],
            in_order=self.env._(
                "All %(count)s CoC Documents in force say it.", count=issued.count
            )
            if issued.count
            else self.env._("No CoC Document is issued without it."),
        )

    def _say(self, records, text):
        """Return ``text`` with the names of ``records``, or nothing without any."""
        return records and text % {"records": self._list_names(records)}

    def _get_undocumented(self, scope):
        """Return deliveries with CoC Material that have neither document nor draft."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.picking_id
                  FROM asi_coc_entry entry
                 WHERE entry.scope_id = %s
                   AND entry.flow = 'output' AND entry.status = 'coc'
                   AND entry.picking_id IS NOT NULL
                   AND NOT EXISTS (
                           SELECT
                             FROM asi_coc_document_picking_rel carried
                             JOIN asi_coc_document document
                               ON document.id = carried.document_id
                            WHERE carried.picking_id = entry.picking_id
                              AND document.direction = 'issued'
                              AND document.state IN ('draft', 'issued'))
              GROUP BY entry.picking_id
                HAVING sum(entry.mass) > 0
                """,
                scope.id,
            )
        )
        pickings = self.env["stock.picking"].browse(row[0] for row in rows)
        return pickings.filtered(lambda one: self._has_delivered(one) > 0)

    def _has_delivered(self, picking):
        """Return the CoC mass of a delivery that has not come back (tonnes)."""
        lines = self.env["asi.coc.document.line"]
        ((mass,),) = self.env["asi.coc.entry"]._read_group(
            [*lines._get_delivered_domain(picking), ("status", "=", "coc")],
            [],
            ["mass:sum"],
        )
        return mass or 0
