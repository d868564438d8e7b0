"""Voiding and replacing issued documents, as an officer does (9.6)."""

from odoo import Command
from odoo.tests import Form

from .common_readiness import ReadinessCase


class ReplacingMixin:
    """Fills the wizard of *Void or Replace*, and issues what replaces."""

    def void(self, document, course, quantities=(), **values):
        """Confirm the wizard with what was agreed; return what it opens.

        ``quantities`` are what stays CoC Material of each product delivered.
        """
        form = Form.from_action(self.env, document.action_void())
        form.course = course
        form.found = "The document does not say what it should"
        form.cause = "Nobody looked"
        form.agreed_correction = "Void the document"
        form.agreed_with = "Matthew Johnson"
        form.prevention = "Look twice"
        for name, value in values.items():
            setattr(form, name, value)
        for position, quantity in enumerate(quantities):
            with form.line_ids.edit(position) as line:
                line.corrected_qty = quantity
        action = form.save().action_confirm()
        return self.env[action["res_model"]].browse(action["res_id"])

    def replace(self, document, quantities=(), **values):
        """Void and replace a document; ``values`` are corrected on the draft."""
        draft = self.void(document, "replaced", quantities, issue_now=False)
        draft.write(values)
        draft.action_issue()
        self.assertEqual(draft.state, "issued")
        return draft


class IssuingCase(ReplacingMixin, ReadinessCase):
    """100 t of slab came in, 60 t of it CoC; 10 t leave, 6 t of it CoC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.responsible_id = cls.officer

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=60)

    def ship(self, quantity=10, designated=6):
        return self.deliver(self.slab, quantity, designated=designated)

    def issue(self):
        document = self.ship().coc_document_ids
        self.assertEqual(document.state, "issued")
        return document

    def file(self, name="Evidence.pdf"):
        return Command.create({"name": name, "raw": name.encode()})

    def spoil(self, document, values):
        """Change what an issued document says by SQL: no operation can."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE asi_coc_document SET {name} = %s WHERE id = %s",
                [value, document.id],
            )
        self.env.invalidate_all()
