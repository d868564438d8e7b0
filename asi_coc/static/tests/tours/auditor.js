import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {openMenu, seeTitle} from "./helpers";

// test_tours.py checks that no menu is left out.
const MENUS = {
    menu_asi_coc_operations: {
        menu_asi_coc_ordered: "CoC Material Ordered",
        menu_asi_coc_claims: "Claims to Verify",
        menu_asi_coc_unverified_receipts: "Received without a Verified Document",
        menu_asi_coc_scrap_to_assess: "Scrap to Assess",
        menu_asi_coc_scrap_assessments: "Assessments of Scrap",
        menu_asi_coc_unclassified: "Unclassified",
    },
    menu_asi_coc_documents: {
        menu_asi_coc_documents_issued: "Issued",
        menu_asi_coc_documents_received: "Received",
        menu_asi_coc_verification_requests: "Verification Requests",
        menu_asi_coc_errors: "Errors",
        menu_asi_coc_sustainability: "Sustainability Data",
    },
    menu_asi_coc_suppliers: {
        menu_asi_coc_supplier_standing: "Suppliers without Current Due Diligence",
        menu_asi_coc_supplier_assessments: "Supplier Assessments",
        menu_asi_coc_supplier_mitigations: "Mitigations",
        menu_asi_coc_questionnaires: "Questionnaires Sent",
        menu_asi_coc_supplier_risks: "Risk by Area",
        menu_asi_coc_policy_suppliers: "Suppliers to Tell",
        menu_asi_coc_policy_communications: "Communication of the Policy",
        menu_asi_coc_sourcing_policies: "Responsible Sourcing Policy",
        menu_asi_coc_scrap_suppliers: "Scrap Suppliers",
        menu_asi_coc_financial_records: "Financial Records",
    },
    menu_asi_coc_contractor_root: {
        menu_asi_coc_contractors: "Contractors",
        menu_asi_coc_contractor_statements: "Contractor Statements",
        menu_asi_coc_contractor_reconciliation: "Reconciliation of Contractors",
    },
    menu_asi_coc_accounting: {
        menu_asi_coc_balances: "Balances",
        menu_asi_coc_ledger: "Ledger",
        menu_asi_coc_drift: "Drift",
        menu_asi_coc_adoptions: "Adopted History",
        menu_asi_coc_ledger_verifications: "Verifications",
        menu_asi_coc_periods: "Periods",
        menu_asi_coc_force_majeure: "Force Majeure",
        menu_asi_coc_closed_loops: "Closed Loops",
        menu_asi_coc_legal_interests: "Legal Interests",
    },
    menu_asi_coc_management: {
        menu_asi_coc_readiness: "Readiness",
        menu_asi_coc_readiness_trend: "Trend of Readiness",
        menu_asi_coc_annual_reports: "Reports to ASI",
        menu_asi_coc_procedures: "Procedures",
        menu_asi_coc_management_reviews: "Management Reviews",
        menu_asi_coc_trainings: "Training Sessions",
        menu_asi_coc_trainings_needed: "Trainings Needed",
        menu_asi_coc_record_classes: "Records",
        menu_asi_coc_record_coverage: "Records by Criterion",
        menu_asi_coc_complaints: "Complaints",
        menu_asi_coc_communications: "Claims and Communications",
        menu_asi_coc_audits: "Audits",
        menu_asi_coc_findings: "Findings",
        menu_asi_coc_corrective_actions: "Corrective Actions",
        menu_asi_coc_audit_packs: "Audit Packs",
    },
    menu_asi_coc_configuration: {
        menu_asi_coc_scopes: "Scopes",
        menu_asi_coc_facilities: "Facilities",
        menu_asi_coc_certificates: "Certificates",
        menu_asi_coc_supplementary_statements: "Supplementary Statements",
        menu_asi_coc_forms: "Forms",
        menu_asi_coc_activities: "Activities",
        menu_asi_coc_risk_areas: "Risk Areas",
        menu_asi_coc_supplier_surveys: "Sets of Questions for Suppliers",
        menu_asi_coc_training_topics: "Training Topics",
        menu_asi_coc_claims_guides: "Claims Guide",
        menu_asi_coc_cash_limits: "Limits of Cash Payments",
        menu_asi_coc_cash_windows: "Linked Cash Payments",
    },
};
const CREATE = ".o_list_button_add, .o_form_button_create, .o-kanban-button-new";

// These open as cards, as a table or as a graph.
const CARDS = [
    "menu_asi_coc_errors",
    "menu_asi_coc_supplier_assessments",
    "menu_asi_coc_supplier_risks",
    "menu_asi_coc_readiness_trend",
    "menu_asi_coc_complaints",
    "menu_asi_coc_communications",
    "menu_asi_coc_corrective_actions",
];

// A row of these says all there is.
const ROWS_ONLY = [
    "menu_asi_coc_readiness_trend",
    "menu_asi_coc_trainings_needed",
    "menu_asi_coc_record_coverage",
    "menu_asi_coc_training_topics",
    "menu_asi_coc_claims_guides",
];

function seeAs(view) {
    return {
        content: `look at it as ${view}`,
        trigger: `.o_cp_switch_buttons .o_switch_view.o_${view}`,
        run: "click",
    };
}

function readOnly(view) {
    return {
        content: "nothing can be created here",
        trigger: `${view} .o_control_panel:not(:has(${CREATE}))`,
    };
}

function seeRow() {
    return {
        content: "there is a row, or a group of rows",
        trigger: ".o_list_view .o_data_row, .o_list_view .o_group_header",
    };
}

// Groups are opened first, where the list has some.
function openFirst(title) {
    return [
        {
            content: `see the first record of ${title}, or open its group`,
            trigger: ".o_list_view .o_data_row, .o_list_view .o_group_header",
            run() {
                if (!document.querySelector(".o_list_view .o_data_row")) {
                    document.querySelector(".o_list_view .o_group_header").click();
                }
            },
        },
        {
            content: `open the first record of ${title}`,
            trigger: ".o_list_view .o_data_row .o_data_cell",
            run: "click",
        },
        readOnly(".o_form_view"),
    ];
}

registry.category("web_tour.tours").add("asi_coc_auditor", {
    steps: () => [
        ...stepUtils.goToAppSteps("asi_coc.menu_asi_coc_root"),
        ...Object.entries(MENUS).flatMap(([area, items]) =>
            Object.entries(items).flatMap(([item, title]) => [
                ...openMenu(area, item),
                seeTitle(title),
                ...(CARDS.includes(item) ? [seeAs("list")] : []),
                readOnly(".o_list_view"),
                ...(ROWS_ONLY.includes(item) ? [seeRow()] : openFirst(title)),
            ])
        ),
        ...openMenu("menu_asi_coc_accounting", "menu_asi_coc_ledger"),
        ...["pivot", "graph"].flatMap((view) => [
            seeAs(view),
            readOnly(`.o_${view}_view`),
        ]),
    ],
});
