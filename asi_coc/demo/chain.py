"""The chain's year: one refinery, one smelter with casthouse, one rolling mill.

What happens, and the arithmetic behind it, is told in :mod:`.refinery`,
:mod:`.smelter` and :mod:`.mill`.
"""

from datetime import date
from operator import itemgetter

from . import companies, people, products
from .clock import calendar, months
from .mill import Mill
from .output import print_summary, write_files
from .progress import say
from .refinery import Refinery
from .smelter import Smelter

FIRST_MONTH = date(2024, 11, 1)
LAST_MONTH = date(2026, 1, 1)
#: Ended periods are closed in the first days of the next month.
CLOSING_DAY = 9


def live(env, output_folder, commit=None):
    """Live through 2025 and the end of 2024, then write files and a summary.

    Every operation goes through the methods its button calls, on its own day.
    ``commit`` is called after each month; by default it commits.
    """
    commit = commit or env.cr.commit
    with calendar() as today:
        today(date(2024, 10, 31))
        chain = Chain(env)
        commit()
        for month in months(FIRST_MONTH, LAST_MONTH):
            chain.live_month(month, today)
            commit()
    chain.extend_periods()
    commit()
    write_files(env, chain.scopes, output_folder)
    print_summary(chain.scopes)
    say(f"Logins, each its own password: {', '.join(chain.logins)}")
    return chain


class Chain:
    """The three companies and the partners around them."""

    def __init__(self, env):
        say("Setting up three companies")
        profiles = companies.ACME, companies.SMELTING_COMPANY, companies.ROLLERS
        records = [companies.create_record(env, profile) for profile in profiles]
        # Whoever logs in sees the middle of the chain first.
        every = env["res.company"].union(*records[1:], records[0])
        env = env(context={**env.context, "allowed_company_ids": every.ids})
        people.admit_administrator(env, every)
        self.people = people.create_users(env, every)
        self.products = products.create_products(env, every)
        products.create_recipes(env, self.products)
        working = [
            companies.set_up(env, record, profile, self.people["representative"])
            for record, profile in zip(records, profiles, strict=True)
        ]
        self.env = env
        self.scopes = env["asi.coc.scope"].union(*(one.scope for one in working))
        self._staff(*working)

    def _staff(self, acme, smelting_company, rollers):
        self.refinery = Refinery(
            *self._give(acme),
            mine=self._partner("Red Hills Bauxite", "C00007"),
            other_mine=self._partner("Gully Bauxite Trading"),
        )
        self.smelter = Smelter(
            *self._give(smelting_company),
            refinery=self.refinery,
            plain_supplier=self._partner("North Shore Alumina"),
            foundry=self._partner("Crystal Falls Foundry", "C00081"),
            other_mill=self._partner("Lakeside Sheet", "C00074"),
        )
        self.mill = Mill(
            *self._give(rollers),
            smelter=self.smelter,
            plain_supplier=self._partner("Metro Slab"),
            other_casthouse=self._partner("Harbour Casthouse", "C00066"),
            can_maker=self._partner("Great Lakes Cans", "C00102"),
        )

    @property
    def logins(self):
        """Logins of the people one may try the demo as."""
        return [user.login for user in self.people.values()]

    def _give(self, company):
        return self.env, company, self.people, self.products

    def _partner(self, name, certificate=None):
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        if certificate:
            companies.certify(self.env, partner, certificate, "chain_of_custody")
        return partner

    def live_month(self, month, today):
        """Let everything that is planned for ``month`` happen on its day."""
        say(f"{month:%B %Y}")
        staff = self.refinery, self.smelter, self.mill
        plan = [event for one in staff for event in one.plan(month)]
        # At the same day the upstream company goes first.
        plan += [(month.replace(day=CLOSING_DAY), lambda: self.close(month))]
        for day, happen in sorted(plan, key=itemgetter(0)):
            today(day)
            happen()

    def close(self, month):
        """Close what has ended; the mill leaves its last period open."""
        self.refinery.close_ended(month)
        self.smelter.close_ended(month)
        if month < LAST_MONTH:
            self.mill.close_ended(month)

    def extend_periods(self):
        """Have a period for today, so that visitors can try things out."""
        today = date.today()
        closings = self.env["asi.coc.closing"]
        for scope in self.scopes:
            last = scope.period_ids.sorted("date_start")[-1:]
            while last.date_end < today:
                last = closings._create_next(last)
