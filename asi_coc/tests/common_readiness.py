"""Looking at how the scope stands on a criterion, and at what shows it."""

from .common import UserCase


class ReadinessMixin:
    """Works out single criteria of the scope, and opens their evidence."""

    def row(self, code, scope=None):
        """Work out criterion ``code`` from the records of now; return its row."""
        criterion = self.env["asi.coc.criterion"].search([("code", "=", code)])
        self.assertEqual(len(criterion), 1, code)
        # as in a request of its own
        self.env.invalidate_all()
        return self.env["asi.coc.readiness"]._refresh(scope or self.scope, criterion)

    def assert_state(self, code, state, *words, scope=None):
        """Expect ``state``, and every one of ``words`` in the explanation.

        Returns the row.
        """
        row = self.row(code, scope)
        self.assertEqual(row.state, state, f"{code}: {row.explanation}")
        self.assertTrue(row.explanation, code)
        for word in words:
            self.assertIn(word, row.explanation)
        return row

    def assert_evidence(self, code, label, records, scope=None):
        """Expect that the evidence ``label`` counts and opens exactly ``records``."""
        row = self.row(code, scope)
        evidence = row.evidence_ids.filtered(lambda one: one.label == label)
        self.assertEqual(len(evidence), 1, row.evidence_ids.mapped("label"))
        self.assertEqual(evidence.res_model, records._name)
        self.assertEqual(self.opened(evidence), records)
        self.assertEqual(evidence.count, len(records))

    def opened(self, evidence):
        """Return the records that the evidence's button opens."""
        action = evidence.action_open()
        return self.env[action["res_model"]].search(action["domain"])

    def assert_not_applicable_without(self, activity, *codes):
        """Expect ``codes`` to apply just while a facility does ``activity``."""
        for code in codes:
            self.assertNotEqual(self.row(code).state, "not_applicable", code)
        facilities = self.scope.facility_ids.filtered(
            lambda one: one.activity_id.code == activity
        )
        name = facilities.activity_id.name
        facilities.active = False
        for code in codes:
            self.assert_state(code, "not_applicable", name)
            self.assertFalse(self.row(code).evidence_ids, code)
        facilities.active = True
        for code in codes:
            self.assertNotEqual(self.row(code).state, "not_applicable", code)


class ReadinessCase(ReadinessMixin, UserCase):
    """The scope of ``CocCase``, looked at criterion by criterion."""
