from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.quantity import to_mass
from ..core.sustainability import average_footprint
from ..formatting import format_number

#: What an issued document no longer lets change, of the fields here.
FROZEN_INFORMATION = {
    "cradle_to_gate",
    "print_recycled_content",
    "sustainability_ids",
    "statement_ids",
    "evidence_ids",
}
#: Decimals of a carbon footprint.
FOOTPRINT_DIGITS = Decimal("0.001")


class Footprint(NamedTuple):
    """A carbon footprint (t CO2e/t Al) and how it was found (9.3a)."""

    value: float
    method: str
    cradle_to_gate: bool


class Shipped(NamedTuple):
    """CoC Material of one product that left; ``mass`` in tonnes."""

    period: object
    activity: object
    product: object
    mass: Decimal


class AsiCocDocument(models.Model):
    """What a CoC Document says beyond 9.2: sustainability data, statements."""

    _inherit = "asi.coc.document"

    cradle_to_gate = fields.Boolean(
        help="The carbon footprint counts everything from the mine to the issuer's "
        "gate (9.3a)."
    )
    print_recycled_content = fields.Boolean(
        default=True,
        help="Whether the document says the recycled content. Turned off, the proposal "
        "is dropped when the document is issued (9.3c).",
    )
    sustainability_ids = fields.Many2many(
        "asi.coc.sustainability",
        "asi_coc_document_sustainability_rel",
        "document_id",
        "sustainability_id",
        string="Sustainability Records",
        copy=False,
        help="Sustainability data of the period that the document was filled from "
        "(9.3).",
    )
    statement_ids = fields.Many2many(
        "asi.coc.supplementary.statement",
        "asi_coc_document_statement_rel",
        "document_id",
        "statement_id",
        string="Supplementary Statements",
        context={"active_test": False},
        domain="[('scope_id', '=', scope_id), ('active', '=', True)]",
        help="Statements the document makes. Each needs evidence that holds on the "
        "day of issue (9.4).",
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "asi_coc_document_evidence_rel",
        "document_id",
        "attachment_id",
        string="Evidence",
        copy=False,
        help="Files that supported the statements and the sustainability data when the "
        "document was issued. They stay on file (9.4).",
    )

    @api.constrains("statement_ids", "scope_id")
    def _check_statements(self):
        for document in self:
            others = document.statement_ids.filtered(
                lambda one, scope=document.scope_id: one.scope_id != scope
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "Statement %(statement)s is of scope %(other)s; a CoC Document "
                        "of scope %(scope)s cannot make it (9.4). Record it for this "
                        "scope, with its evidence.",
                        statement=others[:1].name,
                        other=others[:1].scope_id.name,
                        scope=document.scope_id.name,
                    )
                )

    def write(self, vals):
        frozen = FROZEN_INFORMATION & vals.keys()
        if frozen:
            self._check_not_frozen(frozen)
        return super().write(vals)

    # -- drafting -----------------------------------------------------------
    @api.model
    def _prepare_issued(self, picking, scope, lines):
        values = super()._prepare_issued(picking, scope, lines)
        customer = self.env["res.partner"].browse(values["customer_id"])
        statements = self.env["asi.coc.supplementary.statement"]
        found = statements._find_default(scope, values["date"])
        return {
            **values,
            **self._prepare_information(picking, scope, customer, values["date"]),
            "statement_ids": [fields.Command.set(found.ids)],
        }

    @api.model
    def _prepare_information(self, pickings, scope, customer, day):
        """Return the values of 9.3 for what ``pickings`` shipped as CoC Material.

        In the customer's language. The recycled content is of the latest period
        that the shipments fall in.
        """
        self = self.with_context(lang=customer.lang or self.env.lang)
        shipped = self._get_shipped(pickings)
        records = self._find_sustainability(scope, shipped)
        used = self.env["asi.coc.sustainability"].union(*records.values())
        period = max(
            (each.period for each in shipped),
            key=lambda one: one.date_start,
            default=self.env["asi.coc.period"],
        )
        has_aluminium = any(
            each.activity.output_material == "aluminium"
            and each.product.coc_material == "aluminium"
            for each in shipped
        )
        return {
            **self._prepare_footprint(shipped, records),
            "origin_information": self._join_origins(records.values()),
            "performance_status": self._get_performance(shipped, records, scope, day),
            "recycled_content": has_aluminium
            and period.with_env(self.env)._describe_recycled_content(),
            "sustainability_ids": [fields.Command.set(used.ids)],
        }

    @api.model
    def _get_shipped(self, pickings):
        """Return what left as CoC Material, and in which period, from the ledger."""
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("picking_id", "in", pickings.ids),
                ("flow", "=", "output"),
                ("status", "=", "coc"),
                ("period_id", "!=", False),
            ],
            ["period_id", "activity_id", "product_id"],
            ["mass:sum"],
            having=[("mass:sum", ">", 0)],
        )
        return [Shipped(*records, to_mass(mass)) for *records, mass in groups]

    @api.model
    def _find_sustainability(self, scope, shipped):
        """Return ``{(period, product): sustainability data, most specific first}``."""
        found = {}
        for period in {each.period for each in shipped}:
            products = self.env["product.product"].union(
                *(each.product for each in shipped if each.period == period)
            )
            by_product = self.env["asi.coc.sustainability"]._find_for(
                scope, period, products
            )
            found |= {
                (period, product): records for product, records in by_product.items()
            }
        return found

    @api.model
    def _prepare_footprint(self, shipped, records):
        """Return the average footprint by CoC mass, where one method covers all.

        Footprints of different methods have no common average: then each form's
        is told with its method (9.3a).
        """
        footprints = [
            (
                each,
                self._get_footprint(each.product, records[each.period, each.product]),
            )
            for each in shipped
        ]
        known = [footprint for _each, footprint in footprints if footprint.value]
        methods = {(one.method, one.cradle_to_gate) for one in known}
        if len(known) == len(footprints) and len(methods) == 1:
            average = average_footprint(
                (each.mass, Decimal(str(footprint.value)))
                for each, footprint in footprints
            )
            return {
                "carbon_footprint": float(
                    average.quantize(FOOTPRINT_DIGITS, ROUND_HALF_UP)
                ),
                "carbon_method": known[0].method,
                "cradle_to_gate": known[0].cradle_to_gate,
            }
        return {
            "carbon_footprint": 0,
            "carbon_method": self._list_footprints(footprints),
            "cradle_to_gate": False,
        }

    @api.model
    def _get_footprint(self, product, records):
        record = records.filtered("carbon_footprint")[:1]
        if record:
            return Footprint(
                record.carbon_footprint, record.carbon_method, record.cradle_to_gate
            )
        return Footprint(
            product.coc_carbon_footprint, product.coc_carbon_method or "", False
        )

    @api.model
    def _list_footprints(self, footprints):
        told = {}
        for each, footprint in footprints:
            if footprint.value:
                form = each.product.coc_form_id.name or each.product.display_name
                told[form, footprint] = self.env._(
                    "%(form)s: %(footprint)s",
                    form=form,
                    footprint=", ".join(
                        filter(
                            None,
                            [self._format_footprint(*footprint[::2]), footprint.method],
                        )
                    ),
                )
        return "; ".join(told.values())

    @api.model
    def _format_footprint(self, value, cradle_to_gate):
        """Return a footprint as documents write it (9.3a)."""
        number = format_number(self.env, value, 3)
        if cradle_to_gate:
            return self.env._(
                "%(footprint)s t CO2e/t Al, cradle to gate", footprint=number
            )
        return self.env._("%(footprint)s t CO2e/t Al", footprint=number)

    @api.model
    def _join_origins(self, found):
        first = (
            records.filtered("origin_information")[:1].origin_information
            for records in found
        )
        return "\n".join(dict.fromkeys(filter(None, first)))

    @api.model
    def _get_performance(self, shipped, records, scope, day):
        """Return what 9.3d asks of a post-casthouse issuer, or ``""``."""
        for each in shipped:
            if each.activity.code == "post_casthouse":
                found = records[each.period, each.product]
                status = found._get_performance_status(day)
                certificate = scope.with_env(self.env)._get_performance_certificate(day)
                if status or not certificate:
                    return status
                return certificate._get_performance_status()
        return ""

    def action_propose_information(self):
        """Fill the sustainability data of drafts in again, from what is recorded now.

        What was typed into the draft gives way; the statements stay as chosen.
        """
        self.check_access("write")
        # sudo: what the document says is the ledger's, whoever fills it in
        drafts = self.sudo().filtered(
            lambda one: one.state == "draft" and one.direction == "issued"
        )
        for document in drafts:
            document.write(
                document._prepare_information(
                    document.picking_ids,
                    document.scope_id,
                    document.customer_id,
                    document.date,
                )
            )
        return True

    # -- issuing ------------------------------------------------------------
    def _get_missing_to_issue(self):
        return super()._get_missing_to_issue() + self.statement_ids._get_unsupported(
            self.date
        )

    def action_issue(self):
        self.check_access("write")
        for document in self:
            if document.state == "draft" and document.direction == "issued":
                document._complete_information()
        return super().action_issue()

    def _complete_information(self):
        """Put what the draft chose into print, and keep its evidence (9.4)."""
        self.ensure_one()
        # sudo: who issues need not be able to open every file
        sources = self.sudo()
        evidence = sources.statement_ids.evidence_ids
        evidence |= sources.sustainability_ids.evidence_ids
        self.write(
            {
                "supplementary_information": self._compose_statements(),
                "recycled_content": self.print_recycled_content
                and self.recycled_content,
                "evidence_ids": [fields.Command.set(evidence.ids)],
            }
        )

    def _compose_statements(self):
        """Return the statements one below the other, in the customer's language."""
        self.ensure_one()
        # sudo: who may read the document may read what it says
        statements = self.sudo().statement_ids.with_context(
            lang=self.customer_id.lang or self.env.lang
        )
        return "\n".join(statements.sorted().mapped("text"))
