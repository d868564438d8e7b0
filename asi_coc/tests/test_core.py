import doctest

from odoo.tests import BaseCase

from ..core import (
    annual_comparison,
    annual_report,
    annual_transfers,
    balance,
    cash,
    certification,
    certification_list,
    certification_row,
    dross,
    flows,
    net_material,
    pack_files,
    pack_index,
    pdf_syntax,
    pdf_twin,
    period,
    quantity,
    scrap,
    sustainability,
    twin,
    twin_messages,
    twin_structure,
    upload,
    verify_ledger,
    wording,
)


class TestCoreExamples(BaseCase):
    """The examples in the core are its specification; they must hold."""

    def _check(self, module):
        result = doctest.testmod(module)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_annual_comparison(self):
        self._check(annual_comparison)

    def test_annual_report(self):
        self._check(annual_report)
        self._check(annual_transfers)

    def test_balance(self):
        self._check(balance)

    def test_cash(self):
        self._check(cash)

    def test_certification(self):
        self._check(certification)

    def test_certification_list(self):
        self._check(certification_list)

    def test_certification_row(self):
        self._check(certification_row)

    def test_dross(self):
        self._check(dross)

    def test_flows(self):
        self._check(flows)

    def test_net_material(self):
        self._check(net_material)

    def test_period(self):
        self._check(period)

    def test_quantity(self):
        self._check(quantity)

    def test_scrap(self):
        self._check(scrap)

    def test_twin(self):
        self._check(twin)
        self._check(twin_messages)
        self._check(wording)
        self._check(twin_structure)

    def test_pack(self):
        self._check(pack_files)
        self._check(pack_index)

    def test_pdf(self):
        self._check(pdf_syntax)
        self._check(pdf_twin)

    def test_sustainability(self):
        self._check(sustainability)

    def test_upload(self):
        self._check(upload)

    def test_verify_ledger(self):
        self._check(verify_ledger)
