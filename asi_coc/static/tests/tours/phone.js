import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {editCard, editCell, openCard, openReadyCard, press, seeCard} from "./helpers";

registry.category("web_tour.tours").add("asi_coc_phone_receipt", {
    steps: () => [
        ...openReadyCard("Receipts", "Acme Alumina"),
        {
            content: "enter the number of the supplier's CoC Document",
            trigger: ".o_form_view [name=coc_document_reference] input",
            run: "edit ACME-77",
        },
        seeCard("move_ids", "CoC Ordered 30.00"),
        openCard("move_ids"),
        ...editCard("coc_claimed_mass", "25"),
        seeCard("move_ids", "Claimed CoC 25 t"),
        press("button_validate"),
        {
            content: "the claim waits for an officer",
            trigger: ".o_form_view [name=coc_claim_state]:contains(To Verify)",
        },
        // The document was misread.
        {
            content: "open the claim of the done receipt",
            trigger: ".o_form_view .nav-link[name=coc_claim]",
            run: "click",
        },
        ...editCell("coc_claimed_mass", "24"),
        {
            content: "leave the cell",
            trigger: ".o_form_view .nav-link[name=coc_claim]",
            run: "click",
        },
        {
            content: "the form waits to be saved",
            trigger: ".o_form_view .o_form_dirty",
        },
        ...stepUtils.saveForm(),
        {
            content: "enter the document where its state is told",
            trigger:
                ".o_form_view .tab-pane.active button[name=action_coc_received_document]",
            run: "click",
        },
        {
            content: "the number was taken over",
            trigger: ".o_form_view .o_field_widget[name=name] input:value(ACME-77)",
        },
    ],
});

registry.category("web_tour.tours").add("asi_coc_phone_delivery", {
    steps: () => [
        ...openReadyCard("Delivery Orders", "Rollers United"),
        seeCard("move_ids", "CoC Available 15.00.*Designated as CoC 12.00"),
        openCard("move_ids"),
        ...editCard("coc_designated_qty", "15"),
        seeCard("move_ids", "Designated as CoC 15.00"),
        press("button_validate"),
        {
            content: "it is done",
            trigger: ".o_form_view .o_statusbar_status:contains(Done)",
        },
    ],
});
