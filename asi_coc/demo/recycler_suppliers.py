"""Whom Oude Haven Remelting buys scrap from: its policy, due diligence and who the
suppliers are (4.3a, 7.1, 7.2).

The yard acknowledges the policy in the portal; the dismantler never does. Yard,
dismantler, plant and extruder are assessed as the year begins. The dross dealer is
assessed in February, after it answered the questionnaire: one high risk, accepted
with a mitigation that ends well in August. Its dross of February came too early to
be eligible. In September the dismantler is suspended: its order is refused.
"""

from datetime import date

from odoo import Command

from .progress import say

BEGIN = date(2025, 1, 2)
DEALER_ASKED = date(2025, 2, 10)
DEALER_ACCEPTED = date(2025, 2, 26)
DEALER_IMPROVED = date(2025, 8, 20)
SUSPENDED = date(2025, 9, 1)
ORDER_REFUSED = date(2025, 9, 3)
POLICY = {
    "anti_corruption": "Nobody at Oude Haven Remelting gives or takes bribes, and "
    "whoever supplies us does neither.",
    "responsible_sourcing": "We buy scrap whose origin is told, from suppliers who "
    "hold the permits for their sites and care for people and the environment.",
    "human_rights": "Suppliers respect human rights and look for risks to them, those "
    "of collectors and sorters above all.",
    "high_risk_areas": "We take no material that finances conflict; scrap from "
    "conflict-affected and high-risk areas is asked about before it is bought.",
}
#: Supplier: risk, unusual circumstances.
ASSESSED = {
    "yard": ("low", "None: a permitted yard, weighbridge tickets with every load."),
    "dismantler": ("medium", "Cable and machines from demolition of changing sites."),
    "plant": ("low", "None: what its CoC Document does not cover is its own offcuts."),
    "extruder": (
        "low",
        "None: offcuts of the billet we deliver, in bays of their own.",
    ),
}
#: Supplier: number in the register, legal form, operation.
IDENTITIES = {
    "yard": ("24417730", "B.V.", "yard"),
    "dross_dealer": ("0699.417.730", "B.V.", "dross"),
    "extruder": ("20417730", "B.V.", "manufacturing"),
    "plant": ("08417730", "B.V.", "manufacturing"),
}
HIGH_RISK = "human_rights"
#: What the dealer has to say no to, by the question's name.
WANTING = (
    "human_rights_policy",
    "human_rights_training",
    "labour_policy",
    "labour_training",
    "labour_wages",
)


class Suppliers:
    """What the officer sees to, and what suppliers answer."""

    def __init__(self, works):
        self.works = works
        self.policy = self.questionnaire = self.mitigation = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        for day, happen in (
            (BEGIN, self.begin),
            (DEALER_ASKED, self.ask_dealer),
            (DEALER_ACCEPTED, self.accept_dealer),
            (DEALER_IMPROVED, self.end_mitigation),
            (SUSPENDED, self.suspend_dismantler),
            (ORDER_REFUSED, self.order_in_vain),
        ):
            if day.replace(day=1) == month:
                yield day, happen

    def _officer(self):
        return self.works.acting("officer")

    # -- the year begins ---------------------------------------------------------
    def begin(self):
        """Adopt the policy, tell suppliers, and accept what is known of them."""
        self.adopt_policy()
        for key in ("yard", "dismantler"):
            self.tell(key)
        self.acknowledge("yard")
        for key in IDENTITIES:
            self.identify(key)
            self.review(key)
        for key in ASSESSED:
            self.accept(self.assess(key))
        self.works.open_loop()

    def adopt_policy(self):
        """The Management Representative adopts the policy (7.1)."""
        env = self._officer()
        draft = env["asi.coc.sourcing.policy"].create(
            {
                "scope_id": self.works.company.scope.id,
                "version": "1.0",
                "evidence_ids": [self._attach(env, "policy.txt", POLICY.values())],
                **POLICY,
            }
        )
        self.policy = draft.with_env(self.works.acting("representative"))
        self.policy.action_adopt()

    def tell(self, key):
        """Send a supplier the policy (7.1)."""
        env = self._officer()
        communication = env["asi.coc.policy.communication"].create(
            {
                "policy_id": self.policy.id,
                "partner_id": self.works.partners[key].id,
                "contact_id": self.works.portal[key].partner_id.id,
            }
        )
        communication.action_send()

    def acknowledge(self, key):
        """A supplier's own user presses the button in the portal (7.1)."""
        told = self.works.acting_for(key)["asi.coc.policy.communication"]
        told = told._find_for_portal()
        told._acknowledge(told.env.user.name, "portal")

    def identify(self, key):
        """Enter who a scrap supplier is, and review it (4.3a)."""
        env = self._officer()
        partner = self.works.partners[key].with_env(env)
        number, form, operation = IDENTITIES[key]
        extract = self._attach(env, f"Register {number}.txt", [partner.name, number])
        partner.write(
            {
                "coc_registered_name": f"{partner.name} {form}",
                "coc_registration_number": number,
                "coc_register": "Chamber of Commerce",
                "coc_register_country_id": partner.country_id.id,
                "coc_legal_form": form,
                "coc_principal_ids": [
                    Command.create(
                        {
                            "name": "Managing Director, as in the register",
                            "document": "register",
                            "identified_on": BEGIN,
                            "evidence_ids": [extract],
                        }
                    )
                ],
                "coc_place_ids": [
                    Command.create(
                        {
                            "name": partner.city,
                            "street": partner.street,
                            "city": partner.city,
                            "country_id": partner.country_id.id,
                            "operation": operation,
                        }
                    )
                ],
                "coc_identity_evidence_ids": [
                    Command.create(
                        {
                            "name": "Extract from the register",
                            "date_start": BEGIN,
                            "evidence_ids": [extract],
                        }
                    )
                ],
            }
        )

    def review(self, key):
        """The officer reviews what is on file of a supplier (4.3a)."""
        self.works.partners[key].with_env(self._officer()).action_coc_review_identity()

    # -- assessing ---------------------------------------------------------------
    def assess(self, key, risk=None, circumstances=None):
        """Assess a supplier by risk area, as usual or as said (7.2)."""
        env = self._officer()
        if not risk:
            risk, circumstances = ASSESSED[key]
        partner = self.works.partners[key]
        assessment = env["asi.coc.supplier.assessment"].create(
            {
                "scope_id": self.works.company.scope.id,
                "partner_id": partner.id,
                "circumstances": circumstances,
                "supply_ids": [
                    Command.create(
                        {
                            "material": "scrap",
                            "kind": "scrap",
                            "source": "Collected and made in the region",
                            "country_id": partner.country_id.id,
                        }
                    )
                ],
            }
        )
        assessment.risk_ids.write({"result": risk})
        return assessment

    def accept(self, assessment):
        """The officer accepts an assessment, in the officer's name (7.2)."""
        assessment.action_review()
        assessment.action_accept()

    def ask(self, key, risk, circumstances):
        """Send a supplier the questionnaire; return it (7.2)."""
        assessment = self.assess(key, risk, circumstances)
        questionnaire = assessment.env["asi.coc.questionnaire"].create(
            {
                "assessment_id": assessment.id,
                "survey_id": assessment.env.ref("asi_coc.survey_supplier").id,
                "contact_id": self.works.portal[key].partner_id.id,
            }
        )
        questionnaire.action_send()
        return questionnaire

    def ask_dealer(self):
        """The dross dealer is asked before it is assessed."""
        self.questionnaire = self.ask(
            "dross_dealer", "low", "Dross of several remelters is mixed."
        )

    def answer(self, questionnaire):
        """The supplier answers each question, with what is wanting among them."""
        # sudo: as Odoo's own page of a survey does
        participation = questionnaire.sudo().user_input_id
        participation._mark_in_progress()
        wanting = [
            participation.env.ref(f"asi_coc.question_{name}") for name in WANTING
        ]
        for question in participation.survey_id.question_ids:
            choices = question.suggested_answer_ids.sorted("sequence")
            if choices:
                given = choices.filtered(lambda one: one.value == "No")
                if question not in wanting:
                    given = choices.sorted("answer_score")[-1:]
                many = question.question_type == "multiple_choice"
                answer = str(given.id)
                participation._save_lines(question, [answer] if many else answer)
        participation._mark_done()

    def accept_dealer(self):
        """The answers are in: one high risk is mitigated, and so it is accepted.

        They propose a medium risk for human rights; the officer, who was there, judges
        that it is high.
        """
        self.answer(self.questionnaire)
        assessment = self.questionnaire.assessment_id
        area = assessment.env.ref(f"asi_coc.risk_area_{HIGH_RISK}")
        risk = assessment.risk_ids.filtered(lambda one: one.area_id == area)
        risk.write({"result": "high", "remark": "No contracts with the sorters."})
        finding = self._find(
            assessment, HIGH_RISK, "Sorters work without contracts and by the day"
        )
        self.mitigation = self._mitigate(
            finding,
            "continue",
            "Written contracts and working hours for all sorters",
            "Share of sorters with a contract",
        )
        self.accept(assessment)

    def end_mitigation(self):
        """Within six months the risk is significantly lower (7.2)."""
        self.mitigation.write(
            {
                "outcome": "improved",
                "outcome_remark": "31 of 34 sorters have contracts; seen on site.",
            }
        )
        self.mitigation.action_end()

    def suspend_dismantler(self):
        """A demolition site turns out to be nobody's: suspended (7.2)."""
        assessment = self.assess("dismantler", "high", "Origin of August's cable.")
        finding = self._find(
            assessment, "anti_corruption", "Cable of August came from a theft"
        )
        self._mitigate(
            finding,
            "suspend",
            "Origin papers for every demolition site, seen before loading",
            "Loads without origin papers",
        )

    def order_in_vain(self):
        """The buyer orders from the dismantler all the same, and is refused (7.2)."""
        works = self.works
        dismantler = works.partners["dismantler"]
        if not works.refuses(lambda: works.order(dismantler, "mixed", 500)):
            raise RuntimeError("An order to a suspended supplier passed.")

    def _find(self, assessment, area, name):
        return assessment.env["asi.coc.supplier.finding"].create(
            {
                "assessment_id": assessment.id,
                "name": name,
                "area_id": assessment.env.ref(f"asi_coc.risk_area_{area}").id,
                "result": "high",
            }
        )

    def _mitigate(self, finding, course, measure, indicator):
        mitigation = finding.env["asi.coc.supplier.mitigation"].create(
            {
                "finding_id": finding.id,
                "course": course,
                "measure": measure,
                "indicator": indicator,
                "responsible_id": finding.env.uid,
            }
        )
        mitigation.action_begin()
        say(f"            {finding.partner_id.name}: {course} ({finding.name})")
        return mitigation

    @staticmethod
    def _attach(env, name, lines):
        """Upload a file; the record it is linked to takes it over."""
        file = env["ir.attachment"].create(
            {"name": name, "raw": "\n".join(lines).encode()}
        )
        return Command.link(file.id)
