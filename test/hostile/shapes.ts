import { runInNewContext } from "node:vm";

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = "x";
  for (let at = 0; at < depth; at++) value = wrap(value);
  return value;
};

function cyclic(): unknown {
  const value: Record<string, unknown> = { address: "a@example.com" };
  value["self"] = value;
  value["value"] = [value];
  return value;
}

function cyclicArray(): unknown {
  const value: unknown[] = ["a@example.com"];
  value.push(value);
  return value;
}

class Person {
  address = "a@example.com";
  get name(): string {
    throw new Error("no name");
  }
  toString(): string {
    throw new Error("no text");
  }
}

const throwing = (): never => {
  throw new Error("not for you");
};
const everythingThrows = new Proxy(
  {},
  {
    get: throwing,
    has: throwing,
    ownKeys: throwing,
    getPrototypeOf: throwing,
    getOwnPropertyDescriptor: throwing,
  },
);

/** Values that no flow's author has in mind, made anew for each use. `large`: it may take a second. */
export const SHAPES: Readonly<Record<string, { make: () => unknown; large?: boolean }>> = {
  "prototype keys": {
    make: () =>
      JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"address":"a@example.com"}'),
  },
  "an array of prototype keys": { make: () => [JSON.parse('{"__proto__":{"polluted":1},"content":"x"}')] },
  "a changed prototype": { make: () => Object.setPrototypeOf({ address: "a@example.com" }, Array.prototype) },
  "a circle": { make: cyclic },
  "a circle of arrays": { make: cyclicArray },
  "getters that throw": { make: () => Object.defineProperty({}, "address", { enumerable: true, get: throwing }) },
  "getters that throw something else": {
    make: () => ({
      get content() {
        throw null;
      },
      get address() {
        throw undefined;
      },
    }),
  },
  "a class with getters": { make: () => new Person() },
  "a proxy that throws": { make: () => everythingThrows },
  "a proxy that was revoked": {
    make: () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  },
  "a proxy that has everything": {
    make: () => new Proxy({}, { get: (_, key) => `a@example.com ${String(key)}`, ownKeys: () => ["x"] }),
  },
  "a toString that throws": { make: () => ({ toString: throwing, valueOf: throwing, [Symbol.toPrimitive]: throwing }) },
  "a toJSON that throws": { make: () => ({ toJSON: throwing }) },
  "a promise": { make: () => Promise.resolve("a@example.com") },
  "a symbol": { make: () => Symbol("a@example.com") },
  "an object with symbols": { make: () => ({ [Symbol.iterator]: throwing, [Symbol.toStringTag]: "Error]" }) },
  "a bigint": { make: () => 10n ** 50n },
  "a function": { make: () => throwing },
  "a date that is none": { make: () => new Date(Number.NaN) },
  "not a number": { make: () => Number.NaN },
  infinity: { make: () => Number.NEGATIVE_INFINITY },
  "typed arrays": { make: () => [new Float64Array(3), new BigInt64Array(2), new DataView(new ArrayBuffer(4))] },
  "a shared buffer": { make: () => new Uint8Array(new SharedArrayBuffer(16)) },
  "a detached buffer": {
    make: () => {
      const bytes = new Uint8Array(16);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    },
  },
  "bytes that are none": { make: () => ({ type: "Buffer", data: [1, 300, -1, "x", null] }) },
  holes: { make: () => Object.assign(new Array(5), { 1: "a@example.com", 3: { content: "x" } }) },
  "an array of nothing": { make: () => [null, undefined, "", [], {}] },
  "a map": { make: () => new Map([["address", "a@example.com"]]) },
  "a set": { make: () => new Set(["a@example.com"]) },
  "an object without a prototype": {
    make: () => Object.assign(Object.create(null), { address: "a@example.com", content: "x" }),
  },
  "an object of another realm": { make: () => runInNewContext("({ address: 'a@example.com', list: [1, 2] })") },
  "an error": { make: () => new Error("x\r\nBcc: evil@example.net") },
  "a regular expression": { make: () => /x/ },
  "half a character": { make: () => "\ud83d a@example.com" },
  controls: { make: () => "\0\u0001\r\n\u2028a@example.com\r\n.\r\nMAIL FROM:<evil@example.net>" },
  "a frozen object": { make: () => Object.freeze({ address: "a@example.com", content: Object.freeze(["x"]) }) },
  "arrays 100,000 deep": { make: () => nested(100_000, (inner) => [inner]) },
  "objects 100,000 deep": {
    make: () => nested(100_000, (inner) => ({ value: inner, address: inner, content: inner })),
  },
  "100,000 addresses": { make: () => Array.from({ length: 100_000 }, (_, at) => `a${at}@example.com`), large: true },
  "100,000 addresses in a text": {
    make: () => Array.from({ length: 100_000 }, (_, at) => `a${at}@example.com`).join(", "),
    large: true,
  },
  "100,000 properties": {
    make: () => Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`X-Header-${at}`, at])),
    large: true,
  },
  "100,000 attachments": { make: () => Array.from({ length: 100_000 }, () => ({ content: "x" })), large: true },
  "50 MB of text": { make: () => "x".repeat(50_000_000), large: true },
  "50 MB of lines": { make: () => "a@example.com\n".repeat(3_500_000), large: true },
  "a megabyte of brackets": { make: () => '(<"'.repeat(350_000), large: true },
  "a megabyte of commas": { make: () => ",".repeat(1_000_000), large: true },
  "a megabyte of names": { make: () => "a b ".repeat(250_000), large: true },
  "a megabyte of quotes": { make: () => `${'"\\'.repeat(500_000)}" <a@example.com>`, large: true },
};
