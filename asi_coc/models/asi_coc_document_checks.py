from collections import defaultdict

from odoo import fields, models

from ..core.quantity import ZERO, to_mass
from ..core.wording import plain_name
from ..formatting import format_day, format_number


class AsiCocDocument(models.Model):
    """Checks received documents: complete, agreeing, certified (10.1 to 10.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    check_ids = fields.One2many(
        "asi.coc.document.check",
        "document_id",
        string="Checks",
        readonly=True,
        copy=False,
        help="Checks of the received document, as last made.",
    )
    failed_count = fields.Integer(
        string="Failed Checks",
        compute="_compute_failed_count",
        help="Checks that keep its mass Non-CoC (10.2).",
    )

    def _compute_failed_count(self):
        groups = self.env["asi.coc.document.check"]._read_group(
            [("document_id", "in", self.ids), ("passed", "=", False)],
            ["document_id"],
            ["__count"],
        )
        counts = {document.id: count for document, count in groups}
        for document in self:
            document.failed_count = counts.get(document.id, 0)

    def action_check(self):
        """Check received drafts again (10.1 to 10.3)."""
        self.check_access("read")
        for document in self.filtered(
            lambda one: one.direction == "received" and one.state == "draft"
        ):
            # sudo: what is checked is no matter of the user's rights
            document.sudo()._run_checks()
        return True

    def _run_checks(self):
        """Check a received document and return what failed, as ``check`` records."""
        self.ensure_one()
        found = [
            *(("10.1", *check) for check in self._check_complete_content()),
            *(("10.2", *check) for check in self._check_agreement()),
            *(("10.3", *check) for check in self._check_certification()),
        ]
        self.check_ids.unlink()
        self.check_ids = [
            fields.Command.create(
                {
                    "criterion": criterion,
                    "code": code,
                    "passed": not message,
                    "message": message,
                }
            )
            for criterion, code, message in found
        ]
        return self.check_ids.filtered(lambda check: not check.passed)

    # -- 10.1 -------------------------------------------------------------------
    def _check_complete_content(self):
        """Return ``(code, message or False)`` per field of 9.2."""
        missing = self.env._("Missing on the document. Ask the issuer for it.")
        lines = self.line_ids

        def on_every_line(name):
            return bool(lines) and all(line[name] for line in lines)

        present = {
            "date": self.date,
            "number": self.name,
            "issuer": self.issuer_name,
            "issuer_address": self.issuer_address,
            "issuer_certificate": self.issuer_certificate,
            "customer": self.customer_name,
            "customer_address": self.customer_address,
            "customer_certificate": self.customer_certificate,
            "responsible": self.responsible,
            "conformance": self.conformance,
            "material": on_every_line("material"),
            "form": on_every_line("form"),
            "coc_mass": on_every_line("coc_mass"),
            "total_mass": on_every_line("total_mass"),
        }
        return [(code, not value and missing) for code, value in present.items()]

    # -- 10.2 -------------------------------------------------------------------
    def _check_agreement(self):
        """Return ``(code, message or False)`` of what must agree with the goods."""
        moves = self._get_received_moves()
        received = self._get_received_masses(moves)
        return [
            ("received", not moves and self._describe_not_received()),
            ("date_agrees", self._find_date_contradiction()),
            ("customer_agrees", self._find_customer_contradiction()),
            ("material_agrees", self._find_material_contradiction(moves)),
            ("form_agrees", self._find_form_contradiction(moves)),
            ("coc_mass_agrees", self._find_coc_mass_contradiction(received)),
            ("total_mass_agrees", self._find_total_mass_contradiction(received)),
            ("once", self._find_duplicate()),
        ]

    def _get_received_moves(self):
        """Return the done moves of CoC Material into the company's stock."""
        moves = self.picking_ids.move_ids.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id._should_be_valued()
        )
        return moves._coc_relevant()

    def _get_received_masses(self, moves):
        """Return ``{product: tonnes}`` that came in, as Decimal."""
        masses = defaultdict(lambda: ZERO)
        for move in moves:
            masses[move.product_id] += to_mass(move._coc_get_accounted_mass())
        return masses

    def _describe_not_received(self):
        return self.env._(
            "No receipt of CoC Material is done yet. Validate the receipt first."
        )

    def _find_date_contradiction(self):
        today = self.scope_id._get_today()
        if self.date and self.date > today:
            return self.env._(
                "Issued on %(date)s, which is still to come.",
                date=format_day(self.env, self.date),
            )
        return False

    def _find_customer_contradiction(self):
        own = self.scope_id.company_id.partner_id
        number = self.scope_id.certificate_id.number
        if self.customer_certificate and self.customer_certificate != number:
            return self.env._(
                "Made out to certificate %(given)s; ours is %(own)s. Return it to the "
                "issuer.",
                given=self.customer_certificate,
                own=number or "–",
            )
        given = plain_name(self.customer_name)
        if given and given != plain_name(own.name):
            return self.env._(
                "Made out to %(given)s; we are %(own)s. Return it to the issuer.",
                given=self.customer_name,
                own=own.name,
            )
        return False

    def _find_material_contradiction(self, moves):
        materials = set(moves.product_id.mapped("coc_material"))
        wrong = [
            line
            for line in self.line_ids
            if line.material and moves and line.material not in materials
        ]
        return wrong and self.env._(
            "%(given)s is named, but %(received)s was received.",
            given=", ".join(self._name_materials({line.material for line in wrong})),
            received=", ".join(self._name_materials(materials)),
        )

    def _name_materials(self, materials):
        lines = self.env["asi.coc.document.line"]
        labels = dict(lines._fields["material"]._description_selection(self.env))
        return sorted(labels[name] for name in materials if name)

    def _find_form_contradiction(self, moves):
        unmatched = self.line_ids.filtered(
            lambda line: line.form and line.product_id not in moves.product_id
        )
        if not moves or not unmatched:
            return False
        return self.env._(
            "%(forms)s is none of the products received (%(products)s). Choose the "
            "product on the line if it is meant, and add this name to its form.",
            forms=", ".join(unmatched.mapped("form")),
            products=", ".join(moves.product_id.mapped("display_name")),
        )

    def _get_claimed_by_product(self, name):
        masses = defaultdict(lambda: ZERO)
        for line in self.line_ids:
            masses[line.product_id] += to_mass(line[name])
        return masses

    def _find_coc_mass_contradiction(self, received):
        if self.line_ids.filtered(lambda line: line.coc_mass > line.total_mass):
            return self.env._("More CoC Material than total material is named.")
        for product, mass in self._get_claimed_by_product("coc_mass").items():
            if product in received and mass > received[product]:
                return self.env._(
                    "%(given)s t of %(product)s are named, but %(received)s t were "
                    "received.",
                    given=format_number(self.env, mass),
                    product=product.display_name,
                    received=format_number(self.env, received[product]),
                )
        return False

    def _find_total_mass_contradiction(self, received):
        tolerance = to_mass(self.scope_id.tolerance)
        for product, mass in self._get_claimed_by_product("total_mass").items():
            if product in received and abs(mass - received[product]) > tolerance:
                return self.env._(
                    "%(given)s t of %(product)s are named, but %(received)s t were "
                    "received; the tolerance is %(tolerance)s t.",
                    given=format_number(self.env, mass),
                    product=product.display_name,
                    received=format_number(self.env, received[product]),
                    tolerance=format_number(self.env, tolerance),
                )
        return False

    def _find_duplicate(self):
        first = self._get_first_of_number()
        return first and self.env._(
            "%(number)s of %(issuer)s counts already, for %(pickings)s.",
            number=self.name,
            issuer=self.issuer_id.display_name,
            pickings=", ".join(first.picking_ids.mapped("name")),
        )

    def _get_first_of_number(self):
        """Return the verified document with the same number and issuer (10.2)."""
        return self.search(
            [
                ("id", "!=", self.id),
                ("scope_id", "=", self.scope_id.id),
                ("direction", "=", "received"),
                ("state", "=", "verified"),
                ("issuer_id", "=", self.issuer_id.id),
                ("name", "=", self.name),
            ],
            limit=1,
        )

    # -- 10.3 -------------------------------------------------------------------
    def _check_certification(self):
        """Return ``(code, message or False)`` about the issuer's certification."""
        certificate = self._find_certificate()
        return [
            ("certificate_known", not certificate and self._describe_unknown()),
            ("certificate_valid", self._find_invalidity(certificate)),
            ("certificate_covers", self._find_uncovered(certificate)),
            ("certificate_checked", self._find_due_check(certificate)),
            ("source", self._find_unknown_source()),
        ]

    def _get_shipment_day(self):
        return self.shipment_date or self.date or self.scope_id._get_today()

    def _find_certificate(self):
        """Return the issuer's CoC certificate of the number that is given."""
        return self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "=", self.issuer_id.id),
                ("standard", "=", "chain_of_custody"),
                ("number", "=", self.issuer_certificate),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            order="date_end desc",
            limit=1,
        )

    def _describe_unknown(self):
        return self.env._(
            "Certificate %(number)s of %(issuer)s is not on file. Look it up with ASI "
            "and record it.",
            number=self.issuer_certificate or "–",
            issuer=self.issuer_name or self.issuer_id.display_name,
        )

    def _find_invalidity(self, certificate):
        day = self._get_shipment_day()
        if not certificate or certificate._is_valid_on(day):
            return False
        return self.env._(
            "Certificate %(number)s of %(issuer)s was not valid on %(day)s, when the "
            "goods were shipped: the material is Non-CoC.",
            number=certificate.number,
            issuer=self.issuer_id.display_name,
            day=format_day(self.env, day),
        )

    def _find_uncovered(self, certificate):
        materials = set(self.line_ids.mapped("material")) - {False}
        uncovered = [
            name for name in materials if certificate and not certificate._covers(name)
        ]
        return uncovered and self.env._(
            "Certificate %(number)s does not cover %(materials)s.",
            number=certificate.number,
            materials=", ".join(self._name_materials(uncovered)),
        )

    def _find_due_check(self, certificate):
        return certificate and certificate._get_due_check(
            self.scope_id, self.scope_id._get_today()
        )

    def _find_unknown_source(self):
        """Say what is missing where a trader stands between (3–6 c ii)."""
        trader = self.trader_id
        if not trader:
            return False
        if not trader.coc_is_trader:
            return self.env._(
                "%(trader)s delivered what %(issuer)s issued a document for. Mark the "
                "contact as a trader, or correct the issuing entity.",
                trader=trader.display_name,
                issuer=self.issuer_id.display_name,
            )
        if not trader._coc_has_due_diligence(self._get_shipment_day()):
            return self.env._(
                "The due diligence on trader %(trader)s is missing or out of date "
                "(7.2). Have it done and accepted first.",
                trader=trader.display_name,
            )
        return False
