"""Voiding and replacing issued documents, as an officer does (9.6)."""

from odoo.tests import Form


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
