"""What the certification audit of a smelter with casthouses found, criterion by
criterion, as its summary audit report says.
"""

NOT_IN_SCOPE = "This Criterion is not applicable to the Entity's Certification Scope."
NO_CONTRACTORS = (
    "This Criterion is not applicable as the Entity does not use Outsourcing "
    "Contractors."
)
#: Criterion: rating and comment.
FINDINGS = {
    "1.1": (
        "conformance",
        "The Entity became an ASI Member in February 2023 and has complied with "
        "all membership obligations and the ASI Complaints Mechanism.",
    ),
    "1.2": (
        "conformance",
        "The Entity has developed an ASI Chain of Custody (CoC) Management "
        "Manual, which has defined a Management System that meets all applicable "
        "requirements of the ASI Chain of Custody Standard.",
    ),
    "1.3": (
        "conformance",
        "The Entity has established an annual procedure to review the ASI CoC "
        "Management System.",
    ),
    "1.4": (
        "conformance",
        "The Entity has appointed the General Manager as the Management "
        "Representative, responsible for ensuring the Entity's conformance with "
        "all applicable requirements.",
    ),
    "1.5": (
        "conformance",
        "The Entity has provided training on the ASI CoC Standard to relevant staff.",
    ),
    "1.6": (
        "minor",
        "The Entity's management procedure requires that CoC management records "
        "be retained for at least five years. However, it does not specify which "
        "records must be retained. As a result, the Entity did not maintain "
        "up-to-date records that cover all applicable requirements of the ASI CoC "
        "Standard.",
    ),
    "1.7a": (
        "conformance",
        "The Entity has established a record form documenting the Input and "
        "Output Quantities of CoC Material/s to/from the Certified Entity over "
        "the calendar year. No data was recorded during the Initial Certification "
        "Audit.",
    ),
    "1.7b": (
        "not_applicable",
        "This Criterion is not applicable to the Entity, as it has no Eligible "
        "Scrap Input or Output.",
    ),
    "1.7c": (
        "conformance",
        "The Entity has established a record form to document the Inflow and "
        "Outflow Quantities of Non-CoC Material/s to/from the Certified Entity "
        "over the calendar year.",
    ),
    "1.7d": (
        "conformance",
        "The Entity has established a record form to document any Positive "
        "Balance carried over to the subsequent Material Accounting Period. No "
        "data was recorded during the Initial Certification Audit.",
    ),
    "1.7e": (
        "conformance",
        "The Entity has established a record form to document the Positive "
        "Balance used. No data was recorded during the Initial Certification "
        "Audit.",
    ),
    "1.7f": (
        "conformance",
        "The Entity has established a record form to document the Internal "
        "Overdraw drawn down from the subsequent Material Accounting Period. No "
        "data was recorded during the Initial Certification Audit.",
    ),
    "1.7g": (
        "conformance",
        "The Entity has established a record form to document the Quantities of "
        "CoC Material/s transferred between supply chain activities within the "
        "CoC Certified Entity (Intra-Entity Flows) over the calendar year. No "
        "data was recorded during the Initial Certification Audit.",
    ),
    "2.1": ("not_applicable", NO_CONTRACTORS),
    "2.2a": ("not_applicable", NO_CONTRACTORS),
    "2.2b": ("not_applicable", NO_CONTRACTORS),
    "2.2c": ("not_applicable", NO_CONTRACTORS),
    "2.3": ("not_applicable", NO_CONTRACTORS),
    "2.4": ("not_applicable", NO_CONTRACTORS),
    "2.5": ("not_applicable", NO_CONTRACTORS),
    "3.1a": ("not_applicable", NOT_IN_SCOPE),
    "3.1b": ("not_applicable", NOT_IN_SCOPE),
    "3.1c": ("not_applicable", NOT_IN_SCOPE),
    "3.2a": ("not_applicable", NOT_IN_SCOPE),
    "3.2b": ("not_applicable", NOT_IN_SCOPE),
    "3.2c": ("not_applicable", NOT_IN_SCOPE),
    "3.3a": (
        "conformance",
        "The Entity's Aluminium Smelter workshops and Casthouses are within its "
        "CoC Certification Scope, covering all Aluminium liquid and ingot "
        "production.",
    ),
    "3.3b": (
        "conformance",
        "The Entity is certified against the ASI Performance Standard. All "
        "Aluminium liquid and ingot production is within the Entity's Performance "
        "Standard Certification Scope.",
    ),
    "3.3c": (
        "conformance",
        "The Entity's management procedure states that ASI Alumina must be "
        "sourced either directly from another ASI CoC Certified Entity or via a "
        "Trader, provided the original ASI CoC Certified source can be identified "
        "and a verified CoC Document is available.",
    ),
    "4.1a": ("not_applicable", NOT_IN_SCOPE),
    "4.1b": ("not_applicable", NOT_IN_SCOPE),
    "4.2a": ("not_applicable", NOT_IN_SCOPE),
    "4.2b": ("not_applicable", NOT_IN_SCOPE),
    "4.2c": ("not_applicable", NOT_IN_SCOPE),
    "4.3a": ("not_applicable", NOT_IN_SCOPE),
    "4.3b": ("not_applicable", NOT_IN_SCOPE),
    "5.1a": (
        "conformance",
        "The Entity has systems to ensure that ASI Aluminium is produced in the "
        "Casthouse within its CoC Certification Scope, using only Liquid "
        "Aluminium from its own Smelter.",
    ),
    "5.1b": (
        "conformance",
        "The Entity has systems to ensure that ASI Aluminium is produced "
        "exclusively from its Casthouses, which are certified against the ASI "
        "Performance Standard.",
    ),
    "5.1c": (
        "conformance",
        "The Entity has systems to ensure that ASI Aluminium is produced in its "
        "Casthouses using Liquid Aluminium solely from its own Smelter.",
    ),
    "5.2": (
        "conformance",
        "The Entity has assigned a lot number to each batch of Liquid Aluminium "
        "for identification and traceability.",
    ),
    "6.1a": ("not_applicable", NOT_IN_SCOPE),
    "6.1b": ("not_applicable", NOT_IN_SCOPE),
    "6.1c": ("not_applicable", NOT_IN_SCOPE),
    "7.1a": (
        "conformance",
        "The Entity has communicated its Responsible Sourcing Policy, which "
        "addresses anti-Corruption, to suppliers of both Non-CoC Material and CoC "
        "Materials supplied through Traders.",
    ),
    "7.1b": (
        "conformance",
        "The Entity has communicated its Responsible Sourcing Policy, which "
        "outlines measures for responsible sourcing, to suppliers of both Non-CoC "
        "Material and CoC Materials supplied through Traders.",
    ),
    "7.1c": (
        "conformance",
        "The Entity has communicated its Responsible Sourcing Policy, which "
        "addresses Human Rights Due Diligence, to suppliers of both Non-CoC "
        "Material and CoC Materials supplied through Traders.",
    ),
    "7.1d": (
        "conformance",
        "The Entity has communicated its Responsible Sourcing Policy, which "
        "addresses Conflict-Affected and High-Risk Areas (CAHRAs), to suppliers "
        "of both Non-CoC Material and CoC Materials supplied through Traders.",
    ),
    "7.2": (
        "conformance",
        "The Entity's management procedure requires assessing the risk of "
        "non-compliance with its Responsible Sourcing Policy for both Non-CoC "
        "Material and CoC Material suppliers (including Traders). The Entity has "
        "evaluated these risks with respect to its direct suppliers.",
    ),
    "7.3": (
        "conformance",
        "The Entity has established a Complaints Resolution Mechanism as per "
        "Criterion 3.4 in the ASI Performance Standard.",
    ),
    "8.1": (
        "conformance",
        "The Entity has established a Material Accounting System to ensure the "
        "integrity of CoC Material and Eligible Scrap Mass Balance within its "
        "Certification Scope.",
    ),
    "8.2": (
        "conformance",
        "The Entity's Material Accounting System defines a Material Accounting "
        "Period based on the calendar year cycle.",
    ),
    "8.3": (
        "conformance",
        "The Entity's Material Accounting System tracks both the Quantities of "
        "CoC Material Inputs and Non-CoC Material Inflows to the Certification "
        "Scope.",
    ),
    "8.4": (
        "conformance",
        "The Entity's Material Accounting System tracks the Quantities of CoC and "
        "Non-CoC Alumina Input, as well as CoC and Non-CoC Liquid Aluminium "
        "Output.",
    ),
    "8.5": (
        "conformance",
        "The Entity's Material Accounting System requires that all Output Liquid "
        "Aluminium be 100% CoC Material, based on the material balance.",
    ),
    "8.6": (
        "not_applicable",
        "This Criterion is not applicable, as the Entity has no Eligible Scrap Output.",
    ),
    "8.7": (
        "conformance",
        "The Entity has established a Material Accounting System to ensure that "
        "the total Output of CoC Material does not exceed the Input "
        "proportionally over the Material Accounting Period, as demonstrated by "
        "the simulation record.",
    ),
    "8.8a": (
        "conformance",
        "The Entity has established Internal Overdraw requirements, specifying "
        "that it must not exceed 20% of the total Input Quantity of CoC Material "
        "for the Material Accounting Period. The Material Accounting System can "
        "track Internal Overdraw Quantities within the specified period.",
    ),
    "8.8b": (
        "conformance",
        "The Entity's management procedure states that the Internal Overdraw "
        "should not exceed the CoC Material amount affected by the Force Majeure "
        "situation.",
    ),
    "8.8c": (
        "conformance",
        "The Entity's management procedure states that the Internal Overdraw "
        "should be made up within the subsequent Material Accounting Period.",
    ),
    "8.9a": (
        "conformance",
        "The Entity's management procedure outlines how to record a Positive "
        "Balance at the end of a Material Accounting Period. The Material "
        "Accounting System can identify any carry over of a Positive Balance.",
    ),
    "8.9b": (
        "conformance",
        "The Entity's management procedure outlines how to record a Positive "
        "Balance at the end of a Material Accounting Period. It states that any "
        "Positive Balance generated in one Material Accounting Period and carried "
        "over to the subsequent Material Accounting Period will expire at the end "
        "of that Period if not drawn down.",
    ),
    "9.1": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents, using the ASI CoC Document template.",
    ),
    "9.2a": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the date of "
        "issue.",
    ),
    "9.2b": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the reference "
        "number.",
    ),
    "9.2c": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the issuing "
        "Entity.",
    ),
    "9.2d": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the receiving "
        "customer.",
    ),
    "9.2e": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the responsible "
        "employee.",
    ),
    "9.2f": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the Conformance "
        "statement.",
    ),
    "9.2g": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the type of CoC "
        "Material.",
    ),
    "9.2h": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the mass of CoC "
        "Material.",
    ),
    "9.2i": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the mass of "
        "total material.",
    ),
    "9.3a": (
        "conformance",
        "The Entity's management procedure outlines the process for issuing CoC "
        "Documents using the ASI CoC Document template, including the carbon "
        "footprint information.",
    ),
    "9.3b": (
        "not_applicable",
        "This Criterion is not applicable, as the Entity has decided to not "
        "include this information.",
    ),
    "9.3c": ("not_applicable", NOT_IN_SCOPE),
    "9.3d": ("not_applicable", NOT_IN_SCOPE),
    "9.4": (
        "conformance",
        "The packing list, including lot numbers, Quantities, and the customer's "
        "name, provided as a Supplementary Document, will be sent to the customer "
        "with the Products.",
    ),
    "9.5": (
        "conformance",
        "The contact person included in the CoC Document is responsible for "
        "responding to reasonable requests for verification of information "
        "contained in the CoC Documents issued by the Entity.",
    ),
    "9.6": (
        "conformance",
        "The Entity's management procedure requires taking appropriate action if "
        "an error is discovered after CoC Material has been shipped.",
    ),
    "10.1": (
        "conformance",
        "The Entity's management procedure requires verifying that all required "
        "information has been included in the received CoC Documents.",
    ),
    "10.2": (
        "conformance",
        "The Entity's management procedure requires verifying the consistency of "
        "received CoC Documents with the accompanying CoC Material before "
        "recording information in the Material Accounting System.",
    ),
    "10.3": (
        "conformance",
        "The Entity's management procedure specifies that the Entity must log "
        "into the ASI official website to verify the validity and scope of the "
        "supplier's ASI CoC Certification.",
    ),
    "10.4": (
        "conformance",
        "The Entity's management procedure stipulates that if an error is found "
        "after receiving CoC Material, both the Entity and the supplier must "
        "document the error, outline corrective actions, and implement measures "
        "to prevent recurrence.",
    ),
    "11.1a": (
        "conformance",
        "The Entity has established a procedure for making claims or "
        "representations about CoC Material outside of CoC Documents, in "
        "compliance with the ASI Claim Guide.",
    ),
    "11.1b": (
        "conformance",
        "The Entity has established a procedure with verifiable evidence to "
        "support the claims and representations made. No claims have been made to "
        "date.",
    ),
    "11.1c": (
        "conformance",
        "The Entity has provided training on the ASI CoC Standard to relevant staff.",
    ),
}
