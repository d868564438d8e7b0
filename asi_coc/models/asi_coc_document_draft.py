from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_number


class AsiCocDocument(models.Model):
    """Drafts the documents of deliveries and transfers from the ledger (9.1, 9.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    @api.model
    def _draft_for(self, pickings):
        """Draft the CoC Document of done deliveries from their ledger entries (9.2).

        Several deliveries get one document, a batch that names each (9.1).
        Returns an empty set where they designate nothing.
        """
        # sudo: whoever delivers issues; what the document says is the ledger's
        documents = self.sudo()
        lines = documents.env["asi.coc.document.line"]._prepare_from(pickings)
        if not lines:
            return documents.browse()
        scope = documents._get_scope_of(pickings)
        values = documents._prepare_issued(pickings.sudo(), scope, lines)
        return documents.create(values)

    @api.model
    def _get_scope_of(self, pickings):
        # sudo: the warehouse does not read the ledger
        entries = self.env["asi.coc.entry"].sudo()
        return entries.search([("picking_id", "in", pickings.ids)], limit=1).scope_id

    @api.model
    def _prepare_issued(self, pickings, scope, lines):
        """Return the values of a draft that goes with done ``pickings`` (9.2)."""
        day = scope._get_day(max(pickings.mapped("date_done")))
        customer = pickings._coc_get_customers()[:1]
        responsible = scope.responsible_id or self.env.user
        certificate = self.env["asi.coc.certificate"]._find(customer, day)
        return {
            "scope_id": scope.id,
            "direction": "issued",
            "date": day,
            "issuer_id": scope.company_id.partner_id.id,
            "issuer_certificate": scope.certificate_id.number,
            "customer_id": customer.id,
            "customer_certificate": certificate.number,
            "responsible": self._format_person(responsible.partner_id),
            "customer_responsible": self._format_person(
                (customer.child_ids or self.env["res.partner"])[:1]
            ),
            "line_ids": [fields.Command.create(line) for line in lines],
            "picking_ids": [fields.Command.set(pickings.ids)],
            "send_after_issue": scope.send_automatically,
        }

    @api.model
    def _format_person(self, partner):
        return ", ".join(filter(None, [partner.name, partner.function]))

    # -- batches --------------------------------------------------------------
    @api.model
    def _draft_batch(self, pickings):
        """Draft one document for several deliveries to one customer (9.1).

        Raises UserError naming the deliveries that cannot be in it.
        """
        self._check_batch(pickings)
        return self._draft_for(pickings)

    def _check_batch(self, pickings):
        undesignated = pickings.filtered(lambda one: not one.coc_is_designated)
        if undesignated:
            raise UserError(
                self.env._(
                    "%(pickings)s cannot be in a CoC Document: a delivery gets one "
                    "when it is done and designates CoC Material (9.1).",
                    pickings=", ".join(undesignated.mapped("name")),
                )
            )
        # sudo: whoever delivers need not read documents
        held = pickings.filtered(lambda one: one.sudo()._coc_get_live_documents())
        if held:
            raise UserError(
                self.env._(
                    "%(pickings)s have a CoC Document already; CoC Material is named "
                    "in one only (9.1). Leave them out, or void that document first.",
                    pickings=", ".join(held.mapped("name")),
                )
            )
        customers = pickings._coc_get_customers()
        if len(customers) > 1 or len(pickings.company_id) > 1:
            raise UserError(
                self.env._(
                    "One CoC Document goes to one customer (9.2d), but these "
                    "deliveries went to %(customers)s. Choose those of one customer.",
                    customers=", ".join(customers.mapped("display_name")),
                )
            )

    # -- inside the scope -------------------------------------------------------
    @api.model
    def _draft_internal(self, picking):
        """Draft the optional document of a transfer between two activities (9.1).

        Its CoC mass is the part that the balance of the sending activity allocates
        at the moment, in whole kilograms; the account does not depend on it.
        Raises UserError where the transfer is no intra-entity flow.
        """
        # sudo: whoever transfers may have a document; the figures are the ledger's
        documents = self.sudo()
        lines = documents.env["asi.coc.document.line"]._prepare_internal(picking)
        if not lines:
            raise UserError(
                self.env._(
                    "%(picking)s has no CoC Document: it is no done transfer of CoC "
                    "Material from one activity of the scope to another (9.1).",
                    picking=picking.name,
                )
            )
        scope = documents._get_scope_of(picking)
        values = documents._prepare_issued(picking.sudo(), scope, lines)
        own = scope.company_id.partner_id
        values |= {
            "internal": True,
            "customer_id": own.id,
            "customer_certificate": scope.certificate_id.number,
            "customer_responsible": values["responsible"],
        }
        return documents.create(values)

    # -- what the ledger says ---------------------------------------------------
    def _get_ledger_masses(self):
        """Return ``{document id: CoC output in tonnes}`` of its deliveries now.

        Returns of the deliveries are taken off, whether or not the document was
        voided for them.
        """
        if not self:
            return {}
        self.env["asi.coc.entry"].flush_model()
        self.env.cr.execute(
            """
            SELECT relation.document_id, sum(entry.mass)
              FROM asi_coc_document_picking_rel relation
              JOIN stock_move delivered ON delivered.picking_id = relation.picking_id
              JOIN stock_move move
                ON move.id = delivered.id OR move.origin_returned_move_id = delivered.id
              JOIN asi_coc_entry entry ON entry.move_id = move.id
             WHERE relation.document_id = ANY(%s)
               AND entry.flow = 'output'
               AND entry.status = 'coc'
          GROUP BY relation.document_id
            """,
            [self.ids],
        )
        masses = dict(self.env.cr.fetchall())
        return {document.id: float(masses.get(document.id, 0)) for document in self}

    def _get_contradicted(self):
        """Return the live documents whose CoC mass is not the ledger's (9.2b, 9.6)."""
        masses = self._get_ledger_masses()
        return self.filtered(
            lambda document: document.direction == "issued"
            and document.state == "issued"
            and not document.internal
            and abs(document.coc_mass - masses[document.id]) > 0.0000005
        )

    def _describe_contradiction(self):
        """Say what the document claims and what the ledger has, in tonnes."""
        self.ensure_one()
        return self.env._(
            "CoC Document %(document)s says %(claimed)s t of CoC Material, the ledger "
            "%(ledger)s t (9.6). Void or replace it.",
            document=self.name,
            claimed=format_number(self.env, self.coc_mass),
            ledger=format_number(self.env, self._get_ledger_masses()[self.id]),
        )
