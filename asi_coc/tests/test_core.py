import doctest

from odoo.tests import BaseCase

from ..core import (
    balance,
    certification_list,
    certification_row,
    flows,
    period,
    quantity,
)


class TestCoreExamples(BaseCase):
    """The examples in the core are its specification; they must hold."""

    def _check(self, module):
        result = doctest.testmod(module)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_balance(self):
        self._check(balance)

    def test_certification_list(self):
        self._check(certification_list)

    def test_certification_row(self):
        self._check(certification_row)

    def test_flows(self):
        self._check(flows)

    def test_period(self):
        self._check(period)

    def test_quantity(self):
        self._check(quantity)
