import {openMenu, openRow, press, seeTitle} from "./helpers";
import {inputFiles} from "@web/../tests/utils";
import {registry} from "@web/core/registry";

const FORM = ".o_form_view";
const STEPS = "Steps to the Close";
const YEAR = "2025";
const HALF = "2025-07-01 – 2025-12-31";
const QUARTER = "2025-10-01 – 2025-12-31";

/** Enter tonnes in the line of `product` in a contractor's statement. */
function enterMass(product, field, mass) {
    const row = `${FORM} [name=line_ids] .o_data_row:contains(${product})`;
    return [
        {
            content: `go to ${field} of ${product}`,
            trigger: `${row} .o_data_cell[name=${field}]`,
            run: "click",
        },
        {
            content: `enter ${mass} t`,
            trigger: `${FORM} [name=line_ids] .o_selected_row [name=${field}] input`,
            run: `edit ${mass}`,
        },
    ];
}

/** Choose a step to the close, and open its records. */
function openStep(text) {
    return {
        content: `open the records of: ${text}`,
        trigger: `.o_data_row:contains(${text}) button[name=action_open]`,
        run: "click",
    };
}

/** The mill checks its supplier's certificate, and verifies what it delivered. */
const verifyClaim = [
    ...openMenu("menu_asi_coc_configuration", "menu_asi_coc_certificates"),
    openRow("partner_id", "Harbour Casthouse"),
    press("action_record_check"),
    {
        content: "the certificate was checked today",
        trigger: `${FORM} button.btn-secondary[name=action_record_check]`,
    },
    ...openPeriod(QUARTER),
    openStep("not verified (10.2)"),
    {
        content: "open the receipt",
        trigger: ".o_list_view .o_data_row .o_data_cell[name=name]",
        run: "click",
    },
    press("action_coc_verify"),
    {
        content: "the claim is verified",
        trigger: `${FORM} [name=coc_claim_state]:contains(Verified)`,
    },
];

/** The recycler enters what its contractor's letter says, and confirms it. */
const confirmStatement = [
    openStep("is not confirmed (2.3)"),
    {
        content: "open the statement",
        trigger: ".o_list_view .o_data_row .o_data_cell[name=contractor_id]",
        run: "click",
    },
    ...enterMass("HOMOGENISED", "returned_mass", 700),
    ...enterMass("[BILLET]", "received_mass", 700),
    {
        content: "who signed",
        trigger: `${FORM} [name=signed_by] input`,
        run: "edit Office",
    },
    {
        content: "attach the letter",
        trigger: `${FORM} .o_field_widget[name=evidence_ids]`,
        run: async () => {
            const letter = new File(["700 t back"], "letter.txt", {type: "text/plain"});
            await inputFiles(`${FORM} [name=evidence_ids] input[type=file]`, [letter]);
        },
    },
    {
        content: "the letter is there",
        trigger: `${FORM} [name=evidence_ids]:contains(letter)`,
    },
    press("action_enter"),
    press("action_confirm"),
    {
        content: "the statement is confirmed",
        trigger: `${FORM} .o_arrow_button_current:contains(Confirmed)`,
    },
];

/** Open the last period of 2025, and what stands before its close. */
function openPeriod(name) {
    return [
        ...openMenu("menu_asi_coc_accounting", "menu_asi_coc_periods"),
        seeTitle("Periods"),
        openRow("name", `/^${name}$/`),
        press("action_open_close_steps"),
        seeTitle(STEPS),
        {
            content: "what is expected is said",
            trigger: ".o_group_name:contains(Forecast)",
        },
    ];
}

/** From a period that has ended to the report to ASI, submitted. */
function yearEnd(period, clearing, line, mass) {
    return [
        ...openPeriod(period),
        ...clearing,
        ...(clearing.length ? openPeriod(period) : []),
        {
            content: "work the steps out again",
            trigger: ".o_control_panel button[name=action_refresh]",
            run: "click",
        },
        {
            content: "nothing stands before the close",
            trigger:
                ".o_list_view:not(:has(.o_group_name:contains(Blocks))):not(:has(.o_group_name:contains(Clear)))",
        },
        {
            content: "go back to the period",
            trigger: ".o_back_button",
            run: "click",
        },
        press("action_start_closing"),
        press("action_close"),
        {
            content: "confirm",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the period is closed",
            trigger: `body:not(:has(.modal)) ${FORM} .o_arrow_button_current:contains(/^Closed$/)`,
        },
        ...openMenu("menu_asi_coc_management", "menu_asi_coc_annual_reports"),
        openRow("year", YEAR),
        {
            content: "nothing is missing",
            trigger: ".coc_annual_report:not(:has(.alert-warning))",
        },
        {
            content: `the report says ${mass} t`,
            trigger: `tr[data-row="${line}/"] button:contains(/^${mass}$/)`,
        },
        press("action_submit"),
        {
            content: "confirm",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "it is submitted",
            trigger: `${FORM} .o_arrow_button_current:contains(Submitted)`,
        },
        {
            content: "the figure is frozen",
            trigger: `tr[data-row="${line}/"] button:contains(/^${mass}$/)`,
        },
        {
            content: "its version is on file",
            trigger: ".o_notebook_headers a:contains(Submitted Versions)",
            run: "click",
        },
        {
            content: "with the workbook",
            trigger: ".o_data_row button[name=action_download_xlsx]",
        },
        {
            content: "and the printed report",
            trigger: ".o_data_row button[name=action_download_pdf]",
        },
    ];
}

// Last period of 2025, what is to be cleared, and a figure of the report.
const ENTITIES = {
    refinery: [YEAR, [], "a:coc_output:alumina", "600,000"],
    smelter: [HALF, [], "a:coc_output:aluminium", "261,500"],
    mill: [QUARTER, verifyClaim, "a:coc_output:aluminium", "13,900"],
    recycler: [QUARTER, confirmStatement, "a:coc_output:aluminium", "7,220"],
    auditee: [YEAR, [], "a:coc_output:aluminium", "0"],
};

for (const [entity, year] of Object.entries(ENTITIES)) {
    registry.category("web_tour.tours").add(`asi_coc_year_end_${entity}`, {
        steps: () => yearEnd(...year),
    });
}
