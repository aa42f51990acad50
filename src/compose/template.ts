import { types } from "node:util";
import { SendError } from "../model/send-error";
import { shorten } from "./fields";

/** A section that repeats over much and writes nothing is never stopped by its length. */
const MOST_STEPS = 1_000_000;

export interface Filling {
  /** Values stand in a HTML document, and must stay text there. */
  readonly html: boolean;
  /** What is longer is refused: no mail may be as large. */
  readonly maxBytes: number;
  /** What the names beside the message stand for; the message's own properties win. */
  readonly beside: ReadonlyMap<string, unknown>;
}

export interface Filled {
  readonly text: string;
  /** The names that have no value; nothing stands in their place. */
  readonly missing: readonly string[];
}

/** A parsed mustache template; values are filled in once and never read as a template themselves. */
export interface Template {
  readonly names: ReadonlySet<string>;
  /** Throws SendError where a value cannot be read, or the text grows too large. */
  fill(msg: object, filling: Filling): Filled;
}

/** `[kind, name or text, start, end, the tokens within a section]`, as mustache parses. */
type Token = readonly [kind: string, value: string, start: number, end: number, within?: readonly Token[]];

/** What a name is looked up in: the value of the innermost section first. */
interface View {
  readonly value: unknown;
  readonly outer?: View;
}

/** Reads what stands in `field` as a template. Throws SendError where it is none. */
export function readTemplate(text: string, field: string): Template {
  const tokens = parse(text, field);
  return {
    names: new Set(namesIn(tokens)),
    fill(msg, filling) {
      const filler = new Filler(field, filling);
      filler.fill(tokens, { value: msg });
      return { text: filler.written.join(""), missing: [...filler.missing] };
    },
  };
}

function parse(text: string, field: string): readonly Token[] {
  // Costs time and memory at start, and many flows write no template.
  const { Writer } = require("mustache") as typeof import("mustache");
  const writer = new Writer();
  // It would keep every text for ever.
  (writer as { templateCache?: unknown }).templateCache = undefined;
  let tokens: readonly Token[];
  try {
    tokens = writer.parse(text) as unknown as readonly Token[];
  } catch (error) {
    throw refuseTemplate(field, withLine(text, (error as Error).message));
  }
  const part = findPart(tokens);
  if (part) throw refuseTemplate(field, `{{> ${part}}} asks for another template, and there is none`);
  return tokens;
}

function refuseTemplate(field: string, response: string): SendError {
  return new SendError("template-syntax", { phase: "input", facts: { field, response: shorten(response) } });
}

/** People look for a line, not for the 1234th character. */
function withLine(text: string, message: string): string {
  return message.replace(/ at (\d+)$/, (_, at) => ` in line ${text.slice(0, Number(at)).split("\n").length}`);
}

function findPart(tokens: readonly Token[]): string | undefined {
  for (const [kind, value, , , within] of tokens) {
    const found = kind === ">" ? value : within && findPart(within);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namesIn(tokens: readonly Token[]): string[] {
  return tokens.flatMap(([kind, value, , , within]) =>
    ["name", "&", "#", "^"].includes(kind) ? [value, ...namesIn(within ?? [])] : [],
  );
}

/**
 * Mustache's rules without what could run or reveal something: functions are no values and are never called,
 * only own properties are looked at, and how much may come of it is limited.
 */
class Filler {
  readonly written: string[] = [];
  readonly missing = new Set<string>();
  #length = 0;
  #steps = 0;

  constructor(
    private readonly field: string,
    private readonly filling: Filling,
  ) {}

  fill(tokens: readonly Token[], view: View): void {
    for (const [kind, value, , , within = []] of tokens) {
      this.#step();
      if (kind === "text") this.#write(value);
      else if (kind === "name") this.#write(this.#escaped(this.#textOf(value, view)));
      else if (kind === "&") this.#write(this.#textOf(value, view));
      else if (kind === "#") this.#section(within, this.#valueOf(value, view), view);
      else if (kind === "^" && isNothing(this.#valueOf(value, view))) this.fill(within, view);
    }
  }

  #section(within: readonly Token[], value: unknown, view: View): void {
    if (isNothing(value)) return;
    for (const one of Array.isArray(value) ? value : [value]) {
      this.#step();
      this.fill(within, value === true ? view : { value: one, outer: view });
    }
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw this.#tooLarge();
  }

  #write(text: string): void {
    this.#length += text.length;
    if (this.#length > this.filling.maxBytes) throw this.#tooLarge();
    this.written.push(text);
  }

  #tooLarge(): SendError {
    const facts = { field: this.field, limit: this.filling.maxBytes / 1_000_000 };
    return new SendError("template-too-large", { phase: "input", facts });
  }

  #escaped(text: string): string {
    return this.filling.html ? text.replace(/[&<>"'`=/]/g, (character) => ENTITIES[character] ?? "") : text;
  }

  #textOf(name: string, view: View): string {
    const text = this.#read(name, () => writtenAs(lookUp(name, view, this.filling.beside)));
    if (text === undefined) this.missing.add(name);
    return text ?? "";
  }

  #valueOf(name: string, view: View): unknown {
    return this.#read(name, () => lookUp(name, view, this.filling.beside));
  }

  /** Reading a message runs its getters, and what they throw may be anything. */
  #read<Value>(name: string, read: () => Value): Value {
    try {
      return read();
    } catch {
      const facts = { field: this.field, value: shorten(name) };
      throw new SendError("template-unreadable", { phase: "input", facts });
    }
  }
}

/** Those of mustache: no value can end a text or a quoted attribute. */
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
  ...{ "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" },
};

const isNothing = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0);

function lookUp(name: string, view: View, beside: ReadonlyMap<string, unknown>): unknown {
  if (name === ".") return unlessFunction(view.value);
  const path = name.split(".");
  for (let at: View | undefined = view; at; at = at.outer) {
    const found = follow(at.value, path);
    if (found) return unlessFunction(found.value);
  }
  return unlessFunction(beside.get(name));
}

/** Own properties only: what an object inherits, such as its constructor, is nobody's data. */
function follow(from: unknown, path: readonly string[]): { readonly value: unknown } | undefined {
  let value = from;
  for (const key of path) {
    if (value === undefined || value === null || typeof value === "function") return undefined;
    const holder = Object(value) as Record<string, unknown>;
    if (!Object.hasOwn(holder, key)) return undefined;
    value = holder[key];
  }
  return { value };
}

function unlessFunction(value: unknown): unknown {
  return typeof value === "function" ? undefined : value;
}

/** How a value stands in a mail; undefined where it is none. Throws where it has no form as a text. */
function writtenAs(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null || typeof value === "symbol") return undefined;
  if (typeof value !== "object") return String(value);
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  const bytes = bytesOf(value);
  return bytes ? new TextDecoder("utf-8", { fatal: true }).decode(bytes) : JSON.stringify(value);
}

/** Of a Buffer, its relatives, and one that went through JSON. */
function bytesOf(value: object): Uint8Array | undefined {
  if (types.isUint8Array(value)) return value;
  const { type, data } = value as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data) ? Buffer.from(data as number[]) : undefined;
}
