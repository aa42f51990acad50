import type ICAL from "ical.js";

type Library = typeof ICAL;
export type Component = InstanceType<Library["Component"]>;
export type Property = InstanceType<Library["Property"]>;
export type Time = InstanceType<Library["Time"]>;

const library = require("ical.js") as Library;

// RFC 5545 §3.1 allows 75 octets with the space that continues a line; the library does not count that.
library.foldLength = 74;

export { library };
