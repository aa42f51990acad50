import { emailNodes } from "./email-nodes";
import { importWords, type Words } from "./wording";

const ACTION = "post-office:import-e-mail-nodes";
const MENU = "red-ui-header-button-sidemenu";
const MENU_ITEM = "menu-item-post-office-import";

/** Offers the import in the list of actions, and in the menu below Import and Export while there is something to import. */
export function offerImport(translate: Translate, start: (words: Words) => void): void {
  const words = importWords(translate);
  RED.actions.add(ACTION, () => start(words), { label: words("action") });
  const addOnce = () => {
    RED.events.off("flows:loaded", addOnce);
    addToMenu(words);
  };
  // Earlier, the menu need not be there yet.
  RED.events.on("flows:loaded", addOnce);
}

function addToMenu(words: Words): void {
  RED.menu.addItem(MENU, { id: MENU_ITEM, label: words("menu"), onselect: ACTION });
  $("#menu-item-export, #menu-item-import")
    .last()
    .parent()
    .after($(`#${MENU_ITEM}`).parent());
  const refresh = () => RED.menu.setVisible(MENU_ITEM, mayImport() && emailNodes().free.length > 0);
  $(`#${MENU}`).on("click", refresh);
  refresh();
}

export function mayImport(): boolean {
  return RED.user.hasPermission("flows.write");
}
