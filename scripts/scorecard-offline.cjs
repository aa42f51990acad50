// Loaded before node-red-dev: answers what its checks ask the internet for, from what is installed here. A check
// that this cannot answer comes out green and means nothing; scorecard.mjs calls those “not run”.
const { join } = require("node:path");
const Module = require("node:module");

const { packages } = require(join(__dirname, "..", "package-lock.json"));
const [latest, maintenance] = [packages["node_modules/node-red-5"], packages["node_modules/node-red"]];

/** As a registry tells of Node-RED: the two versions that the tests run on. */
const nodeRed = {
  "dist-tags": { latest: latest.version, maintenance: maintenance.version },
  versions: { [latest.version]: latest, [maintenance.version]: maintenance },
};
const axios = {
  get(address) {
    if (address.endsWith("/catalogue.json")) return Promise.resolve({ data: { modules: [] } });
    if (address.endsWith("/node-red")) return Promise.resolve({ data: nodeRed });
    return Promise.reject(new Error(`no answer for ${address}`));
  },
};
/** The whole tree, whichever package it is asked of. */
const listed = Object.entries(packages)
  .filter(([path, { dev }]) => path !== "" && !dev)
  .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, "")}@${version}`);
const ANSWERS = {
  axios,
  "npm-remote-ls": { config() {}, ls: (_name, _version, _flat, tell) => tell(listed) },
  "npm-check": () => Promise.resolve({ get: () => [] }),
};

const load = Module._load;
Module._load = function answered(request, ...rest) {
  return Object.hasOwn(ANSWERS, request) ? ANSWERS[request] : load.call(this, request, ...rest);
};
