const REFERENCE = /^\$\{([^}]+)\}$/;

/** A reference whose name is still to be written. */
export const NAMELESS = "${}";

/** Whether the whole value is a reference to an environment variable, which only the runtime can resolve. */
export function isEnvReference(value: unknown): boolean {
  return variableIn(value) !== undefined;
}

/** The name of the environment variable that the whole value refers to; undefined where it refers to none. */
export function variableIn(value: unknown): string | undefined {
  return typeof value === "string" ? REFERENCE.exec(value)?.[1] : undefined;
}
