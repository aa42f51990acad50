import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { createSignal } from "./signal";

/** What a name is answered with: texts in as many strings as DNS needs, a code, or nothing at all. */
export type DnsAnswer = readonly string[] | "no-data" | "no-name" | "broken" | "silent";

export interface DnsServer {
  /** As `dns.setServers` takes it. */
  readonly address: string;
  /** The names that were asked for, oldest first. */
  readonly asked: readonly string[];
  answer(name: string, answer: DnsAnswer): void;
  /** Resolves once it was asked anything. */
  untilAsked(): Promise<void>;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const TXT = 16;
/** RFC 1035 §3.3: a string has at most so many bytes. */
const STRING_BYTES = 255;
const CODES = { "no-data": 0, broken: 2, "no-name": 3 } as const;

/** A DNS server for TXT records on a free loopback port (RFC 1035, over UDP). It knows no other name. */
export async function startDnsServer(): Promise<DnsServer> {
  const answers = new Map<string, DnsAnswer>();
  const asked: string[] = [];
  const changed = createSignal();
  const socket = createSocket("udp4");
  socket.on("message", (query, peer) => {
    const { name, end } = readQuestion(query);
    asked.push(name);
    changed.emit();
    const answer = answers.get(name.toLowerCase()) ?? "no-name";
    if (answer !== "silent") socket.send(reply(query, end, answer), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    asked,
    answer: (name, answer) => answers.set(name.toLowerCase(), answer),
    untilAsked: () => changed.waitFor(() => asked.length > 0, 5_000),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readQuestion(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] as number; length > 0; length = query[at] as number) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  // After the root label: type and class.
  return { name: labels.join("."), end: at + 5 };
}

function reply(query: Buffer, end: number, answer: Exclude<DnsAnswer, "silent">): Buffer {
  const texts = typeof answer === "string" ? [] : answer;
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (typeof answer === "string" ? CODES[answer] : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(texts.length, 6);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...texts.map(textRecord)]);
}

function textRecord(text: string): Buffer {
  const strings = text.match(new RegExp(`.{1,${STRING_BYTES}}`, "g")) ?? [""];
  const content = Buffer.concat(strings.map((each) => Buffer.concat([Buffer.from([each.length]), Buffer.from(each)])));
  const head = Buffer.alloc(12);
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, content]);
}
