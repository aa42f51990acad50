/** Something said instead of an answer, piece by piece. */
export interface Nonsense {
  readonly pieces: readonly (string | Buffer)[];
  readonly pauseMs?: number;
  /** Said again and again for as long as somebody listens. */
  readonly endless?: string;
  readonly close?: "end" | "drop" | "reset";
  /** It is what should have been said, only in an odd way. */
  readonly same?: boolean;
}

type Random = () => number;

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

const some = (random: Random, most: number): number => 1 + Math.floor(random() * most);

/** Every way in which an answer can be none. */
const WAYS: Readonly<Record<string, (text: string, random: Random) => Nonsense>> = {
  silence: () => ({ pieces: [] }),
  split: (text) => ({
    pieces: [
      ...`${text.slice(0, 300)}${text.length > 300 ? text.slice(300) : ""}\r\n`.slice(0, 60),
      `${text}\r\n`.slice(60),
    ],
    same: true,
  }),
  drip: (text) => ({ pieces: [...text.slice(0, 40)], pauseMs: 10 }),
  "drip without an end": () => ({ pieces: Array.from({ length: 100 }, () => "2"), pauseMs: 10 }),
  garbage: (_, random) => ({ pieces: [randomBytes(random, some(random, 2000))] }),
  "a line of garbage": (_, random) => ({ pieces: [randomBytes(random, some(random, 200)), "\r\n"] }),
  "any code": (_, random) => ({ pieces: [`${Math.floor(random() * 1000)} as you like\r\n`] }),
  "a code of many digits": (_, random) => ({ pieces: [`${"25099999".slice(0, some(random, 8))}\r\n`] }),
  "no code": () => ({ pieces: ["Ok, go on\r\n"] }),
  "another answer": (_, random) => ({ pieces: [`${pick(random, OTHERS)}\r\n`] }),
  "one answer more": (text, random) => ({ pieces: [`${text}\r\n${pick(random, OTHERS)}\r\n`] }),
  "many answers more": (text, random) => ({ pieces: [`${text}\r\n`, "250 2.0.0 Ok\r\n".repeat(some(random, 12))] }),
  "the whole conversation at once": (text) => ({
    pieces: [`${text}\r\n250 hello\r\n235 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n250 2.0.0 Ok: queued\r\n`],
  }),
  "half an answer": (text, random) => ({
    pieces: [text.slice(0, some(random, text.length))],
    close: pick(random, ["end", "drop", "reset"]),
  }),
  "a line that never ends": () => ({ pieces: [], endless: "x".repeat(20_000) }),
  "lines that never end": (text) => ({ pieces: [], endless: `${text.slice(0, 3)}-and\r\n`.repeat(2000) }),
  "blank lines": () => ({ pieces: [], endless: "\r\n".repeat(10_000) }),
  "answers without an end": () => ({ pieces: [], endless: "250 2.0.0 Ok\r\n".repeat(1000) }),
  "challenges without an end": () => ({ pieces: [], endless: "334 VXNlcm5hbWU6\r\n".repeat(1000) }),
  "a challenge that is none": (_, random) => ({ pieces: ["334 ", randomBytes(random, 50), "\r\n"] }),
  "NUL bytes": (text) => ({ pieces: [`${text.slice(0, 4)}\0\0\0${text.slice(4)}\0\r\n`] }),
  "no UTF-8": (text) => ({
    pieces: [text.slice(0, 4), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]), "\r\n"],
  }),
  "other line ends": (text, random) => ({ pieces: [text, pick(random, ["\r", "\n\r", "\r\r\n", "\u2028"])] }),
  "escape sequences": () => ({ pieces: ["550 \u001b[2J\u001b]0;owned\u0007 \u202Eevil\r\n"] }),
  "a redirect": (_, random) => ({
    pieces: [
      pick(random, [
        "551 User not local; please try <evil@example.net>\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://evil.example.net/\r\n\r\n",
      ]),
    ],
  }),
  goodbye: () => ({ pieces: ["421 4.3.2 Closing\r\n"], close: "end" }),
  "a goodbye that stays": () => ({ pieces: ["421 4.3.2 Closing\r\n"] }),
  end: () => ({ pieces: [], close: "end" }),
  drop: () => ({ pieces: [], close: "drop" }),
  reset: () => ({ pieces: [], close: "reset" }),
  "an answer and the end": (text) => ({ pieces: [`${text}\r\n`], close: "end" }),
};

const OTHERS = [
  "250 2.0.0 Ok",
  "354 Go ahead",
  "334 UGFzc3dvcmQ6",
  "235 2.7.0 Welcome",
  "220 Again",
  "550 5.7.1 No",
  "451 4.3.0 Later",
  "503 5.5.1 Bad sequence",
];

/** Names of all that a server says instead of an answer. */
const NONSENSE = Object.keys(WAYS);

export function tamper(text: string, random: Random): Nonsense {
  return (WAYS[pick(random, NONSENSE)] as (text: string, random: Random) => Nonsense)(text, random);
}
