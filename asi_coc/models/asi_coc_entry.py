from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.flows import split_by_origin
from ..formatting import format_number
from .append_only import refuse_changes
from .asi_coc_activity import MATERIALS
from .asi_coc_form import SCRAP_KINDS
from .posting_query import READ_MODELS, carry_query, insert_query, move_query

FLOWS = [
    ("input", "Input"),
    ("output", "Output"),
    ("intra_entity_in", "Intra-entity Flow In"),
    ("intra_entity_out", "Intra-entity Flow Out"),
    ("consumption", "Consumption"),
    ("production", "Production"),
    ("loss", "Loss"),
    ("gain", "Gain"),
    ("positive_balance_brought", "Positive Balance Brought Forward"),
    ("positive_balance_used", "Positive Balance Used"),
    ("positive_balance_expired", "Positive Balance Expired"),
    ("positive_balance_carried", "Positive Balance Carried Over"),
    ("overdraw", "Internal Overdraw"),
    ("overdraw_brought", "Internal Overdraw to Make Up"),
]
STATUSES = [
    ("coc", "CoC"),
    ("non_coc", "Non-CoC"),
    ("pooled", "By Balance"),
    ("unclassified", "Unclassified"),
]
REASONS = [
    ("no_facility", "No facility at this location"),
    ("no_mass", "No net mass on the product"),
    ("no_period", "No open period for this date"),
    ("wrong_material", "Material the activity does not take in"),
    ("wrong_form", "Re-melting/Refining puts out liquid aluminium only"),
]


class AsiCocEntry(models.Model):
    _name = "asi.coc.entry"
    _description = "CoC Ledger Entry"
    _order = "date desc, id desc"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="CoC Certification Scope the entry belongs to.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Entity of the scope.",
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        readonly=True,
        ondelete="restrict",
        help="Material Accounting Period the mass is accounted in (8.2).",
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="Effective date of the move, where the scope is.",
    )
    late = fields.Boolean(
        readonly=True,
        help="The move's own date falls in a closed period; it is accounted in the "
        "first open one.",
    )
    facility_id = fields.Many2one(
        "asi.coc.facility",
        readonly=True,
        ondelete="restrict",
        help="Facility the material entered, left or was worked in.",
    )
    period_name = fields.Char(
        related="period_id.name",
        string="Period Name",
        help="Name of the Material Accounting Period, without its scope.",
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        ondelete="restrict",
        help="Supply chain activity of the facility.",
    )
    counterpart_activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        ondelete="restrict",
        help="The other activity of an intra-entity flow (1.7g).",
    )
    flow = fields.Selection(
        FLOWS,
        required=True,
        readonly=True,
        help="Input from outside the scope, output to outside, intra-entity flow "
        "between activities, or what happened in between (8.3, 8.4).",
    )
    status = fields.Selection(
        STATUSES,
        required=True,
        readonly=True,
        help="CoC or Non-CoC Material (scrap: eligible or not). By balance: the CoC "
        "part is what the activity's balance allocates. Unclassified: see the "
        "reason.",
    )
    reason = fields.Selection(
        REASONS, readonly=True, help="Why the mass cannot be classed yet."
    )
    material = fields.Selection(MATERIALS, readonly=True, help="Material that flowed.")
    scrap_kind = fields.Selection(
        SCRAP_KINDS,
        readonly=True,
        help="What received scrap was assessed as (4.2); empty before it is, and for "
        "all else.",
    )
    assessment_id = fields.Many2one(
        "asi.coc.scrap.assessment",
        readonly=True,
        ondelete="restrict",
        help="Assessment that split the received scrap and says what is eligible "
        "(4.2).",
    )
    closed_loop_id = fields.Many2one(
        "asi.coc.closed.loop",
        readonly=True,
        ondelete="restrict",
        help="Closed loop through which the entity's own CoC Material came back as "
        "this scrap (4.2a).",
    )
    form_id = fields.Many2one(
        "asi.coc.form",
        readonly=True,
        ondelete="restrict",
        help="Form of the material: slab, billet, liquid metal …",
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="restrict", help="Product moved."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        readonly=True,
        ondelete="restrict",
        help="Lot or serial number of the material (5.2).",
    )
    mass = fields.Float(
        string="Mass (t)",
        digits=(16, 6),
        required=True,
        readonly=True,
        help="Net mass in tonnes; negative where an entry takes back another.",
    )
    mass_basis = fields.Char(
        readonly=True,
        help="How the mass follows from the quantity, kept as it was (8.1).",
    )
    unit_mass = fields.Float(
        string="Mass per Base Unit (t)",
        digits=(24, 12),
        readonly=True,
        help="Tonnes per base unit (gram, piece …) that the mass was worked out with. "
        "Corrections and returns keep it when the product's mass changes (8.1).",
    )
    quantity = fields.Float(
        digits=(16, 6), readonly=True, help="Quantity moved, in its own unit."
    )
    uom_id = fields.Many2one(
        "uom.uom",
        readonly=True,
        ondelete="restrict",
        help="Unit of measure of the quantity.",
    )
    value = fields.Float(
        digits=(16, 2),
        readonly=True,
        help="Inventory value of the mass when it was posted, in the company's "
        "currency.",
    )
    move_line_id = fields.Many2one(
        "stock.move.line",
        string="Move Line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Stock move line the entry follows.",
    )
    move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Stock move the entry follows.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Receipt, delivery or transfer of the move.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        string="Manufacturing Order",
        readonly=True,
        ondelete="restrict",
        help="Manufacturing order of the move.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        readonly=True,
        ondelete="restrict",
        help="Supplier or customer of the move.",
    )
    document_id = fields.Many2one(
        "asi.coc.document",
        string="Received CoC Document",
        readonly=True,
        ondelete="restrict",
        help="Verified CoC Document that makes the mass CoC Material (10.2).",
    )
    closing_id = fields.Many2one(
        "asi.coc.closing",
        readonly=True,
        ondelete="restrict",
        help="Closing that carried, drew or expired the balance (8.9).",
    )
    contractor_id = fields.Many2one(
        "asi.coc.contractor",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Outsourcing contractor whose site left or joined the scope with its "
        "stock, or whose statement left a difference (2.2, 2.4).",
    )
    corrects_id = fields.Many2one(
        "asi.coc.entry",
        readonly=True,
        ondelete="restrict",
        help="Entry that this one corrects or takes back.",
    )
    content_hash = fields.Char(
        readonly=True,
        help="SHA-256 of the entry's business content: change one digit and it no "
        "longer fits.",
    )
    is_unclassified = fields.Boolean(
        string="Open Unclassified",
        compute="_compute_is_unclassified",
        search="_search_is_unclassified",
        help="Unclassified and not classed since.",
    )

    _period_flow = models.Index("(period_id, activity_id, flow, status)")
    _lot = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
    _document = models.Index("(document_id) WHERE document_id IS NOT NULL")
    _scope_date = models.Index("(scope_id, date)")
    # The list opens with the newest entries, of however many there are.
    _newest = models.Index("(date DESC, id DESC)")
    _unclassified = models.Index("(scope_id) WHERE status = 'unclassified'")
    _scrap_in = models.Index("(move_id) WHERE flow = 'input' AND material = 'scrap'")
    _scrap_unclassified = models.Index(
        "(scope_id) WHERE flow = 'input' AND material = 'scrap' "
        "AND status = 'unclassified'"
    )
    _loop = models.Index("(closed_loop_id) WHERE closed_loop_id IS NOT NULL")
    _coc_shipped = models.Index("(partner_id) WHERE flow = 'output' AND status = 'coc'")

    def init(self):
        """Hold the append-only line below the ORM too."""
        refuse_changes(self.env, self._table, "entry", "Post a correction instead.")

    @api.depends("flow", "mass", "product_id", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["flow"]._description_selection(self.env))
        for entry in self:
            entry.display_name = self.env._(
                "%(flow)s %(mass)s t, %(product)s, %(date)s",
                flow=labels.get(entry.flow),
                mass=format_number(self.env, entry.mass),
                product=entry.product_id.display_name or "–",
                date=entry.date,
            )

    def _compute_is_unclassified(self):
        still_open = set(self._get_unclassified_ids(self.scope_id))
        for entry in self:
            entry.is_unclassified = entry.id in still_open

    def _search_is_unclassified(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        wanted = (operator == "in") == (True in value)
        ids = self._get_unclassified_ids(
            self.env["asi.coc.scope"].search([("state", "!=", "draft")])
        )
        return [("id", "in" if wanted else "not in", ids)]

    # -- append-only, above the ORM -----------------------------------------
    # No super: these refuse whatever they are asked, deletion too. An ondelete
    # guard would come too late: nobody may delete, so access rights would answer
    # first, without naming the entry. Uninstalling drops the table.
    # pylint: disable=method-required-super,no-raise-unlink
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(
            self.env._(
                "Ledger entries follow done stock moves; nobody creates them by hand. "
                "Correct the transfer, or have its document verified."
            )
        )

    def write(self, vals):
        raise UserError(self._get_refusal())

    def unlink(self):
        raise UserError(self._get_refusal())

    def _get_refusal(self):
        return self.env._(
            "The CoC ledger is append-only (8.1): entry %(ids)s (%(names)s) cannot be "
            "changed or deleted. Correct the transfer; a correcting entry follows.",
            ids=", ".join(str(entry.id) for entry in self[:3]),
            names="; ".join(self[:3].mapped("display_name")),
        )

    # -- posting ------------------------------------------------------------
    @api.model
    def _post_moves(self, moves):
        """Bring the ledger in line with the done ``moves`` (8.1 to 8.4).

        Compares what the ledger should say of them with what it says and
        posts the difference, so calling it again posts nothing. Entries are
        written in one statement however many lines there are; returns are posted
        after what they return.

        Returns a list of dicts with ``period_id``, ``activity_id``, ``flow``,
        ``material``, ``status`` and ``mass`` (tonnes) of what was posted.
        """
        scopes = self.env["asi.coc.scope"]._get_active(moves.company_id)
        if not moves or not scopes:
            return []
        groups = split_by_origin(
            (move.id, move.origin_returned_move_id.id) for move in moves.sorted("id")
        )
        return [
            row
            for ids in groups
            for row in self._post_moves_of(scopes, moves.browse(ids))
        ]

    @api.model
    def _post_moves_of(self, scopes, moves):
        """Post ``moves`` of one entity, whose active ``scopes`` these are.

        As :meth:`_post_moves`, without reading the moves: of history there are
        many.
        """
        for name in READ_MODELS:
            self.env[name].flush_model()
        self.env["asi.coc.period"]._lock_for_posting(scopes)
        posted = self._insert(move_query(self.env, moves, scopes))
        self._follow_scrap(moves, posted)
        return posted

    @api.model
    def _follow_scrap(self, moves, posted):
        """Keep assessments and closed loops in line with what was posted (4.2)."""
        scrap = any(
            row["flow"] == "input" and row["material"] == "scrap" for row in posted
        )
        if scrap:
            self.env["asi.coc.scrap.assessment"]._refresh_masses(moves)
        if scrap or any(
            row["flow"] == "output" and row["status"] == "coc" for row in posted
        ):
            self.env["asi.coc.closed.loop"]._settle(moves)

    @api.model
    def _post_carry(self, closing, rows):
        """Post what a close carries, draws and expires (8.8c, 8.9).

        ``rows`` are tuples of period, activity, flow and mass (tonnes).
        """
        if not rows:
            return []
        self.env.flush_all()
        return self._insert(carry_query(self.env, closing, rows))

    def _insert(self, source):
        """Post what the query ``source`` selects: the ledger's only way in."""
        self.env.cr.execute(insert_query(self.env, source))
        posted = self.env.cr.dictfetchall()
        self.invalidate_model()
        self.env["asi.coc.total"].invalidate_model()
        self.env["asi.coc.balance"].invalidate_model()
        return posted

    # -- unclassified -------------------------------------------------------
    @api.model
    def _get_unclassified_ids(self, scopes):
        """Return ids of the entries that are unclassified and not classed since."""
        if not scopes:
            return []
        self.env.cr.execute(
            SQL(
                """
                SELECT max(id)
                  FROM asi_coc_entry
                 WHERE status = 'unclassified' AND scope_id = ANY(%s)
              GROUP BY move_line_id, facility_id, flow, reason, date
                HAVING sum(quantity) != 0
                """,
                scopes.ids,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _count_unclassified(self, scopes):
        """Return ``{scope id: number of open unclassified entries}``."""
        entries = self.browse(self._get_unclassified_ids(scopes))
        groups = self._read_group(
            [("id", "in", entries.ids)], ["scope_id"], ["__count"]
        )
        return {scope.id: count for scope, count in groups}

    @api.model
    def _get_unclassified_moves(self, scope):
        """Return the stock moves with open unclassified entries in ``scope``.

        With their returns: those are accounted where their goods had gone.
        """
        # sudo: the officer who classes need not see every transfer
        moves = found = self.sudo().browse(self._get_unclassified_ids(scope)).move_id
        while found := found.returned_move_ids - moves:
            moves |= found
        return moves

    # -- opening --------------------------------------------------------------
    @api.model
    def _action_open(self, domain, name):
        """Return the action that shows the entries behind a figure."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "asi.coc.entry",
            "view_mode": "list,pivot,graph,form",
            "domain": domain,
        }
