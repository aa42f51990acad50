// The rows of the dialogs that are nothing but a label and one control; whatever is special is html in its form.
// Ids and keys of texts come from the name of the field, which is that of the node's property.
//
// `placeholder` shows the text of that name in the empty field (`placeholder="other"`: that of another field).
// `hint` stands below. In a configuration `hint="filled"` is left to a script, `hint="live"` is also read out
// whenever the script changes it.

/** Each with the attributes that it may have, and those that it needs besides `field`. */
export const ROWS = {
  /** A value of the step, with Node-RED's choice of what it is. `optional`: shows when a person adds it. */
  "typed-row": {
    takes: ["placeholder", "hint", "optional"],
    html: (field, { placeholder, hint, optional }) => `\
<div class="po-row"${optional ? ` data-optional="${field}"` : ""}>
  <label for="node-input-${field}" data-i18n="send-email.label.${field}"></label>
  <div class="po-field">
    <input type="text" id="node-input-${field}"${placeholder ? ` data-i18n="[placeholder]send-email.placeholder.${field}"` : ""}><input type="hidden" id="node-input-${field}Type">
    ${hint ? `<p class="po-hint" data-i18n="send-email.${hint}"></p>` : ""}
  </div>
</div>`,
  },

  "text-row": {
    takes: ["placeholder", "hint"],
    html: (field, { placeholder, hint }) =>
      labelled(field, `<input type="text" ${input(field, placeholder, hint)}>`, hintBelow(field, hint)),
  },

  /** Kept by Node-RED as a credential. */
  "secret-row": {
    takes: ["hint"],
    html: (field, { hint }) =>
      labelled(
        field,
        `<input type="password" ${input(field, false, hint)} autocomplete="new-password">`,
        hintBelow(field, hint),
      ),
  },

  "number-row": {
    takes: ["placeholder", "hint"],
    needs: ["unit"],
    html: (field, { placeholder, unit, hint }) =>
      labelled(
        field,
        `<div class="po-pair"><input type="text" inputmode="numeric" class="po-number" ${input(field, placeholder, hint)}><span data-i18n="smtp-config.unit.${unit}"></span></div>`,
        hintBelow(field, hint),
      ),
  },

  /** One thing a line. */
  "lines-row": {
    takes: ["placeholder", "hint"],
    html: (field, { placeholder, hint }) =>
      labelled(field, `<textarea rows="2" ${input(field, placeholder, hint)}></textarea>`, hintBelow(field, hint)),
  },

  /** Prose, with a counter of its characters. */
  "prose-row": {
    html: (field) =>
      labelled(
        field,
        `<textarea rows="2" id="node-config-input-${field}" data-i18n="[placeholder]smtp-config.placeholder.${field}"></textarea>`,
        `<div class="po-counter" data-counts="${field}"></div>`,
      ),
  },

  /** A secret of several lines, which a file can bring. `accepts`: the endings of such files. */
  "key-row": {
    needs: ["placeholder", "accepts"],
    html: (field, { placeholder, accepts }) =>
      labelled(
        field,
        `<textarea rows="3" class="po-pem po-dots" autocomplete="off" autocapitalize="off" ${input(field, placeholder, true)}></textarea>`,
        `<div class="po-upload"><button type="button" class="red-ui-button red-ui-button-small" data-uploads="${field}" data-accepts="${accepts}" data-i18n="smtp-config.action.upload"></button>${hintBelow(field, true)}</div>`,
      ),
  },

  "select-row": {
    takes: ["hint"],
    needs: ["options"],
    html: (field, { options, hint }) =>
      labelled(
        field,
        `<select id="node-config-input-${field}"${describedBy(field, hint)}>`,
        ...options
          .split(" ")
          .map((value) => `  <option value="${value}" data-i18n="smtp-config.${field}.${value}"></option>`),
        "</select>",
        hintBelow(field, hint),
      ),
  },

  /** A few choices side by side. */
  "segments-row": {
    takes: ["hint"],
    needs: ["options"],
    html: (field, { options, hint }) =>
      row(
        field,
        `<span class="po-label" id="post-office-${field}-label" data-i18n="smtp-config.label.${field}"></span>`,
        `<div class="po-segments" role="radiogroup" aria-labelledby="post-office-${field}-label"${describedBy(field, hint)} data-chooses="node-config-input-${field}">`,
        ...options
          .split(" ")
          .map(
            (value) =>
              `  <label><input type="radio" name="post-office-${field}" value="${value}"><span data-i18n="smtp-config.${field}.${value}"></span></label>`,
          ),
        "</div>",
        `<input type="hidden" id="node-config-input-${field}">`,
        hintBelow(field, hint),
      ),
  },
};

function labelled(field, ...control) {
  const label = `<label for="node-config-input-${field}" data-i18n="smtp-config.label.${field}"></label>`;
  return row(field, label, ...control);
}

function row(field, label, ...control) {
  return `\
<div class="po-row">
  ${label}
  <div class="po-field" data-field="${field}">
    ${control.join("\n    ")}
  </div>
</div>`;
}

/** What every input has that a person writes into. */
function input(field, placeholder, hint) {
  const shown = placeholder === true ? field : placeholder;
  const text = shown ? ` data-i18n="[placeholder]smtp-config.placeholder.${shown}"` : "";
  return `id="node-config-input-${field}"${text} spellcheck="false"${describedBy(field, hint)}`;
}

function describedBy(field, hint) {
  return hint ? ` aria-describedby="post-office-${field}-hint"` : "";
}

function hintBelow(field, hint) {
  if (!hint) return "";
  const text = hint === true ? ` data-i18n="smtp-config.hint.${field}"` : "";
  return `<p class="po-hint" id="post-office-${field}-hint"${text}${hint === "live" ? ' aria-live="polite"' : ""}></p>`;
}
