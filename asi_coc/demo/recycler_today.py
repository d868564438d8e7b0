"""What waits today at Oude Haven Remelting.

A few days ago, or since the running period began, the yard was assessed anew, and
the dismantler, still suspended, was sent the questionnaire: it may come back. Today
500 t of post-consumer scrap, 450 t of aluminium, came from the yard and wait to be
assessed; until then they are Non-CoC. The heat treatment owes its statement of the last
quarter of 2025, and the dismantler has not acknowledged the policy.
"""

from datetime import timedelta

from .progress import say
from .recycler_works import PORTAL_LOGINS

RECEIVED = 500


class RecyclersToday:
    """The recycler's latest days, up to the load of today."""

    def __init__(self, works, today):
        self.works = works
        self.today = today
        self.receipt = None

    def plan(self):
        """Yield ``(day, what happens)``; a period that has just begun has it all."""
        periods = self.works.company.scope.period_ids
        running = periods.filtered(
            lambda period: period.date_start <= self.today <= period.date_end
        )
        yield max(running.date_start, self.today - timedelta(days=4)), self.look_again

    def look_again(self):
        """Assess the yard anew, and ask whom we may buy from again (7.2)."""
        suppliers = self.works.suppliers
        suppliers.review("yard")
        suppliers.accept(suppliers.assess("yard"))
        suppliers.ask(
            "dismantler",
            "medium",
            "Every site has papers since the suspension, it says.",
        )

    def leave_work(self):
        """Leave a load to assess, a questionnaire and a statement to answer."""
        works = self.works
        order = works.order(works.partners["yard"], "post", RECEIVED)
        self.receipt = works.receive(order)
        say(f"Waiting at {works.company.record.name}:")
        say(f"    receipt {self.receipt.name}, with scrap to assess")
        say(f"    a questionnaire and the policy, for {PORTAL_LOGINS['dismantler']}")
        say(f"    a contractor's statement, for {PORTAL_LOGINS['homogeniser']}")
