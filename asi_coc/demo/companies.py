"""The three companies as the guidance's figures 11 and 12 name them, each with
its warehouses, facilities, scope and Material Accounting Periods.
"""

from dataclasses import dataclass, field
from datetime import date

from odoo import Command

from .people import create_responsible

CERTIFIED_FROM = date(2023, 7, 1)
CERTIFIED_UNTIL = date(2029, 6, 30)


@dataclass(frozen=True)
class Site:
    """A facility, with a warehouse of its own."""

    name: str
    code: str
    activity: str
    declared_yield: float


@dataclass(frozen=True)
class Profile:
    """What is known of a company before the year begins."""

    name: str
    certificate: str
    street: str
    city: str
    state: str
    country: str
    tz: str
    responsible: str
    function: str
    statement: str
    statement_name: str
    sites: tuple[Site, ...]
    periods: tuple[tuple[date, date], ...]
    policy: str = "strict"
    currency: str = ""
    member_since: date = date(2022, 3, 1)
    performance_certificate: str = ""


@dataclass
class Company:
    """A company of the chain, ready to work."""

    record: object
    scope: object
    warehouses: dict = field(default_factory=dict)

    @property
    def partner(self):
        """The company as its customers and suppliers know it."""
        return self.record.partner_id


ACME = Profile(
    name="Acme Alumina",
    certificate="C00015",
    street="1000 Element Rd",
    city="Peel",
    state="base.state_au_8",
    country="base.au",
    tz="Australia/Perth",
    responsible="Jan Rogers",
    function="VP Sales",
    statement="Acme Alumina is certified to ISO14001. Our responsible sourcing "
    "policy is available at www.acmenalumina.com/responsiblesourcing/",
    statement_name="ISO 14001 and responsible sourcing policy",
    sites=(Site("Alumina Refinery", "REF", "alumina_refining", 0.4),),
    periods=(
        (date(2024, 1, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 12, 31)),
    ),
)
SMELTING_COMPANY = Profile(
    name="The 1886 Smelting Company",
    certificate="C00037",
    street="2 Hall-Heroult Avenue",
    # Odoo would print the province as QC; figures 11 and 12 spell it out.
    city="Crystal Falls, Quebec",
    state="",
    country="base.ca",
    tz="America/Toronto",
    responsible="Pierre Thiebault",
    function="Receiving Department",
    statement="Our responsible sourcing policy is available at "
    "www.1886melturing.com/responsiblesourcing/",
    statement_name="Responsible sourcing policy",
    sites=(
        Site("Smelter", "SML", "smelting", 0.52),
        Site("Casthouse", "CST", "casthouse", 0.980392),
    ),
    periods=(
        (date(2024, 7, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 12, 31)),
    ),
)
ROLLERS = Profile(
    name="Rollers United",
    certificate="C00059",
    street="Lot 1100, Metals Park",
    city="Dearborn",
    state="base.state_us_35",
    country="base.us",
    tz="America/Detroit",
    responsible="Matthew Johnson",
    # Figure 12 gives no function.
    function="",
    statement="",
    statement_name="",
    sites=(Site("Rolling Mill", "MIL", "post_casthouse", 0.8),),
    periods=(
        (date(2024, 10, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 10, 1), date(2025, 12, 31)),
    ),
    # A manager may let confirmed orders of certified suppliers count (8.2).
    policy="short_term_negative",
)
#: Suppliers and customers: street, city, country, and the certificate of some.
PARTNERS = {
    "Red Hills Bauxite": ("12 Haul Road", "Dwellingup", "au", "C00007"),
    "Gully Bauxite Trading": ("8 Quay Street", "Gladstone", "au", ""),
    "North Shore Alumina": ("31 Harbour Road", "Sept-Îles, Quebec", "ca", ""),
    "Southport Alumina": ("6 Wharf Street", "Saint John", "ca", "C00029"),
    "Crystal Falls Foundry": ("5 Foundry Lane", "Crystal Falls", "ca", "C00081"),
    "Lakeside Sheet": ("77 Lake Shore Drive", "Hamilton", "ca", "C00074"),
    "Metro Slab": ("400 River Street", "Toledo", "us", ""),
    "Harbour Casthouse": ("2 Pier Road", "Baltimore", "us", "C00066"),
    "Great Lakes Cans": ("90 Bottling Way", "Milwaukee", "us", "C00102"),
}
#: What the certificates of these cover.
ACTIVITIES = {
    "Red Hills Bauxite": ("bauxite_mining",),
    "Southport Alumina": ("alumina_refining",),
    "Crystal Falls Foundry": ("remelting_refining", "casthouse"),
    "Lakeside Sheet": ("post_casthouse",),
    "Harbour Casthouse": ("casthouse",),
    "Great Lakes Cans": ("post_casthouse",),
}


def create_partner(env, name):
    """Create one of the chain's suppliers and customers."""
    street, city, country, certificate = PARTNERS[name]
    partner = env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "street": street,
            "city": city,
            "country_id": env.ref(f"base.{country}").id,
        }
    )
    if certificate:
        certify(env, partner, certificate, "chain_of_custody", ACTIVITIES[name])
    return partner


def create_record(env, profile):
    """Create the company itself."""
    values = {
        "name": profile.name,
        "street": profile.street,
        "city": profile.city,
        "state_id": env.ref(profile.state).id if profile.state else False,
        "country_id": env.ref(profile.country).id,
    }
    if profile.currency:
        currency = env.ref(profile.currency)
        currency.active = True
        values["currency_id"] = currency.id
        # Odoo would install e-invoicing of the European Union, with what it needs.
        env = env(context={**env.context, "install_mode": True})
    return env["res.company"].create(values)


def set_up(env, record, profile, representative):
    """Give the company its warehouses and its active scope."""
    company = prepare(env, record, profile, representative)
    responsible = create_responsible(env, record, profile.responsible, profile.function)
    company.scope.write(
        {
            "certificate_id": certify(
                company.scope.env,
                record.partner_id,
                profile.certificate,
                "chain_of_custody",
                [site.activity for site in profile.sites],
            ).id,
            "responsible_id": responsible.id,
        }
    )
    if profile.statement:
        _create_statement(company.scope.env, company.scope, profile)
    company.scope.with_user(representative).action_activate()
    return company


def prepare(env, record, profile, representative):
    """Give the company its warehouses and a scope that is not certified yet."""
    env = env(context={**env.context, "allowed_company_ids": record.ids})
    warehouses = _create_warehouses(env, record, profile)
    scope = env["asi.coc.scope"].create(
        {
            "name": profile.name,
            "company_id": record.id,
            "membership_class": "production_transformation",
            "member_since": profile.member_since,
            "representative_ids": [Command.set(representative.ids)],
            "responsible_id": representative.id,
            "availability_policy": profile.policy,
            "tz": profile.tz,
            "facility_ids": _prepare_facilities(env, record, profile, warehouses),
        }
    )
    env["asi.coc.period"].create(
        [
            {"scope_id": scope.id, "date_start": start, "date_end": end}
            for start, end in profile.periods
        ]
    )
    return Company(record, scope, warehouses)


def _create_statement(env, scope, profile):
    """Put the figure's statement on every document, with its evidence (9.4)."""
    env["asi.coc.supplementary.statement"].create(
        {
            "name": profile.statement_name,
            "text": profile.statement,
            "scope_id": scope.id,
            "evidence_ids": [
                Command.create(
                    {
                        "name": f"{profile.statement_name}.txt",
                        "raw": f"{profile.name}: {profile.statement}".encode(),
                    }
                )
            ],
        }
    )


def certify(
    env,
    partner,
    number,
    standard,
    activities,
    first=CERTIFIED_FROM,
    last=CERTIFIED_UNTIL,
):
    """Record an ASI certificate, for every company of the database to see.

    Whoever records it has just looked it up (10.3).
    """
    certificate = env["asi.coc.certificate"].create(
        {
            "number": number,
            "partner_id": partner.id,
            "standard": standard,
            "supply_chain_activity_ids": [
                Command.set(
                    [env.ref(f"asi_coc.activity_{code}").id for code in activities]
                )
            ],
            "date_start": first,
            "date_end": last,
            "company_id": False,
        }
    )
    env["asi.coc.certificate.check"].create(
        {"certificate_id": certificate.id, "source": "ASI's website"}
    )
    return certificate


def _create_warehouses(env, record, profile):
    """Return ``{activity code: warehouse}``; receipts and deliveries in one step."""
    spare = env["stock.warehouse"].search([("company_id", "=", record.id)])
    warehouses = {}
    for site in profile.sites:
        values = {"name": site.name, "code": site.code}
        # Odoo may have given a new company its first warehouse.
        warehouse, spare = spare[:1], spare[1:]
        if warehouse:
            warehouse.write(values)
        else:
            warehouse = warehouse.create({**values, "company_id": record.id})
        warehouses[site.activity] = warehouse
    return warehouses


def _prepare_facilities(env, record, profile, warehouses):
    """The facility covers its whole warehouse; 3.1b to 5.1b ask for the second
    certificate, to the Performance Standard.
    """
    performance = certify(
        env,
        record.partner_id,
        profile.performance_certificate or profile.certificate.replace("C", "P"),
        "performance",
        [site.activity for site in profile.sites],
    )
    return [
        Command.create(
            {
                "name": site.name,
                "activity_id": env.ref(f"asi_coc.activity_{site.activity}").id,
                "location_id": warehouses[site.activity].view_location_id.id,
                "declared_yield": site.declared_yield,
                "certificate_id": performance.id,
            }
        )
        for site in profile.sites
    ]
