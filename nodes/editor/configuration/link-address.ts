import { byId } from "../shared/elements";
import { control } from "./form-fields";

/** Says below the address of links what it is, and warns where everybody on the way can read along. */
export function explainLinkAddress(translate: Translate): void {
  const address = control("linkBaseUrl");
  const hint = byId("post-office-linkBaseUrl-hint");
  const refresh = () => {
    const inClear = /^\s*http:/i.test(address.value);
    const text = translate(`smtp-config.${inClear ? "warning.linkBaseUrl-http" : "hint.linkBaseUrl"}`);
    if (hint.textContent !== text) hint.textContent = text;
  };
  $(address).on("input change", refresh);
  refresh();
}
