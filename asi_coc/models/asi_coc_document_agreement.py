import json

from odoo import models

from ..core.quantity import ZERO, to_mass
from ..core.twin import find_contradictions
from ..core.wording import plain_name
from ..formatting import format_day, format_number
from ..twin_wording import describe_contradiction

#: The check that each contradiction within a file fails.
CONTRADICTED = {
    "wrong_unit": "unit_agrees",
    "duplicate_line": "form_agrees",
    "coc_exceeds_total": "coc_mass_agrees",
    "total_exceeds_shipped": "total_mass_agrees",
    "items_exceed_shipped": "total_mass_agrees",
    "replaces_itself": "once",
}


class AsiCocDocument(models.Model):
    """Checks received documents against the goods and themselves (10.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def _check_agreement(self):
        """Return ``(code, message or False)`` of what must agree with the goods."""
        moves = self._get_received_moves()
        self._match_lines(moves)
        groups = self._group_lines(moves)
        found = {
            "received": not moves and self._describe_not_received(),
            "date_agrees": self._find_date_contradiction(moves),
            "issuer_agrees": self._find_issuer_contradiction(),
            "customer_agrees": self._find_customer_contradiction(),
            "material_agrees": self._find_material_contradiction(moves),
            "form_agrees": self._find_form_contradiction(moves),
            "unit_agrees": self._find_unit_contradiction(),
            "coc_mass_agrees": self._find_coc_mass_contradiction(groups),
            "total_mass_agrees": self._find_total_mass_contradiction(groups),
            "once": self._find_duplicate(),
        }
        for code, message in self._find_in_file():
            found[code] = found[code] or message
        return list(found.items())

    def _find_in_file(self):
        """Return ``(code, message)`` of what the file says against itself."""
        if not self.machine_read:
            return []
        return [
            (CONTRADICTED[code], describe_contradiction(self.env, code, parameters))
            for code, parameters in find_contradictions(json.loads(self.payload))
            # no CoC mass is missing (10.1)
            if code in CONTRADICTED
        ]

    def _describe_not_received(self):
        return self.env._(
            "No receipt of CoC Material is done yet. Validate the receipt first."
        )

    def _find_date_contradiction(self, moves):
        if self.date and self.date > self.scope_id._get_today():
            return self.env._(
                "Issued on %(date)s, which is still to come. Ask the issuer for a "
                "correct document.",
                date=format_day(self.env, self.date),
            )
        # A day is another one where the sun rises earlier.
        if moves and self.shipment_date:
            arrived = self.scope_id._get_day(max(moves.mapped("date")))
            if (self.shipment_date - arrived).days > 1:
                return self.env._(
                    "Shipped on %(shipped)s, after the goods arrived on %(arrived)s. "
                    "Ask which shipment is meant.",
                    shipped=format_day(self.env, self.shipment_date),
                    arrived=format_day(self.env, arrived),
                )
        return False

    def _find_issuer_contradiction(self):
        given = plain_name(self.issuer_name)
        if given and given != plain_name(self.issuer_id.name):
            return self.env._(
                "Issued by %(given)s, but the contact is %(contact)s. Choose the "
                "contact of the issuing entity, or correct its name.",
                given=self.issuer_name,
                contact=self.issuer_id.display_name,
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
        wrong = {
            line.material
            for line in self.line_ids
            if line.material and moves and line.material not in materials
        }
        return bool(wrong) and self.env._(
            "%(given)s is named, but %(received)s was received. Have the document or "
            "the receipt corrected.",
            given=", ".join(self._name_materials(wrong)),
            received=", ".join(self._name_materials(materials)),
        )

    def _name_materials(self, materials):
        lines = self.env["asi.coc.document.line"]
        labels = dict(lines._fields["material"]._description_selection(self.env))
        return sorted(labels[name] for name in materials if name)

    def _find_form_contradiction(self, moves):
        unmatched = self.line_ids.filtered(
            lambda line: line.form and not line._get_matching(moves.product_id)
        )
        if not moves or not unmatched:
            return False
        return self.env._(
            "%(forms)s is none of the forms received (%(products)s). If it is another "
            "name of one, have it added under Also Called of that form.",
            forms=", ".join(unmatched.mapped("form")),
            products=", ".join(moves.product_id.mapped("display_name")),
        )

    def _find_unit_contradiction(self):
        labels = dict(self.line_ids._fields["unit"]._description_selection(self.env))
        for line in self.line_ids.filtered(lambda line: line.unit and line.material):
            expected = line._get_expected_unit(line.material)
            if line.unit != expected:
                return self.env._(
                    "Masses of %(material)s are in %(given)s; they should be in "
                    "%(expected)s. Ask the issuer for a correct document.",
                    material=", ".join(self._name_materials([line.material])),
                    given=labels[line.unit],
                    expected=labels[expected],
                )
        return False

    def _find_coc_mass_contradiction(self, groups):
        for lines, moves in groups:
            named = lines._sum("coc_mass")
            received = moves._coc_sum_accounted()
            if named > received + to_mass(self.scope_id.tolerance):
                return self._describe_mass(moves, named, received)
        if self.line_ids.filtered(lambda line: line.coc_mass > line.total_mass):
            return self.env._(
                "More CoC Material than total material is named: %(coc)s t of "
                "%(total)s t. Correct it, or ask the issuer for a correct document.",
                coc=format_number(self.env, self.coc_mass),
                total=format_number(self.env, self.total_mass),
            )
        return False

    def _find_total_mass_contradiction(self, groups):
        tolerance = to_mass(self.scope_id.tolerance)
        for lines, moves in groups:
            named = lines._sum("total_mass")
            received = moves._coc_sum_accounted()
            if named and abs(named - received) > tolerance:
                return self._describe_mass(moves, named, received)
        return False

    def _describe_mass(self, moves, named, received):
        return self.env._(
            "%(given)s t of %(products)s are named, but %(received)s t were received "
            "with %(receipts)s; the tolerance is %(tolerance)s t. If the document "
            "covers further receipts, name them under Transfers.",
            given=format_number(self.env, named),
            products=", ".join(moves.product_id.mapped("display_name")),
            received=format_number(self.env, received),
            receipts=", ".join(moves.picking_id.mapped("name")),
            tolerance=format_number(self.env, self.scope_id.tolerance),
        )

    # -- the goods ----------------------------------------------------------------
    def _get_received_moves(self):
        """Return the done moves of CoC Material into the company's stock."""
        moves = self.picking_ids.move_ids.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id._should_be_valued()
        )
        return moves._coc_relevant().sorted("id")

    def _match_lines(self, moves):
        """Note the product a line means where only one was received in its form.

        A name that was added to a form since is found now.
        """
        for line in self.line_ids.filtered(lambda line: not line.product_id):
            matching = line._get_matching(moves.product_id)
            if len(matching) == 1:
                line.product_id = matching

    def _group_lines(self, moves):
        """Return pairs of lines and the moves whose masses they name (9.2h, 9.2i).

        A document has one line per form; several products may have come in it.
        """
        groups = {}
        for line in self.line_ids:
            products = line.product_id & moves.product_id
            if not line.product_id:
                matching = line._get_matching(moves.product_id)
                products = matching - self.line_ids.product_id
            lines = groups.get(products, self.line_ids.browse())
            groups[products] = lines | line
        return [
            (lines, moves.filtered(lambda move, of=products: move.product_id in of))
            for products, lines in groups.items()
            if products
        ]

    def _claim(self):
        """Write on the receipts' moves what the document claims, in tonnes (10.1)."""
        for move, mass in self._spread_claims().items():
            if to_mass(move.coc_claimed_mass) != mass:
                move.coc_claimed_mass = float(mass)

    def _spread_claims(self):
        """Return ``{received move: tonnes that the document claims for it}`` (10.1).

        Within the tolerance a document may name more than came: that counts.
        """
        moves = self._get_received_moves()
        claimed = dict.fromkeys(moves, ZERO)
        for lines, named in self._group_lines(moves):
            mass = lines._sum("coc_mass")
            if mass == sum(map(to_mass, named.mapped("coc_claimed_mass")), ZERO):
                # as somebody spread it over the moves
                claimed |= {move: to_mass(move.coc_claimed_mass) for move in named}
                continue
            for move in named:
                claimed[move] = min(mass, to_mass(move._coc_get_accounted_mass()))
                mass -= claimed[move]
        return claimed

    # -- the number ---------------------------------------------------------------
    def _find_duplicate(self):
        counting = self._get_same_number("verified")[:1]
        if counting:
            return self.env._(
                "%(number)s of %(issuer)s counts already, for %(receipts)s. If it "
                "covers this receipt, too, withdraw that verification and name both "
                "receipts on one document; otherwise correct the number.",
                number=self.name,
                issuer=self.issuer_id.display_name,
                receipts=", ".join(counting.picking_ids.mapped("name")),
            )
        return (
            self._find_replacement() or self._find_other_draft() or self._find_counted()
        )

    def _find_replacement(self):
        """Say when the number is of a document that was replaced (10.4)."""
        replacing = self.name and self.search(
            [
                *self._get_received_domain("verified"),
                *self._get_issuer_domain(),
                ("replaces_number", "=", self.name),
            ],
            limit=1,
        )
        return bool(replacing) and self.env._(
            "%(number)s is void: %(replacement)s replaced it and counts for "
            "%(receipts)s (10.4).",
            number=self.name,
            replacement=replacing.name,
            receipts=", ".join(replacing.picking_ids.mapped("name")),
        )

    def _find_other_draft(self):
        """Say when a receipt entered the number before this one."""
        other = self.other_draft_id
        return bool(other) and self.env._(
            "%(number)s is entered for %(receipts)s already. If the document covers "
            "this receipt, too, join the drafts; otherwise correct the number.",
            number=self.name,
            receipts=", ".join(other.picking_ids.mapped("name")),
        )

    def _find_counted(self):
        """Say when a receipt has another verified document."""
        for picking in self.picking_ids:
            verified = picking.coc_received_document_id
            if verified and verified.name != self.replaces_number:
                return self.env._(
                    "%(receipt)s has CoC Document %(document)s, which is verified. "
                    "Take the receipt off this document, or withdraw that "
                    "verification.",
                    receipt=picking.name,
                    document=verified.name,
                )
        return False

    def _get_received_domain(self, state):
        return [
            ("id", "!=", self._origin.id),
            ("scope_id", "=", self.scope_id.id),
            ("direction", "=", "received"),
            ("state", "=", state),
        ]

    def _get_issuer_domain(self):
        """The same issuer, be it under another contact: its certificate is one."""
        domain = [("issuer_id", "=", self.issuer_id.id)]
        if self.issuer_certificate:
            domain.insert(0, ("issuer_certificate", "=", self.issuer_certificate))
            domain.insert(0, "|")
        return domain

    def _get_same_number(self, state):
        """Return the other documents with this number and issuer in ``state``."""
        if not self.name:
            return self.browse()
        return self.search(
            [
                *self._get_received_domain(state),
                *self._get_issuer_domain(),
                ("name", "=", self.name),
            ],
            order="id",
        )
