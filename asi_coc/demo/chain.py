"""The chain's year: one refinery, one smelter with casthouse, one rolling mill; and
beside them a remelter with casthouse, and a smelter on its way to certification.

What happens, and the arithmetic behind it, is told in :mod:`.refinery`,
:mod:`.smelter`, :mod:`.mill`, :mod:`.recycler` and :mod:`.auditee`; :mod:`.lately`
leads from there to today. How the five are managed is told in :mod:`.management`,
:mod:`.diligence`, :mod:`.mill_management` and :mod:`.complaints`. The year-end of 2025
is left to whoever signs in: the last period is open, and the report to ASI is a draft.
"""

from datetime import date, timedelta
from operator import itemgetter

from . import companies, people, products, recycler_cash, recycler_works
from .auditee import BAIHE, CORRECTED, Auditee
from .clock import calendar, get_day, months
from .complaints import DoubtedDocument, LatestComplaint, SortersComplaint
from .diligence import Diligence
from .lately import Campaign
from .management import Management
from .mill import Mill
from .mill_management import MillManagement
from .output import print_summary, write_files
from .progress import say
from .recycler import Recycler
from .recycler_today import RecyclersToday
from .refinery import Refinery
from .smelter import Smelter

FIRST_MONTH = date(2024, 11, 1)
LAST_MONTH = date(2026, 1, 1)
#: Ended periods are closed in the first days of the next month.
CLOSING_DAY = 9
#: What Odoo does each night is seen on one day of these months: the drafts of reports
#: to ASI, and that they are due; and how ready each company is.
FOLLOWED = {1: 12, 4: 1, 7: 1}


def live(env, output_folder, commit=None):
    """Live through 2025 and the end of 2024, then from there to today.

    Every operation goes through the methods its button calls, on its own day.
    ``commit`` is called after each month; by default it commits. At the end
    files are written and a summary is printed.
    """
    commit = commit or env.cr.commit
    today = get_day(companies.SMELTING_COMPANY.tz)
    with calendar() as turn_to:
        turn_to(date(2024, 10, 31))
        chain = Chain(env)
        commit()
        for month in months(FIRST_MONTH, LAST_MONTH):
            chain.live_month(month, turn_to)
            commit()
        chain.catch_up(today, turn_to)
        commit()
    chain.campaign.leave_work()
    chain.recyclers_today.leave_work()
    chain.follow_readiness()
    commit()
    say("Printing CoC Documents")
    for document in env["asi.coc.document"]._get_unprinted():
        document._print_or_note()
        commit()
    write_files(env, chain.scopes, output_folder)
    print_summary(chain.scopes)
    say(f"Logins, each its own password: {', '.join(chain.logins)}")
    return chain


class Chain:
    """The five companies and the partners around them."""

    def __init__(self, env):
        say("Setting up five companies")
        profiles = (
            companies.ACME,
            companies.SMELTING_COMPANY,
            companies.ROLLERS,
            recycler_works.RECYCLER,
        )
        records = [
            companies.create_record(env, profile) for profile in (*profiles, BAIHE)
        ]
        # Whoever logs in sees the middle of the chain first.
        every = env["res.company"].union(*records[1:], records[0])
        env = env(context={**env.context, "allowed_company_ids": every.ids})
        people.admit_administrator(env, every)
        self.people = people.create_users(env, every)
        self.products = products.create_products(env, every - records[3] - records[4])
        products.create_recipes(env, self.products)
        working = [
            companies.set_up(env, record, profile, self.people["representative"])
            for record, profile in zip(records, profiles, strict=False)
        ]
        candidate = companies.prepare(
            env, records[4], BAIHE, self.people["representative"]
        )
        self.env = env
        self.scopes = env["asi.coc.scope"].union(*(one.scope for one in working))
        self._staff(*working[:3])
        self.recycler = self._staff_recycler(working[3])
        self.auditee = Auditee(env, candidate, self.people, self.products)
        self.scopes += candidate.scope
        self.staff = (
            self.refinery,
            self.smelter,
            self.mill,
            self.recycler,
            self.auditee,
        )
        self._appoint()
        self.campaign = self.recyclers_today = self.latest_complaint = None

    def _appoint(self):
        """Say who manages what."""
        self.mill_management = MillManagement(self.mill)
        self.complaints = (
            SortersComplaint(self.recycler),
            DoubtedDocument(self.smelter),
        )
        self.diligence = tuple(
            Diligence(one)
            for one in (self.refinery, self.smelter, self.mill, self.auditee)
        )
        self.management = (
            *(Management(one) for one in self.staff[:-1]),
            Management(self.auditee, revised=CORRECTED),
            self.mill_management,
            *self.complaints,
            *self.diligence,
        )

    def _staff_recycler(self, company):
        partners = recycler_works.create_partners(self.env)
        goods = recycler_works.create_products(self.env, company.record)
        recycler_works.create_recipes(self.env, company, goods, partners)
        recycler_works.set_up_contractors(self.env, company, goods, partners)
        return Recycler(
            self.env,
            company,
            self.people,
            goods,
            partners=partners,
            portal=recycler_works.create_portal_users(
                self.env, company.record, partners
            ),
            journals=recycler_cash.open_books(self.env, company),
        )

    def _staff(self, acme, smelting_company, rollers):
        self.refinery = Refinery(
            *self._give(acme),
            mine=self._partner("Red Hills Bauxite"),
            other_mine=self._partner("Gully Bauxite Trading"),
        )
        self.smelter = Smelter(
            *self._give(smelting_company),
            refinery=self.refinery,
            plain_supplier=self._partner("North Shore Alumina"),
            foundry=self._partner("Crystal Falls Foundry"),
            other_mill=self._partner("Lakeside Sheet"),
        )
        self.mill = Mill(
            *self._give(rollers),
            smelter=self.smelter,
            plain_supplier=self._partner("Metro Slab"),
            other_casthouse=self._partner("Harbour Casthouse"),
            can_maker=self._partner("Great Lakes Cans"),
        )

    @property
    def logins(self):
        """Logins of the people one may try the demo as."""
        users = [*self.people.values(), *self.recycler.portal.values()]
        return [user.login for user in users]

    def _give(self, company):
        return self.env, company, self.people, self.products

    def _partner(self, name):
        return companies.create_partner(self.env, name)

    def live_month(self, month, turn_to):
        """Let everything that is planned for ``month`` happen on its day."""
        say(f"{month:%B %Y}")
        # At the same day the upstream company goes first.
        plan = [event for one in self.staff for event in one.plan(month)]
        plan += self._plan_management(month)
        plan += [(month.replace(day=CLOSING_DAY), lambda: self.close(month))]
        for day, happen in sorted(plan, key=itemgetter(0)):
            turn_to(day)
            happen()

    def _plan_management(self, month):
        """Yield ``(day, what happens)`` of the management systems in a month."""
        for one in self.management:
            yield from one.plan(month)
        if month.month in FOLLOWED:
            day = month.replace(day=FOLLOWED[month.month])
            yield day, self.follow_reports
            yield day, self.follow_readiness

    def catch_up(self, today, turn_to):
        """Manage on, and let the smelter's last campaign happen."""
        say(f"From then to {today:%d %B %Y}")
        self.extend_periods(today)
        self.campaign = Campaign(
            self.smelter,
            self._partner("Southport Alumina"),
            today,
        )
        self.recyclers_today = RecyclersToday(self.recycler, today)
        self.latest_complaint = LatestComplaint(self.smelter, today)
        plan = [*self.campaign.plan(), *self.recyclers_today.plan()]
        for one in (self.mill_management, *self.diligence):
            plan += one.plan_until(today)
        for month in months(LAST_MONTH, today):
            plan += self.latest_complaint.plan(month)
            if month > LAST_MONTH:
                plan += self._plan_management(month)
        for day, happen in sorted(plan, key=itemgetter(0)):
            if day <= today:
                turn_to(day)
                happen()

    def close(self, month):
        """Close what has ended, but leave the year-end of 2025."""
        if month < LAST_MONTH:
            for one in self.staff:
                one.close_ended(month)

    def follow_reports(self):
        """Make the drafts of reports to ASI and remind of them (1.7)."""
        self.env["asi.coc.annual.report"]._cron_follow()

    def follow_readiness(self):
        """Work out how ready each company is, for the trend."""
        for scope in self.scopes.filtered(lambda one: one.state != "draft"):
            self.env["asi.coc.readiness"]._refresh(scope)
            self.env["asi.coc.readiness.trend"]._record(scope)

    def extend_periods(self, today):
        """Have a period for today, and for those who come back in a month."""
        closings = self.env["asi.coc.closing"]
        for scope in self.scopes:
            last = scope.period_ids.sorted("date_start")[-1:]
            while last.date_end < today + timedelta(days=31):
                last = closings._create_next(last)
