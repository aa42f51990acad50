import { button, element } from "../shared/elements";
import { type CodeEditor, createCodeEditor } from "./code-editor";
import { inStep } from "./in-step";
import type { SendEmailNode } from "./step-node";
import { TEXT_TYPES } from "./step-node";
import { nameTypedInput } from "./typed-fields";

type BodyField = "text" | "html";

/** The body: its kind, and for text and HTML where each comes from, or the writing itself. */
export function startBodyFields(node: SendEmailNode): void {
  const bodyType = inStep<HTMLInputElement>("node-input-bodyType");
  const sources = { text: startBodySource(node, "text"), html: startBodySource(node, "html") };
  let last = bodyType.value;
  let htmlWasMoved = false;

  const refresh = () => {
    inStep("post-office-text-row").hidden = bodyType.value === "html";
    inStep("post-office-html-row").hidden = bodyType.value === "text";
    inStep("post-office-html-alone").hidden = bodyType.value !== "html";
    sources.html.showEditor();
  };
  $(bodyType).on("change", () => {
    if (bodyType.value === last) return;
    // As dropped, both read msg.payload, which cannot be text and HTML at once.
    if (bodyType.value === "both" && sources.text.reads("payload") && sources.html.reads("payload")) {
      sources.html.readFrom("html");
      htmlWasMoved = true;
    } else if (bodyType.value === "html" && htmlWasMoved && sources.html.reads("html")) {
      sources.html.readFrom("payload");
    }
    last = bodyType.value;
    refresh();
  });
  refresh();
}

interface BodySource {
  /** Whether it comes from this property of the message. */
  reads(property: string): boolean;
  readFrom(property: string): void;
  /** Makes the editor where it is seen: it costs time, and most steps read their HTML from somewhere. */
  showEditor(): void;
}

/**
 * A typed input loses line breaks, so it only says where the content comes from;
 * what is written here stands in a text area, which is also the field that Node-RED saves. HTML has
 * Node-RED's code editor in front of it; a text has none, so that the browser checks its spelling.
 */
function startBodySource(node: SendEmailNode, field: BodyField): BodySource {
  const stored = $<HTMLTextAreaElement>(`#node-input-${field}`);
  const storedType = $(`#node-input-${field}Type`);
  const source = $(`#post-office-${field}-source`);
  const writing = stored.parent();
  const written: TypedInputType = {
    value: "str",
    label: node._("send-email.source.typed"),
    icon: "fa fa-pencil",
    hasValue: false,
  };
  let editor: CodeEditor | undefined;
  let draft = node[`${field}Type`] === "str" ? node[field] : "";

  source.typedInput({ types: [written, ...TEXT_TYPES.filter((type) => type !== "str")] });
  source.typedInput("type", node[`${field}Type`]);
  if (node[`${field}Type`] !== "str") source.typedInput("value", node[field]);
  nameTypedInput(node, `post-office-${field}-source`, node._(`send-email.label.${field}`));

  const refresh = () => {
    const type = source.typedInput("type");
    storedType.val(type);
    writing.prop("hidden", type !== "str");
    stored.val(type === "str" ? draft : source.typedInput("value")).trigger("change");
    showEditor();
  };
  const showEditor = () => {
    if (field !== "html" || editor || storedType.val() !== "str" || inStep("post-office-html-row").hidden) return;
    const label = node._("send-email.label.html");
    const onChange = (value: string) => stored.val(value).trigger("change");
    editor = createCodeEditor({ id: "post-office-html-editor", mode: "html", label, value: draft, onChange });
  };
  source.on("change keyup paste", refresh);
  stored.on("input change", () => {
    if (storedType.val() !== "str") return;
    draft = String(stored.val());
    editor?.set(draft);
  });
  writing.append(
    expandButton(node, () => {
      RED.editor.editText({
        mode: field,
        value: draft,
        title: node._(`send-email.label.${field}`),
        complete: (value) => stored.val(value).trigger("change"),
      });
    }),
  );
  refresh();

  return {
    reads: (property) => source.typedInput("type") === "msg" && source.typedInput("value") === property,
    readFrom(property) {
      source.typedInput("type", "msg");
      source.typedInput("value", property);
      refresh();
    },
    showEditor,
  };
}

function expandButton(node: SendEmailNode, open: () => void): HTMLButtonElement {
  const made = button("", open);
  made.append(element("i", "fa fa-expand"));
  made.title = node._("send-email.expand");
  made.setAttribute("aria-label", made.title);
  return made;
}
