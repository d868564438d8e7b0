"""Pytest plugin of ``make test-odoo``: after each test the ledger is right.

Whatever way Odoo's tests move stock, posting their done moves again must find
nothing to post, and the running totals must add up to the ledger.
"""

import psycopg2

SUPERUSER_ID = 1
# What leaves drift behind, and must: stock demands that this can be done.
DRIFTING = {
    # A location becomes internal after goods left it: they were no output then.
    "test_location_usage",
}
# What the account must refuse, and tests of Odoo's do: they pass when it does.
REFUSED = {
    # A unit that entries were worked out with is changed: history would be relabelled.
    "test_mo_overview_comp_different_uom": "Unit of Screw cannot change from Units to "
    "Pack of 6",
}


def pytest_sessionstart():
    """Odoo can be imported now."""
    from odoo.exceptions import UserError
    from odoo.tests.common import TransactionCase

    set_up = TransactionCase.setUp
    call_method = TransactionCase._callTestMethod

    def set_up_and_check(self):
        set_up(self)
        # Last in, first out: before what the test did is rolled back.
        self.addCleanup(check_ledger, self)

    def call_or_refuse(self, method):
        """A test that must be refused passes when it is, and only then."""
        if refusal := REFUSED.get(self._testMethodName):
            with self.assertRaisesRegex(UserError, refusal):
                call_method(self, method)
        else:
            call_method(self, method)

    TransactionCase.setUp = set_up_and_check
    TransactionCase._callTestMethod = call_or_refuse


def check_ledger(test):
    """Fail the test where the ledger does not say what the moves say."""
    if test._testMethodName in DRIFTING:
        return
    env = test.env(user=SUPERUSER_ID, su=True, context={})
    try:
        with env.cr.savepoint(flush=False):
            env.flush_all()
    except psycopg2.IntegrityError:
        # A test of Odoo's leaves what cannot be written, and never writes it.
        return
    scopes = env["asi.coc.scope"].search([("state", "=", "active")])
    if not scopes:
        return
    scopes.action_check_drift()
    found = env["asi.coc.drift"].search([("state", "=", "found")])
    told = [describe(one) for one in found[:5]]
    assert not found, f"{len(found)} times drift of the ledger: {'; '.join(told)}"


def describe(drift):
    """Tell what the ledger says, and what it should."""
    move = drift.move_id
    return (
        f"{drift.kind} {drift.flow} {drift.status} of {drift.product_id.display_name}: "
        f"{drift.recorded_mass} t, should be {drift.expected_mass} t "
        f"({move.reference}, {move.location_id.complete_name} to "
        f"{move.location_dest_id.complete_name}, {drift.date})"
    )
