"""Complaints that come in, and what becomes of them (7.3).

In May 2025 somebody who sorts for Sluis Dross Trading complains to Oude Haven
Remelting by the public form, and gives no name: it is looked into, partly
substantiated, and closed in July. In September a letter to The 1886 Smelting Company
doubts a CoC Document: the concern is brought to ASI's attention, and nothing is found.
A few days ago a neighbour of a supplier wrote to the smelter; that one waits.
"""

from datetime import date, timedelta

from .files import attach_pdf
from .smelter import CASTHOUSE

SORTER = {
    "concern": "We sort dross by the day. Overtime of April was not paid, and who "
    "asked for it was not called again.",
    "happened": "April 2025",
    "place": "Krabbedijk, Antwerp",
    "who": "Sluis Dross Trading",
    "relation": "contractor",
}
DOUBT = (
    "We read that your smelter bought alumina without certificate in summer. Is the "
    "slab of this CoC Document ASI Aluminium at all?"
)
NEIGHBOUR = {
    "concern": "Residue of the refinery runs into the bay where we fish. You buy "
    "alumina there; what do you ask of them?",
    "happened": "Since the rains of autumn",
    "place": "Bay of Sept-Îles",
    "who": "North Shore Alumina",
    "relation": "neighbour",
}
#: So long ago the complaint that waits came in.
WAITS_SINCE = timedelta(days=2)


class Complaints:
    """The complaints to one company, and who handles them."""

    def __init__(self, works):
        self.works = works
        self.complaint = None

    def _get_events(self):
        """Return ``(day, what happens)`` for all that happens."""
        return ()

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        for day, happen in self._get_events():
            if day.replace(day=1) == month:
                yield day, happen

    def _officer(self):
        return self.works.acting("officer")

    def file(self, key, values):
        """Send the public form, as a visitor does."""
        env = self.works.acting("officer")
        env = env(user=env.ref("base.public_user").id)
        scope = env["asi.coc.scope"]._find_for_complaints(self.works.company.scope.id)
        register = env["asi.coc.complaint"]
        token, _is_kept = register._file_from_form(scope, key, values, [])
        self._take(register._find_by_token(token))

    def _take(self, complaint):
        self.complaint = complaint.with_env(self._officer())

    def acknowledge(self):
        """Confirm the receipt."""
        self.complaint.action_acknowledge()

    def admit(self, reason):
        """Admit the complaint, and begin to look into it."""
        self.complaint.admissibility_reason = reason
        self.complaint.action_admit()
        self.complaint.action_investigate()

    def note(self, kind, what, evidence):
        """Enter a step of the investigation, with a file."""
        env = self.complaint.env
        env["asi.coc.complaint.log"].create(
            {
                "complaint_id": self.complaint.id,
                "date": self.works.company.scope._get_today(),
                "kind": kind,
                "what": what,
                "evidence_ids": [attach_pdf(env, evidence, [what])],
            }
        )

    def decide(self, outcome, decision, answer, remedy=""):
        """Decide, and answer."""
        self.complaint.write(
            {
                "outcome": outcome,
                "decision": decision,
                "remedy": remedy,
                "answer": answer,
            }
        )
        self.complaint.action_decide()
        self.complaint.action_answer()

    def close(self):
        """Nobody appealed: closed."""
        self.complaint.action_close()


class SortersComplaint(Complaints):
    """Overtime at the dross dealer's, at Oude Haven Remelting."""

    def _get_events(self):
        return (
            (date(2025, 5, 12), self.receive),
            (date(2025, 5, 14), self.acknowledge),
            (date(2025, 5, 20), self.look_into),
            (date(2025, 6, 3), self.visit),
            (date(2025, 6, 30), self.settle),
            (date(2025, 8, 1), self.close),
        )

    def receive(self):
        """It comes in by the public form; nobody knows from whom."""
        self.file("sorter", SORTER)

    def look_into(self):
        """It is about a supplier, and about a risk that is being mitigated."""
        area = self.complaint.env.ref("asi_coc.risk_area_human_rights")
        supplier = self.works.partners["dross_dealer"]
        self.complaint.write({"area_id": area.id, "supplier_id": supplier.id})
        self.admit("Pay of those who sort what we buy falls under our policy (7.1c).")

    def visit(self):
        """The officer goes there."""
        self.note(
            "visit",
            "Pay slips of April seen: overtime of nine sorters was not paid.",
            "Notes of a visit on site",
        )

    def settle(self):
        """The dealer pays; the mitigation that runs takes it in."""
        self.decide(
            "partly",
            "Overtime was not paid. That anybody was not called again for asking does "
            "not show.",
            "You were right on the overtime: it was paid in June. We found no sign "
            "that somebody lost work for asking; tell us if you know of one.",
            "Sluis Dross Trading paid on 20 June; working hours are in the contracts "
            "that are being made.",
        )


class DoubtedDocument(Complaints):
    """A concern about CoC Material, at The 1886 Smelting Company."""

    def _get_events(self):
        return (
            (date(2025, 9, 8), self.receive),
            (date(2025, 9, 9), self.acknowledge),
            (date(2025, 9, 12), self.look_into),
            (date(2025, 9, 15), self.forward),
            (date(2025, 9, 24), self.trace),
            (date(2025, 10, 1), self.settle),
            (date(2025, 11, 3), self.close),
        )

    def receive(self):
        """A letter names the latest CoC Document of the casthouse."""
        env = self._officer()
        document = env["asi.coc.document"].search(
            [
                ("scope_id", "=", self.works.company.scope.id),
                ("direction", "=", "issued"),
                ("customer_id", "=", self.works.other_mill.id),
            ],
            order="date desc, id desc",
            limit=1,
        )
        self._take(
            env["asi.coc.complaint"].create(
                {
                    "scope_id": self.works.company.scope.id,
                    "channel": "letter",
                    "concern": DOUBT,
                    "document_number": document.name,
                    "relation": "customer",
                }
            )
        )

    def look_into(self):
        """It questions CoC Material."""
        self.admit("The document is ours, and the concern names facts.")

    def forward(self):
        """Bring the concern to ASI's attention."""
        self.complaint.asi_reference = "CM-2025-17"
        self.complaint.action_forward()

    def trace(self):
        """Follow the lot back to what went into the smelter."""
        period = self.works.company.scope.period_ids.filtered(
            lambda one: one.date_start <= date(2025, 8, 31) <= one.date_end
        )
        balance = period.balance_ids.filtered(
            lambda one: one.activity_id.code == CASTHOUSE
        )
        share = round(balance.inflow_percentage)
        self.note(
            "records",
            f"Slab of the document followed back to the period's inputs: {share} % of "
            "what the casthouse took in was CoC Material, and no more than its share "
            "has left.",
            "Balance of the casthouse",
        )

    def settle(self):
        """Both kinds of alumina went in; no more than the share came out as CoC."""
        self.decide(
            "unsubstantiated",
            "Uncertified alumina was bought, as the accounts say; what left as CoC "
            "Material is covered by certified alumina.",
            "We do buy alumina without certificate, and account for it. The mass on "
            "the document is covered by certified alumina of the period.",
        )


class LatestComplaint(Complaints):
    """What came in a few days ago, at The 1886 Smelting Company."""

    def __init__(self, works, today):
        super().__init__(works)
        self.today = today

    def _get_events(self):
        return ((self.today - WAITS_SINCE, self.receive),)

    def receive(self):
        """It comes in by the public form, and is to be acknowledged."""
        self.file("neighbour", NEIGHBOUR)
