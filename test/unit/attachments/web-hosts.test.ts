import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes } from "../../support/kept-files";
import { bytesIn } from "../../support/test-spool";
import { CANARY, fetchAll, refusal, TOKEN } from "./fetching";
import { FileHost, names } from "./file-host";

const CONTENT = bytes(300_000);

describe("attachments from web addresses", () => {
  const host = new FileHost();

  describe("are refused, and nothing is asked, where", () => {
    const NOT_LISTED = "attachment-host-not-listed";
    const PRIVATE = "attachment-private-address";
    const port = (): string => String(host.bait.port);
    const cases: [what: string, url: () => string, reason: string][] = [
      ["the host is not listed", () => `http://localhost:${port()}/`, NOT_LISTED],
      ["the host is an address that is not listed", () => `http://${host.bait.host}/`, NOT_LISTED],
      ["the address is one number", () => `http://2130706434:${port()}/`, NOT_LISTED],
      ["the address is hexadecimal", () => `http://0x7f000002:${port()}/`, NOT_LISTED],
      ["the address is hexadecimal in part", () => `http://0x7f.2:${port()}/`, NOT_LISTED],
      ["the address is octal", () => `http://0177.0.0.02:${port()}/`, NOT_LISTED],
      ["the address is short", () => `http://127.2:${port()}/`, NOT_LISTED],
      ["the address is written in full-width digits", () => `http://１２７.0.0.2:${port()}/`, NOT_LISTED],
      ["the address is written with other dots", () => `http://127。0。0。2:${port()}/`, NOT_LISTED],
      ["the address is of IPv4 in IPv6", () => `http://[::ffff:127.0.0.2]:${port()}/`, NOT_LISTED],
      ["a listed address is written in IPv6", () => `http://[::ffff:127.0.0.1]:${host.server.port}/`, NOT_LISTED],
      ["the address is none", () => `http://0.0.0.0:${port()}/`, NOT_LISTED],
      ["the name ends in a dot", () => `http://localhost.:${port()}/`, NOT_LISTED],
      ["the name begins like a listed one", () => `http://files.example.com.evil.example:${port()}/`, NOT_LISTED],
      ["the name ends like a listed one", () => "http://evilfiles.example.com/", NOT_LISTED],
      ["the name is above a listed one", () => `http://example.com:${port()}/`, NOT_LISTED],
      ["the listed name stands in the query", () => `http://localhost:${port()}/?files.example.com`, NOT_LISTED],
      ["the listed name stands in the fragment", () => `http://localhost:${port()}/#files.example.com`, NOT_LISTED],
      ["a backslash hides the host", () => `http://localhost:${port()}\\@files.example.com/`, NOT_LISTED],
      ["the port is another one", () => `http://127.0.0.1:${port()}/`, NOT_LISTED],
      ["the port is the usual one", () => "http://127.0.0.1/", NOT_LISTED],
      ["the port of the name is another one", () => "http://files.example.com:8080/", NOT_LISTED],
      ["there is a login", () => `http://ann:${TOKEN}@${host.server.host}/`, "attachment-credentials"],
      ["there is a name", () => `http://${TOKEN}@${host.server.host}/`, "attachment-credentials"],
      ["a listed name is the login", () => `http://files.example.com@${host.bait.host}/`, "attachment-credentials"],
      ["a listed name leads to this machine", () => `http://inside.example.com:${port()}/`, PRIVATE],
      ["a listed name leads there among others", () => `http://both.example.com:${port()}/`, PRIVATE],
      ["the scheme is file", () => "file:///etc/passwd", "attachment-location"],
      ["the scheme is another", () => `gopher://${host.server.host}/`, "attachment-location"],
    ];
    for (const [what, url, reason] of cases) {
      it(what, async () => {
        const before = host.server.connections;
        const hosts = `${host.server.host}, files.example.com, *.sub.example.com, *.example.com:${host.bait.port}`;
        const dependencies = names({
          "inside.example.com": ["127.0.0.2"],
          "both.example.com": ["93.184.215.14", "127.0.0.2"],
        });
        for (const name of ["path", "url", "href"]) {
          const error = await refusal({ [name]: url() }, { hosts, dependencies });
          assert.deepEqual([error.reason, error.field], [reason, `attachments.${name}`]);
        }
        assert.equal(host.server.connections, before);
      });
    }

    const addresses =
      "10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 198.18.0.1 ::1 :: " +
      "fd00::1 fe80::1 fe80::1%eth0 ff02::1 ::ffff:127.0.0.2 ::127.0.0.2 64:ff9b::7f00:2 2002:7f00:2:: 2001:0:7f00:2::1";
    it(`a listed name leads to ${addresses}`, async () => {
      for (const address of addresses.split(" ")) {
        const dependencies = names({ "files.example.com": [address] });
        const error = await refusal({ url: "http://files.example.com/" }, { hosts: "files.example.com", dependencies });
        assert.equal(error.reason, PRIVATE, address);
        assert.ok(error.message.includes(address));
      }
    });

    it("no host is listed, and the remedy names the one to list", async () => {
      const error = await refusal({ url: host.url("/") }, {});
      assert.equal(error.reason, "attachment-no-hosts");
      assert.ok(error.remedy.includes(host.server.host));
    });

    it("the network of a name's address is listed for another port", async () => {
      const hosts = `nas.example.com:${host.bait.port}, 127.0.0.0/8:${host.server.port}, 127.0.0.2`;
      const dependencies = names({ "nas.example.com": ["127.0.0.2"] });
      const error = await refusal({ url: `http://nas.example.com:${host.bait.port}/` }, { hosts, dependencies });
      assert.equal(error.reason, PRIVATE);
    });
  });

  describe("are refused where a listed host leads on", () => {
    const cases: [what: string, to: () => string, reason: string][] = [
      ["to this machine", () => `http://${host.bait.host}/`, "attachment-host-not-listed"],
      ["to this machine without a scheme", () => `//${host.bait.host}/`, "attachment-host-not-listed"],
      ["to this machine in numbers", () => `http://2130706434:${host.bait.port}/`, "attachment-host-not-listed"],
      ["to a host that is not listed", () => "http://other.example.com/", "attachment-host-not-listed"],
      ["to a name of this machine", () => `http://inside.example.com:${host.bait.port}/`, "attachment-private-address"],
      ["to another port", () => `http://127.0.0.1:${host.bait.port}/`, "attachment-host-not-listed"],
      ["to a login", () => `http://ann:${TOKEN}@${host.server.host}/ok`, "attachment-credentials"],
      ["to a file", () => "file:///etc/passwd", "attachment-location"],
      ["to a content", () => `data:text/plain,${CANARY}`, "attachment-location"],
    ];
    for (const [what, to, reason] of cases) {
      it(what, async () => {
        const dependencies = names({ "inside.example.com": ["127.0.0.2"] });
        const hosts = `${host.server.host}, inside.example.com:${host.bait.port}`;
        const error = await refusal({ url: host.redirect("/on", to) }, { hosts, dependencies });
        assert.deepEqual([error.reason, error.field], [reason, "attachments.url"]);
      });
    }

    it("in a circle, and to itself", async () => {
      host.redirect("/a", () => host.url("/b"));
      host.redirect("/b", () => host.url("/a"));
      host.redirect("/self", () => "", 307);
      for (const path of ["/a", "/self"]) {
        const before = host.server.asked.length;
        assert.equal((await refusal({ url: host.url(path) }, host.listed)).reason, "attachment-redirects");
        assert.equal(host.server.asked.length - before, 6);
      }
    });

    it("but not where it leads on five times to what is listed", async () => {
      for (const step of [1, 2, 3, 4, 5])
        host.redirect(`/${step}`, () => `/${step + 1}`, [301, 302, 303, 307, 308][step - 1]);
      host.serve("/6", (response) => response.end(CONTENT));
      const { attachments } = await fetchAll({ url: host.url("/1") }, host.listed);
      assert.ok(bytesIn(attachments[0]!.content).equals(CONTENT));
      host.redirect("/0", () => "/1");
      assert.equal((await refusal({ url: host.url("/0") }, host.listed)).reason, "attachment-redirects");
    });
  });

  it("never come from a host that is not listed, however its address is written", async () => {
    host.serve("/", (response) => response.end("listed"));
    const baited = [
      "127.0.0.2",
      "2130706434",
      "0x7f.2",
      "0177.0.0.02",
      "[::ffff:7f00:2]",
      "localhost",
      "a.example.com",
    ];
    const start = fc.constantFrom("http:", "http:\\\\", "HTTP://", "http:////", "http://", "\thttp://", "http:/\t/");
    const login = fc.constantFrom(
      "",
      "127.0.0.1@",
      "127.0.0.1:80@",
      "@",
      "files.example.com\\@",
      "files.example.com#@",
    );
    const spelt = fc.constantFrom(
      ...baited,
      "127.0.0.1",
      "files.example.com",
      "①27.0.0.2",
      "127.0.0.2.",
      "%31%32%37.0.0.2",
    );
    const end = fc.constantFrom("/", "", "/?@127.0.0.1", "#@127.0.0.1", "\\@127.0.0.1", "/..;/", "/%2e%2e/");
    const port = fc.constantFrom("bait", "server");
    await fc.assert(
      fc.asyncProperty(start, login, spelt, port, end, async (first, who, name, which, last) => {
        const number = which === "bait" ? host.bait.port : host.server.port;
        const url = `${first}${who}${name}:${number}${last}`;
        const hosts = `${host.server.host}, files.example.com:${number}`;
        const lookup = async (): Promise<string[]> => ["127.0.0.2"];
        const got = await fetchAll({ url }, { hosts, dependencies: { lookup } }).then(
          ({ attachments }) => bytesIn(attachments[0]!.content).toString(),
          ({ name: kind }) => kind,
        );
        assert.match(got, /^(?:listed|SendError)$/, url);
      }),
      { numRuns: 300 },
    );
  });

  it("are looked up once, and come from the address that was checked and no other", async () => {
    const url = `http://files.example.com:${host.server.port}/rebound`;
    host.serve("/rebound", (response) => response.end(CONTENT));
    const hosts = `files.example.com:${host.server.port}, ${host.server.host}`;
    let lookups = 0;
    const lookup = async (): Promise<string[]> => (lookups++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]);
    const { attachments } = await fetchAll({ url }, { hosts, dependencies: { lookup } });
    assert.ok(bytesIn(attachments[0]!.content).equals(CONTENT));
    assert.equal(lookups, 1);
  });

  it("are checked anew where the same name leads on to itself", async () => {
    const url = `http://files.example.com:${host.server.port}/rebound-on`;
    host.redirect("/rebound-on", () => "/rebound");
    const hosts = `files.example.com:${host.server.port}, ${host.server.host}`;
    let lookups = 0;
    const lookup = async (): Promise<string[]> => (lookups++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]);
    const error = await refusal({ url }, { hosts, dependencies: { lookup } });
    assert.deepEqual([error.reason, lookups], ["attachment-private-address", 2]);
  });
});
