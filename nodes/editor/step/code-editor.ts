import { inStep } from "./in-step";
import { whileOpen } from "./while-open";

export interface CodeEditorOptions {
  /** The element that it fills. */
  readonly id: string;
  readonly mode: "html" | "json";
  readonly label: string;
  readonly value: string;
  /** Called with every change, of a person or of `set`. */
  readonly onChange: (value: string) => void;
}

export interface CodeEditor {
  set(value: string): void;
}

/** Node-RED's own code editor, Monaco or ACE as Node-RED is set; it lives as long as the dialog. */
export function createCodeEditor({ id, mode, label, value, onChange }: CodeEditorOptions): CodeEditor {
  const place = inStep(id);
  const editor = RED.editor.createEditor({
    id,
    mode: `ace/mode/${mode}`,
    value,
    // Of Monaco; ACE does not know them.
    ...{ ariaLabel: label, minimap: { enabled: false }, scrollBeyondLastLine: false, wordWrap: "on" },
    // What is pasted goes out as it was.
    formatOnPaste: false,
    // Where the cursor was belongs to this dialog alone.
    stateId: false,
  });
  if (editor.type === "ace") editor.getSession().setUseWrapMode?.(true);
  place.querySelector("textarea")?.setAttribute("aria-label", label);
  // Tab goes on to the next control, as everywhere in the dialog; the editors would put spaces in.
  place.addEventListener("keydown", (event) => event.key === "Tab" && event.stopImmediatePropagation(), true);
  editor.getSession().on("change", () => onChange(editor.getValue()));
  const watch = new ResizeObserver(() => editor.resize());
  watch.observe(place);
  whileOpen(() => {
    watch.disconnect();
    editor.destroy();
  });
  return {
    set(text) {
      if (editor.getValue() !== text) editor.setValue(text, -1);
    },
  };
}
