import assert from "node:assert/strict";
import { type HostAndPort, listsAddress, listsName, readHostPatterns } from "../../../src/model/host-patterns";
import { isInNetwork, isPublic, readIpAddress, readIpNetwork } from "../../../src/model/ip-address";

const address = (text: string) => readIpAddress(text) ?? assert.fail(`not an address: ${text}`);

describe("An IP address", () => {
  const V6: readonly [string, string][] = [
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["fd00::", "fd000000000000000000000000000000"],
    ["2001:DB8::8:800:200c:417a", "20010db80000000000080800200c417a"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::ffff:127.0.0.1", "00000000000000000000ffff7f000001"],
    ["64:ff9b::192.0.2.1", "0064ff9b0000000000000000c0000201"],
  ];
  for (const [text, hex] of V6) {
    it(`is read from ${text}`, () => assert.equal(Buffer.from(address(text)).toString("hex"), hex));
  }

  it("is none in any other notation", () => {
    const wrong = [
      ...["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "127.1", "1.2.3.4 ", "1.2.3.-4", "١.2.3.4"],
      ...[":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1%lo"],
      ...["[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", ":1:2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8"],
    ];
    assert.deepEqual(
      wrong.filter((text) => readIpAddress(text) !== undefined),
      [],
    );
  });

  it("is in a network whose bits it begins with, of its own kind only", () => {
    const isIn = (text: string, network: string) => isInNetwork(address(text), readIpNetwork(network)!);
    assert.ok(isIn("10.1.2.3", "10.0.0.0/8") && isIn("10.1.2.3", "10.9.9.9/8") && isIn("1.2.3.4", "0.0.0.0/0"));
    assert.ok(isIn("172.31.255.255", "172.16.0.0/12") && !isIn("172.32.0.0", "172.16.0.0/12"));
    assert.ok(isIn("10.0.0.5", "10.0.0.5") && !isIn("10.0.0.4", "10.0.0.5"));
    assert.ok(isIn("fd12::1", "fd00::/8") && !isIn("fe80::1", "fd00::/8") && isIn("fdff::", "fc00::/7"));
    assert.ok(!isIn("::ffff:10.0.0.5", "10.0.0.0/8") && !isIn("10.0.0.5", "::/0"));
  });

  const NOT_PUBLIC =
    "0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.0.1 " +
    "192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 " +
    "239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:8.8.8.8 ::ffff:127.0.0.1 64:ff9b::8.8.8.8 " +
    "64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd00::1 " +
    "fe80::1 fec0::1 ff02::1";
  it("is not public where a registry says so", () => {
    assert.deepEqual(
      NOT_PUBLIC.split(" ").filter((text) => isPublic(address(text))),
      [],
    );
  });

  it("is public elsewhere", () => {
    const beside = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1";
    const more = "192.169.0.1 198.17.0.1 198.20.0.1 223.255.255.255 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1";
    assert.deepEqual(
      `${beside} ${more}`.split(" ").filter((text) => !isPublic(address(text))),
      [],
    );
  });
});

describe("A list of hosts", () => {
  const patterns = readHostPatterns(
    "files.example.com, *.example.org, bücher.example, nas.local:5000, 10.0.0.0/8, [fd00::5]:8080",
  );
  const named = (host: string, port?: number): boolean =>
    listsName({ host, ...(port === undefined ? {} : { port }) } as HostAndPort, patterns);

  it("has a name alone, or all that is below it", () => {
    assert.ok(named("files.example.com") && named("a.example.org") && named("a.b.example.org"));
    for (const other of ["example.com", "a.files.example.com", "files.example.com.evil.example", "example.org"])
      assert.ok(!named(other), other);
    assert.ok(!named("evilexample.org") && !named("10.0.0.5"));
    assert.ok(named("xn--bcher-kva.example"), "as URLs write it");
  });

  it("has the usual port of a host, or the one that it says", () => {
    assert.ok(named("nas.local", 5000) && !named("nas.local") && !named("nas.local", 80));
    assert.ok(!named("files.example.com", 8443));
  });

  it("has addresses apart from names", () => {
    const has = (text: string, port?: number) => listsAddress(address(text), port, patterns);
    assert.ok(has("10.9.9.9") && !has("10.9.9.9", 8080) && !has("11.0.0.1"));
    assert.ok(has("fd00::5", 8080) && !has("fd00::5") && !has("fd00::6", 8080));
  });
});
