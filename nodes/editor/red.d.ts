// The parts of Node-RED's editor that these dialogs use, as read in the editor of 4.1 and 5.0.

type Translate = (key: string, values?: Record<string, string | number | boolean>) => string;

interface EditorNode {
  id: string;
  type: string;
  z?: string;
  /** Disabled. */
  d?: boolean;
  /** Id of its group. */
  g?: string;
  name: string;
  changed?: boolean;
  dirty?: boolean;
  valid?: boolean;
  users?: EditorNode[];
  _: Translate;
  _def: { label: (this: EditorNode) => string; _: Translate };
}

interface HistoryEvent {
  t: string;
  dirty?: boolean | undefined;
  events?: HistoryEvent[];
  node?: EditorNode;
  changes?: Record<string, unknown>;
  changed?: boolean | undefined;
  /** Of `add`: ids. Of `delete`: the nodes themselves. Of `reorder`: the order before and after in a flow. */
  nodes?: string[] | EditorNode[] | { z: string; from: string[]; to: string[] };
  links?: FlowLink[];
  /** Called at undo and at redo, when that is done, with the event that was undone. */
  callback?: (undone: HistoryEvent) => void;
}

interface FlowLink {
  source: EditorNode;
  sourcePort: number;
  target: EditorNode;
}

/** A tab has a label, a subflow a name. */
interface FlowOrSubflow {
  id: string;
  label?: string;
  name?: string;
  locked?: boolean;
  env?: unknown[];
}

interface FlowGroup extends EditorNode {
  nodes: EditorNode[];
}

/** What a validator returns: true, or a message that says what is wrong. */
type Validity = true | string;
type Validator<Node> = (this: Node, value: unknown, opt: unknown) => Validity;

interface NodeDefinition<Node, Name extends string> {
  category: string;
  color?: string;
  icon: string;
  inputs?: number;
  outputs?: number;
  align?: "left" | "right";
  defaults: Record<
    Name,
    { value: unknown; type?: string; required?: boolean; validate?: Validator<Node>; label?: string }
  >;
  credentials?: Record<string, { type: "text" | "password"; validate?: Validator<Node> }>;
  label: (this: Node) => string;
  paletteLabel?: (this: { _: Translate }) => string;
  labelStyle?: (this: Node) => string;
  outputLabels?: (this: Node, index: number) => string;
  oneditprepare?: (this: Node) => void;
  oneditsave?: (this: Node) => void;
  oneditcancel?: (this: Node) => void;
  oneditdelete?: (this: Node) => void;
}

interface TypedInputType {
  value: string;
  label?: string;
  icon?: string;
  hasValue?: boolean;
  options?: { value: string; label: string }[];
}

interface SidebarTab {
  id: string;
  label: string;
  name: string;
  iconClass: string;
  action: string;
  content: HTMLElement;
  /** Usable while a dialog is open. */
  enableOnEdit?: boolean;
}

/** What Node-RED makes of a plugin's definition before it calls `onadd`. */
interface PluginDefinition {
  onadd(this: PluginDefinition & { _: Translate }): void;
}

/** Node-RED's code editor: what Monaco and ACE have in common there. */
interface CodeEditorWidget {
  readonly type: "monaco" | "ace";
  getValue(): string;
  setValue(value: string, cursor: number): void;
  getSession(): { on(event: "change", hear: () => void): void; setUseWrapMode?(wrap: boolean): void };
  resize(): void;
  destroy(): void;
}

interface Notice extends HTMLElement {
  close(): void;
}

/**
 * A module of nodes/editor, by its path, that is no part of what the editor reads at its start. It is made at the first
 * call, at once, from a text in the page; scripts/editor-scripts.mjs puts it there.
 */
declare function partLater(path: string): never;

declare const RED: {
  nodes: {
    registerType<Node, Name extends string>(type: string, definition: NodeDefinition<Node, Name>): void;
    id(): string;
    node(id: string): EditorNode | null | undefined;
    add(node: EditorNode): EditorNode;
    /** As it stands in a flow file. */
    convertNode(node: EditorNode, withCredentials: boolean): object;
    eachConfig(each: (node: EditorNode) => boolean | undefined): void;
    eachNode(each: (node: EditorNode) => boolean | undefined): void;
    getType(type: string): { _: Translate } | undefined;
    dirty(): boolean;
    dirty(dirty: boolean): void;
    id(): string;
    /** As it stands in the flow file; false leaves the credentials out. */
    convertNode(node: EditorNode, withCredentials: false): { id: string; type: string } & Record<string, unknown>;
    import(nodes: object[], options: { markChanged: boolean; reimport: boolean }): { nodes: EditorNode[] };
    remove(id: string): { links: FlowLink[] };
    addLink(link: FlowLink): void;
    workspace(id: string): FlowOrSubflow | undefined;
    subflow(id: string): FlowOrSubflow | undefined;
    group(id: string): FlowGroup | undefined;
    getNodeOrder(z: string): string[];
    setNodeOrder(z: string, order: string[]): void;
  };
  group: { getNodes(group: FlowGroup, recursive: boolean): EditorNode[]; markDirty(group: FlowGroup): void };
  menu: {
    addItem(menu: string, item: { id: string; label: string; onselect: string }): void;
    setVisible(id: string, visible: boolean): void;
  };
  workspaces: { active(): string; selection(): FlowOrSubflow[] };
  _: Translate;
  i18n: { lang(): string };
  plugins: { registerPlugin(id: string, definition: PluginDefinition): void };
  comms: { subscribe(topic: string, hear: (topic: string, news: unknown) => void): void };
  actions: {
    add(name: string, run: () => void, options?: { label: string }): void;
    /** Throws where there is none. */
    get(name: string): () => void;
    remove(name: string): void;
  };
  sidebar: {
    addTab(tab: SidebarTab): void;
    show(id: string): void;
    help: { set(html: string, title: string): void };
  };
  editor: {
    editConfig(name: string, type: string, id: string): void;
    validateNode(node: EditorNode): boolean;
    createEditor(options: { id: string; mode: string; value: string } & Record<string, unknown>): CodeEditorWidget;
    editText(options: { mode: string; value: string; title?: string; complete: (value: string) => void }): void;
  };
  events: {
    on(event: string, listener: (node: EditorNode) => void): void;
    off(event: string, listener: (node: EditorNode) => void): void;
    emit(event: string, node: EditorNode): void;
  };
  history: {
    peek(): HistoryEvent | undefined;
    push(event: HistoryEvent): void;
    replace(event: HistoryEvent): void;
  };
  view: {
    redraw(force?: boolean, now?: boolean): void;
    select(selection: null): void;
    selection(): { nodes?: EditorNode[] };
    focus(): void;
  };
  user: { hasPermission(permission: string): boolean };
  utils: {
    validateTypedProperty(value: unknown, type: string, options: { label?: string }): boolean | string;
    /** Throws where the path is none. */
    setMessageProperty(msg: object, path: string, value: unknown, createMissing: boolean): void;
  };
  notify(
    text: string | JQuery,
    options: {
      type?: string;
      timeout?: number;
      id?: string;
      modal?: boolean;
      fixed?: boolean;
      buttons?: DialogButton[];
    },
  ): Notice;
};

interface DialogButton {
  text: string;
  class?: string;
  click: () => void;
}

interface JQuery {
  dialog(options: {
    title: string;
    modal: boolean;
    width: number | string;
    resizable: boolean;
    classes: Record<string, string>;
    buttons: DialogButton[];
    close: () => void;
  }): JQuery;
  dialog(method: "close" | "destroy"): JQuery;
  typedInput(options: { default?: string; types: (string | TypedInputType)[]; typeField?: JQuery }): JQuery;
  typedInput(method: "value" | "type"): string;
  typedInput(method: "value" | "type", value: string): JQuery;
  typedInput(method: "types", types: (string | TypedInputType)[]): JQuery;
}
