"""The year of the works: set up, live it day by day, close, and show the result."""

import resource
from datetime import timedelta

import freezegun

from .. import people
from ..clock import calendar
from ..progress import say
from . import plan, site
from .output import print_summary, write_files
from .works import Works


def live(env, output_folder, days=plan.LONGEST, commit=None):
    """Live through ``days`` days, close the period, write files, print a summary.

    ``commit`` is called after each day; by default it commits.
    """
    commit = commit or env.cr.commit
    with calendar() as turn_to:
        turn_to(plan.FIRST_DAY - timedelta(days=1))
        year = Year(env, days)
        commit()
        started = _get_seconds()
        for day in plan.get_days(days):
            turn_to(day.date)
            year.works.live(day)
            commit()
            # What yesterday's orders left in the cache is not needed any more.
            env.invalidate_all()
            _tell(day, days, started)
        year.seconds_lived = _get_seconds() - started
        turn_to(day.date + timedelta(days=1))
        year.close()
        commit()
    write_files(env, year.period, output_folder)
    commit()
    print_summary(year, days)
    return year


class Year:
    """The works, its scope and its one Material Accounting Period."""

    def __init__(self, env, days):
        say(f"Setting up {site.NAME}")
        self.env = env
        record = site.create_record(env)
        people.admit_administrator(env, record)
        env = env(context={**env.context, "allowed_company_ids": record.ids})
        staff = people.create_users(env, record)
        company = site.set_up(env, record, staff["representative"], days)
        products = site.create_products(env, record)
        series_types = site.create_series(env, company.warehouses["smelter"])
        self.works = Works(
            env,
            company,
            staff,
            products,
            partners=site.create_partners(env),
            series_types=series_types,
            recipes=site.create_recipes(env, record, products, series_types),
        )
        self.scope = company.scope
        self.period = company.scope.period_ids
        self.seconds_lived = 0

    def close(self):
        """Check for drift, then let the officer close the period (8.2)."""
        say("Checking for drift, reconciling and closing")
        self.scope.with_env(self.works.acting("officer")).action_check_drift()
        self.period.with_env(self.works.acting("officer")).action_close()


def _tell(day, days, started):
    """Say how far it is, at the end of each month and of the first day."""
    lived = day.number + 1
    if lived == 1 or lived == days or (day.date + timedelta(days=1)).day == 1:
        seconds = _get_seconds() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        left = seconds / lived * (days - lived)
        say(
            f"{day.date:%d %B %Y}: {lived} of {days} days in {seconds:,.0f} s, "
            f"about {left:,.0f} s left; {memory:,} MB"
        )


def _get_seconds():
    # The calendar stops every other clock.
    return freezegun.api.real_perf_counter()
