import {registry} from "@web/core/registry";
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
        seeCell("coc_claimed_mass", "25"),
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
