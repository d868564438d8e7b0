"""A smelter with casthouses on its way to certification.

Its certification audit is in February 2025, with one minor non-conformance: which
records are kept was not stated (1.6). It is certified from 15 October on and ships
nothing as CoC Material before the year ends: its year is zero throughout, and is
reported as zero.
"""

from datetime import date

from .audit_findings import FINDINGS
from .companies import Profile, Site, certify
from .operations import Operations

BAIHE = Profile(
    name="Qinghai Baihe Aluminium Co., Ltd",
    certificate="458",
    performance_certificate="P0458",
    street="Ganhe Industrial Park",
    city="Xining, Qinghai",
    state="",
    country="base.cn",
    tz="Asia/Shanghai",
    responsible="",
    function="",
    statement="",
    statement_name="",
    sites=(
        Site("Smelter", "ELE", "smelting", 0.52),
        Site("Casthouse", "CAS", "casthouse", 1),
    ),
    periods=((date(2025, 1, 1), date(2025, 12, 31)),),
    member_since=date(2023, 2, 1),
)
CERTIFIED_FROM, CERTIFIED_UNTIL = date(2025, 10, 15), date(2028, 10, 14)
FIRST_AUDIT_DAY, LAST_AUDIT_DAY = date(2025, 2, 12), date(2025, 2, 13)
REPORT_DAY = date(2025, 3, 5)
CORRECTED, VERIFIED = date(2025, 4, 28), date(2025, 7, 30)
SITE = "Ganhe Industrial Park, Xining, Qinghai, China"
AUDIT = {
    "audit_type": "initial",
    "audit_firm": "SGS-CSTC Standards Technical Services",
    "date_start": FIRST_AUDIT_DAY,
    "date_end": LAST_AUDIT_DAY,
    "member_name": "QINGHAI BAIHE ALUMINIUM CO., LTD",
    "certification_scope": "Manufacture and production of Liquid Aluminium and "
    "Aluminium ingots at Qinghai Baihe Aluminium Co., Ltd, Qinghai Province, China.",
    "audit_scope": "The Audit Scope included the production of Liquid Aluminium and "
    f"Aluminium ingot at {SITE}.\n\nThe supply chain activities included in the Audit "
    "Scope:\n• Aluminium Smelting\n• Casthouses\n\nAll relevant Criteria in the ASI "
    "Chain of Custody Standard were included in the Audit Scope.",
    "entity_overview": "Qinghai Baihe Aluminum Co., Ltd (the 'Entity') was established "
    "in 1997, employs over 3,350 people and has a registered capital of 4.82 billion "
    "RMB. It is located in Ganhe Industrial Park, Xining City, Qinghai Province, China "
    "and is a wholly owned subsidiary of Qinghai Province Investment Group Co., "
    "Ltd.\n\n"
    "The Entity produces Liquid Aluminium and Aluminium Ingots with approximately "
    "680,000 tonnes of annual production of saleable products. It has a total capacity "
    "of 700,000 tonnes of electrolytic Aluminium with 876 sets of prebaked anode "
    "electrolytic cells, including 312 sets of 240 series electrolytic cells with a "
    "capacity of 200,000 tonnes and 564 sets of 330 series electrolytic cells with a "
    "capacity of 500,000 tonnes. It is the largest electrolytic Aluminium production "
    "base in Qinghai Province, China.\n\n"
    "Other ancillary infrastructure on-site includes on-site accommodation, "
    "administrative offices, casting, anode baking, maintenance, purification, power "
    "room, quality inspection centre, warehouse and a comprehensive service centre. "
    "Nearby sensitive receptors include the Kumbum Monastery, a religious shrine "
    "approximately 10 kilometres away and under protection.",
}
OUTCOME = {
    "submitted_on": REPORT_DAY,
    "outcome": "certification",
    "systems_maturity": "medium",
    "risks_maturity": "medium",
    "performance_maturity": "medium",
    "overall_maturity": "medium",
}
GRANTED = {
    "certification_start": CERTIFIED_FROM,
    "certification_end": CERTIFIED_UNTIL,
    "certificate_number": BAIHE.certificate,
    "next_audit_type": "surveillance",
    "next_audit_due": date(2026, 4, 14),
}


class Auditee(Operations):
    """Qinghai Baihe Aluminium."""

    def __init__(self, *args):
        super().__init__(*args)
        self.audit = self.corrective_action = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        events = (
            (FIRST_AUDIT_DAY, self.be_audited),
            (REPORT_DAY, self.receive_report),
            (CORRECTED, self.correct),
            (VERIFIED, self.verify_correction),
            (CERTIFIED_FROM, self.be_certified),
        )
        for day, happen in events:
            if day.replace(day=1) == month:
                yield day, happen

    def be_audited(self):
        """The auditors come: one finding per criterion is to be rated."""
        self.audit = self.acting("officer")["asi.coc.audit"].create(
            {"scope_id": self.company.scope.id, **AUDIT}
        )
        self.audit.action_start()

    def receive_report(self):
        """The officer enters what the certification body's report says."""
        for finding in self.audit.finding_ids:
            rating, comment = FINDINGS[finding.criterion_id.code]
            finding.write({"rating": rating, "comment": comment})
        self.audit.write(OUTCOME)
        self.audit.action_report()
        self.corrective_action = self.acting("officer")[
            "asi.coc.corrective.action"
        ].create(
            {
                "name": "List the records to keep",
                "finding_id": self.audit.finding_ids.filtered(
                    lambda one: one.rating == "minor"
                ).id,
                "responsible_id": self.people["officer"].id,
                "date_due": date(2025, 4, 30),
                "root_cause": "The management procedure states for how long records "
                "are retained, not which ones.",
                "action": "A register of record classes: which record proves which "
                "criterion, where it is kept, for how long, and by whom.",
            }
        )

    def correct(self):
        """The corrective action is carried out."""
        self.corrective_action.done_on = CORRECTED
        self.corrective_action.action_done()

    def verify_correction(self):
        """An internal check finds every record of the register."""
        self.corrective_action.effectiveness = (
            "Each class of the register was looked up; all records were found."
        )
        self.corrective_action.action_verify()

    def be_certified(self):
        """The certificate is there; from now on the ledger follows stock moves."""
        certificate = certify(
            self._env,
            self.company.partner,
            BAIHE.certificate,
            "chain_of_custody",
            [site.activity for site in BAIHE.sites],
            CERTIFIED_FROM,
            CERTIFIED_UNTIL,
        )
        scope = self.acting("representative")["asi.coc.scope"].browse(
            self.company.scope.id
        )
        scope.certificate_id = certificate
        scope.action_activate()
        self.audit.write(GRANTED)
