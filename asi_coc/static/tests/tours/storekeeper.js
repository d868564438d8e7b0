import {registry} from "@web/core/registry";
import {dragenterFiles, dropFiles, inputFiles} from "@web/../tests/utils";
import {stepUtils} from "@web_tour/tour_utils";
import {
    editCell,
    openReadyTransfers,
    openRow,
    press,
    seeCell,
    seeTitle,
} from "./helpers";

registry.category("web_tour.tours").add("asi_coc_receipt", {
    steps: () => [
        ...stepUtils.goToAppSteps("stock.menu_stock_root"),
        ...openReadyTransfers("Receipts"),
        openRow("partner_id", "Acme Alumina"),
        {
            content: "enter the number of the supplier's CoC Document",
            trigger: ".o_form_view [name=coc_document_reference] input",
            run: "edit ACME-77",
        },
        seeCell("coc_ordered_qty", "30.00"),
        press("action_coc_claim_as_ordered"),
        seeCell("coc_claimed_mass", "30"),
        // The document says less than what was ordered.
        ...editCell("coc_claimed_mass", "25"),
        press("button_validate"),
        {
            content: "the claim waits for an officer, who alone may verify it",
            trigger:
                ".o_form_view:not(:has(button[name=action_coc_verify])) [name=coc_claim_state]:contains(To Verify)",
        },
        {
            content: "open the claim",
            trigger: ".o_form_view .nav-link[name=coc_claim]",
            run: "click",
        },
        {
            content: "no document is entered yet",
            trigger:
                ".o_form_view .tab-pane.active .alert-info:contains(No CoC Document entered)",
        },
        seeCell("coc_claimed_mass", "25"),
        {
            content: "type what the paper says",
            trigger:
                ".o_form_view .tab-pane.active button[name=action_coc_received_document]",
            run: "click",
        },
        seeTitle("ACME-77"),
        {
            content: "what is missing is named",
            trigger:
                ".o_form_view .o_data_row:contains(Responsible employee):contains(ask the issuer)",
        },
        {
            content: "the date",
            trigger: ".o_form_view .o_field_widget[name=date] input",
            run: "edit 03/01/2025",
        },
        {
            content: "the statement of conformance",
            trigger: ".o_form_view .o_field_widget[name=conformance] input",
            run: "click",
        },
        {
            content: "the responsible employee",
            trigger: ".o_form_view .o_field_widget[name=responsible] input",
            run: "edit Jan Rogers, VP Sales",
        },
        press("action_check"),
        {
            content: "all checks pass; an officer verifies",
            trigger:
                ".o_form_view:not(:has(button[name=action_report_error])):not(:has(button[name=action_verify])) button[name=action_check]",
        },
    ],
});

const FILE = JSON.stringify({
    schema: "asi-coc-document",
    version: "1.0",
    number: "ACME-78",
    date: "2025-03-01",
    conformance:
        "The information provided in this CoC Document is in conformance with the ASI CoC Standard.",
    issuer: {
        name: "Acme Alumina",
        address: "1000 Element Rd, Peel",
        certificate: "C00015",
        responsible: "Jan Rogers, VP Sales",
    },
    customer: {
        name: "Melt & Roll",
        address: "1 Potline Road, Peel",
        certificate: "C00037",
    },
    lines: [
        {
            material: "aluminium",
            form: "Slab",
            unit: "t",
            coc_mass: "25",
            total_mass: "40",
        },
    ],
});

/** Receive, choose the supplier's file, done. */
registry.category("web_tour.tours").add("asi_coc_receipt_file", {
    steps: () => [
        ...stepUtils.goToAppSteps("stock.menu_stock_root"),
        ...openReadyTransfers("Receipts"),
        openRow("partner_id", "Acme Alumina"),
        press("button_validate"),
        {
            content: "open the claim",
            trigger: ".o_form_view .nav-link[name=coc_claim]",
            run: "click",
        },
        {
            content: "choose the file",
            trigger: ".o_form_view .tab-pane.active button[name=action_coc_upload]",
            run: "click",
        },
        {
            content: "the supplier's file",
            trigger: ".modal .o_field_widget[name=file]",
            async run() {
                const file = new File([FILE], "coc-document.json", {
                    type: "application/json",
                });
                await inputFiles(".modal .o_field_widget[name=file] input[type=file]", [
                    file,
                ]);
            },
        },
        {
            content: "read it",
            trigger: ".modal button[name=action_read]:enabled",
            run: "click",
        },
        seeTitle("ACME-78"),
        {
            content: "it passes all checks and counts",
            trigger: ".o_form_view .o_arrow_button_current:contains(Verified)",
        },
        {
            content: "back to the receipt",
            trigger: ".o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        {
            content: "the receipt says so",
            trigger: ".o_form_view [name=coc_claim_state]:contains(Verified)",
        },
    ],
});

/** Drop the supplier's file on the receipt before the goods are counted. */
registry.category("web_tour.tours").add("asi_coc_receipt_drop", {
    steps: () => [
        ...stepUtils.goToAppSteps("stock.menu_stock_root"),
        ...openReadyTransfers("Receipts"),
        openRow("partner_id", "Acme Alumina"),
        {
            content: "drop the file on the receipt",
            trigger: ".o-mail-Chatter",
            async run() {
                const file = new File([FILE], "coc-document.json", {
                    type: "application/json",
                });
                await dragenterFiles(".o-mail-Chatter", [file]);
                await dropFiles(".o-Dropzone", [file]);
            },
        },
        {
            content: "what was read is checked, and the goods are still to come",
            trigger:
                ".o-mail-Message:contains(ACME-78):contains(Validate the receipt first)",
        },
        press("button_validate"),
        {
            content: "it is verified with the receipt",
            trigger: ".o_form_view [name=coc_claim_state]:contains(Verified)",
        },
    ],
});

registry.category("web_tour.tours").add("asi_coc_delivery", {
    steps: () => [
        ...stepUtils.goToAppSteps("stock.menu_stock_root"),
        ...openReadyTransfers("Delivery Orders"),
        openRow("partner_id", "Rollers United"),
        seeCell("coc_available_qty", "15.00"),
        seeCell("coc_designated_qty", "12.00"),
        ...editCell("coc_designated_qty", "16"),
        press("button_validate"),
        {
            content: "the delivery is refused, with the figures",
            trigger:
                ".modal .modal-body:contains(16 t cannot be designated as CoC Material, 15 t are available for Casthouse):contains(Designate at most 15 Ton of Slab.)",
        },
        {
            content: "close the message",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "it is closed",
            trigger: "body:not(:has(.modal))",
        },
        ...editCell("coc_designated_qty", "15"),
        press("button_validate"),
        {
            content: "open the CoC Document",
            trigger: ".o-form-buttonbox button[name=action_coc_document]",
            run: "click",
        },
        seeTitle("COC/"),
        {
            content: "it is issued",
            trigger: ".o_form_view .o_arrow_button_current:contains(Issued)",
        },
        seeCell("coc_mass", "15.000"),
    ],
});
