/** Behaviour is tried on both Node-REDs, and with it one look of each: Node-RED 4 has no dark theme. */
export const ONE_LOOK_EACH = [
  { version: 4, dark: false },
  { version: 5, dark: true },
] as const;

/** For tests of what is seen. */
export const ALL_LOOKS = [...ONE_LOOK_EACH, { version: 5, dark: false }] as const;
