import {registry} from "@web/core/registry";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

/** A badge that tells on hover, or by a tap, why the material will not count. */
export class SourcingBadgeField extends BadgeField {
    static template = "asi_coc.SourcingBadgeField";

    get reasons() {
        const text = this.props.record.data.coc_sourcing_reasons || "";
        return text.split("\n").filter(Boolean);
    }

    get tooltip() {
        return JSON.stringify({reasons: this.reasons});
    }
}

registry.category("fields").add("coc_sourcing_badge", {
    ...badgeField,
    component: SourcingBadgeField,
    supportedTypes: ["selection"],
    fieldDependencies: [{name: "coc_sourcing_reasons", type: "text"}],
});
