/** Shows the tab's help in Node-RED's own help tab, in the editor's language where there is one. */
export function showHelp(title: string): void {
  const language = RED.i18n.lang();
  const texts = [...document.querySelectorAll<HTMLElement>('script[data-help-name="outbox-tab"]')];
  const found = [language, language.split("-")[0], "en-US"].flatMap((lang) =>
    texts.filter(({ dataset }) => dataset.lang === lang),
  );
  RED.sidebar.help.set(found[0]?.textContent ?? "", title);
}
