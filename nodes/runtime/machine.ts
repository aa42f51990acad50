import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/model/clock";

/** Node.js itself sends fetch through a proxy only where this is set; Graph's connections follow it. */
const proxyEnv = process.env["NODE_USE_ENV_PROXY"] === "1" ? { proxyEnv: process.env } : {};

/** The machine's clock, randomness and proxy, which `src` takes as arguments. */
export const machine = { clock: systemClock, newId: randomUUID as () => string, random: Math.random, ...proxyEnv };
