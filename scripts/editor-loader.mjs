// Runs in the editor, around the script of a node: build.mjs puts the parts that are needed at once in `parts`.
// The others stand as text in the page until the first of them is needed; see docs/architecture.md.
/* global $, parts, node */
const made = {};
// The last one, where a newer version of the package has come while the editor is open.
const later = [...document.querySelectorAll(`script[data-post-office="${node}"]`)].at(-1);

function addLater() {
  // All of the package: the step's test looks like that of a configuration.
  for (const inert of document.querySelectorAll("style[data-post-office]")) {
    const sheet = document.createElement("style");
    sheet.textContent = inert.textContent;
    inert.replaceWith(sheet);
  }
  globalThis.postOfficeParts = (more) => Object.assign(parts, more);
  $.globalEval(later.textContent);
  delete globalThis.postOfficeParts;
}

function need(name) {
  if (!made[name]) {
    if (!parts[name]) addLater();
    made[name] = parts[name](need, need);
  }
  return made[name];
}

need(`./${node}`);
