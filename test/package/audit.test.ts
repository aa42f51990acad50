import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { checkout } from "../support/node-red";

type Answer = (response: ServerResponse) => void;

const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const ADVISORY = {
  ...{ id: 1, url: "https://advisories.example/1", title: "Reads too much", severity: "high" },
  vulnerable_versions: ">=0",
};

/** For an advisory npm looks up which versions there are. */
function versionsOf(path: string): Answer {
  const name = decodeURIComponent(path.slice(1));
  const version = "1.0.0";
  return json(200, { name, "dist-tags": { latest: version }, versions: { [version]: { name, version } } });
}

describe("the audit of what users install", () => {
  let registry: Server;
  let answer: Answer;
  let asked: string[];

  before(async () => {
    registry = createServer(async (request, response) => {
      if (request.method === "GET") return versionsOf(request.url ?? "")(response);
      asked.push(await bodyOf(request));
      answer(response);
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  });
  after(() => new Promise((resolve) => registry.close(resolve)));
  beforeEach(() => {
    asked = [];
  });

  function audit(): Promise<{ status: unknown; said: string }> {
    const { port } = registry.address() as AddressInfo;
    const script = join(checkout, "scripts", "audit.mjs");
    const flags = [`--registry=http://127.0.0.1:${port}/`, "--fetch-retries=0"];
    return new Promise((resolve) =>
      execFile(process.execPath, [script, ...flags], { cwd: checkout, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ status: error ? error.code : 0, said: `${stdout}${stderr}` }),
      ),
    );
  }

  it("passes where there is no advisory, and asks about all that is installed, and nothing else", async () => {
    answer = json(200, {});
    const { status, said } = await audit();
    assert.equal(status, 0, said);
    assert.match(said, /^audited: no advisory against the \d+ packages that users install$/m);
    const names = Object.keys(JSON.parse(asked[0] ?? "{}") as object);
    for (const name of ["nodemailer", "ical.js", "entities", "@photostructure/sqlite"]) assert.ok(names.includes(name));
    for (const name of ["mocha", "typescript", "node-red"]) assert.ok(!names.includes(name), name);
  });

  it("fails where there is one, and names package, severity and advisory", async () => {
    answer = json(200, { nodemailer: [ADVISORY] });
    const { status, said } = await audit();
    assert.equal(status, 1, said);
    assert.match(said, /^nodemailer .*\(high\): Reads too much https:\/\/advisories\.example\/1$/m);
    assert.doesNotMatch(said, /^(?:not )?audited/m);
  });

  for (const code of [404, 405, 501])
    it(`neither passes nor fails where the registry has no such service (${code}), and says so`, async () => {
      answer = json(code, {});
      const { status, said } = await audit();
      assert.equal(status, 3, said);
      assert.equal(said.trim(), "not audited: this registry does not answer audits");
    });

  const broken: Readonly<Record<string, Answer>> = {
    "refuses (401)": json(401, {}),
    "has a fault (500)": json(500, { error: "no" }),
    "answers with a page": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in"),
    "answers with half of it": (response) =>
      response.writeHead(200, { "content-type": "application/json" }).end('{"nodemailer":[{'),
    "hangs up": (response) => response.destroy(),
  };
  for (const [what, act] of Object.entries(broken))
    it(`fails where the registry ${what}, and does not say that it audited`, async () => {
      answer = act;
      const { status, said } = await audit();
      assert.equal(status, 1, said);
      assert.match(said, /^the audit failed: ./m);
      assert.doesNotMatch(said, /^(?:not )?audited/m);
    });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
}
