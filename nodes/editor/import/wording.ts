export interface Words {
  /** The text of a key below `send-email.import`. */
  (key: string, values?: Record<string, string | number>): string;
  /** One text for one, another for any other number. */
  counted(key: string, n: number, values?: Record<string, string | number>): string;
  /** How a configuration secures its connection, in the words of its own dialog. */
  security(mode: string): string;
}

export function importWords(translate: Translate): Words {
  const text = (key: string, values?: Record<string, string | number>) => translate(`send-email.import.${key}`, values);
  return Object.assign(text, {
    counted: (key: string, n: number, values = {}) => text(`${key}-${n === 1 ? "one" : "many"}`, { n, ...values }),
    security: (mode: string) => RED.nodes.getType("smtp-config")?._(`smtp-config.security.${mode}`) ?? mode,
  });
}
