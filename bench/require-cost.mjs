// Loads the package's nodes in a fresh process and tells its parent what that took.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

process.once("message", ({ before, load }) => {
  for (const module of before) require(module);
  globalThis.gc();
  const rest = process.memoryUsage();
  const from = performance.now();
  if (load) for (const node of ["smtp-config", "send-email"]) require(`../dist/nodes/${node}.js`);
  const ms = performance.now() - from;
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ ms, rss: rss - rest.rss, heap: heapUsed + external - rest.heapUsed - rest.external }, () =>
    process.disconnect(),
  );
});
