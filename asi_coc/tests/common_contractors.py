from .common import CocCase
from .common_books import BooksMixin
from .common_partners import ContractorMixin


class ContractorBase(ContractorMixin, BooksMixin, CocCase):
    """A rolling contractor whose site is a facility: post-casthouse, like the mill.

    The warehouse's stock serves the casthouse. What is sent is an intra-entity flow
    while the contractor is in the scope.
    """

    #: Days on which the risk is accepted from the start; none for a draft.
    accepted = ("2019-01-01", "2029-12-31")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility(cls, "Casthouse").storage_location_ids = cls.stock
        cls._create_contractor()
        cls._create_site()
        cls.contractor_facility = cls.env["asi.coc.facility"].create(
            {
                "name": "Rolling Contractor's Hall",
                "scope_id": cls.scope.id,
                "activity_id": cls._activity("post_casthouse").id,
                "location_id": cls.site.id,
                "contractor_id": cls.contractor.id,
            }
        )
        cls.slab.route_ids = cls.resupply_route

    @classmethod
    def _create_contractor_record(cls):
        since, until = cls.accepted or (None, None)
        cls.contractor_record = cls.record_contractor(cls.contractor, since, until)

    def accept(self, **values):
        """Have the contractor's risk assessed and accepted now."""
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.contractor_record.id,
                "assessed_on": self.scope._get_today(),
                "findings": "Coils are tagged and kept apart.",
                "result": "acceptable",
                **values,
            }
        )
        assessment.action_accept()
        return assessment

    def send(self, tonnes=9, claimed=0):
        """Receive slab, order coil and send the slab: both transfers."""
        self.receive(self.slab, tonnes * 10 / 9, claimed=claimed, place=self.stock)
        return self.have_coil_made(tonnes)

    def orders_of(self, receipt):
        return receipt.move_ids._get_subcontract_production()

    def crossings(self):
        """Return ``{(day, flow, product): mass}`` of stock that joined or left."""
        masses = {}
        for entry in self.env["asi.coc.entry"].search(
            [("contractor_id", "!=", False), ("product_id", "!=", False)]
        ):
            self.assertEqual(entry.status, "non_coc")
            key = (str(entry.date), entry.flow, entry.product_id.name)
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return {key: mass for key, mass in masses.items() if mass}

    def check_no_drift(self):
        """Posting again posts nothing; stock and ledger agree (8.1)."""
        self.scope.action_check_drift()
        drift = self.env["asi.coc.drift"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "found")]
        )
        self.assertEqual(drift.mapped("display_name"), [])
        for period in self.scope.period_ids:
            rows = period._reconcile()
            self.assertEqual(rows.mapped("display_name"), [])
        before = self.count_entries()
        self.contractor_record._post_crossings()
        self.assertEqual(self.count_entries(), before)
