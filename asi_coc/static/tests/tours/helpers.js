/** Wait for the view that the breadcrumb calls `title`. */
export function seeTitle(title) {
    return {
        content: `"${title}" is open`,
        trigger: `.o_last_breadcrumb_item:contains(${title})`,
    };
}

/** Open a menu of this module, below the area it is in. */
export function openMenu(area, item) {
    return [
        {
            content: `open the area ${area}`,
            trigger: `.o_menu_sections [data-menu-xmlid="asi_coc.${area}"]`,
            run: "click",
        },
        {
            content: `open the menu ${item}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid="asi_coc.${item}"]`,
            run: "click",
        },
    ];
}

/** Open the ready transfers of an operation type, from the Inventory overview. */
export function openReadyTransfers(type) {
    return [
        {
            content: `open the ready transfers of ${type}`,
            trigger: `.o_kanban_record:contains(${type}) button[name=get_action_picking_tree_ready]`,
            run: "click",
        },
        seeTitle(type),
    ];
}

/** Open the row of a list whose cell `field` holds `text`. */
export function openRow(field, text) {
    return {
        content: `open ${text}`,
        trigger: `.o_list_view .o_data_cell[name=${field}]:contains(${text})`,
        run: "click",
    };
}

/** Click the button of a form that calls `method`. */
export function press(method) {
    return {
        content: `press ${method}`,
        trigger: `.o_form_view button[name=${method}]:enabled`,
        run: "click",
    };
}

/** Enter `value` in the only row of the list in a form. */
export function editCell(field, value) {
    return [
        {
            content: `go to the cell ${field}`,
            trigger: `.o_form_view .o_data_row .o_data_cell[name=${field}]`,
            run: "click",
        },
        {
            content: `enter ${value} as ${field}`,
            trigger: `.o_form_view .o_selected_row [name=${field}] input`,
            run: `edit ${value}`,
        },
    ];
}

/** Wait until the only row of the list in a form shows `value`. */
export function seeCell(field, value) {
    return {
        content: `${field} is ${value}`,
        trigger: `.o_form_view .o_data_row .o_data_cell[name=${field}]:contains(/^${value}$/)`,
    };
}

/** Open the only card of the list `field` in a form, as a phone shows it. */
export function openCard(field) {
    return {
        content: `open the card of ${field}`,
        trigger: `.o_form_view .o_field_widget[name=${field}] .o_kanban_record:not(.o_kanban_ghost)`,
        run: "click",
    };
}

/** Wait until the only card of the list in a form holds `text`. */
export function seeCard(field, text) {
    return {
        content: `the card says ${text}`,
        trigger: `body:not(:has(.modal)) .o_form_view .o_field_widget[name=${field}] .o_kanban_record:contains(/${text}/)`,
    };
}

/** Enter `value` in the form behind a card, and save it. */
export function editCard(field, value) {
    return [
        {
            content: `enter ${value} as ${field}`,
            trigger: `.modal .o_form_view [name=${field}] input`,
            run: `edit ${value}`,
        },
        {
            content: "save the card",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
    ];
}

/** Open the transfer of `partner` among the ready ones, on a phone. */
export function openReadyCard(type, partner) {
    return [
        {
            content: `open the ready transfers of ${type}`,
            trigger: `.o_kanban_record:contains(${type}) button[name=get_action_picking_tree_ready]`,
            run: "click",
        },
        {
            content: `open the transfer of ${partner}`,
            trigger: `.o_kanban_view .o_kanban_record:contains(${partner})`,
            run: "click",
        },
    ];
}
