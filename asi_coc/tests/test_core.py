import doctest

from odoo.tests import BaseCase

from ..core import balance, flows, net_material, period, quantity, sustainability


class TestCoreExamples(BaseCase):
    """The examples in the core are its specification; they must hold."""

    def _check(self, module):
        result = doctest.testmod(module)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_balance(self):
        self._check(balance)

    def test_flows(self):
        self._check(flows)

    def test_net_material(self):
        self._check(net_material)

    def test_period(self):
        self._check(period)

    def test_quantity(self):
        self._check(quantity)

    def test_sustainability(self):
        self._check(sustainability)
