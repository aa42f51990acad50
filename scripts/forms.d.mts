export function formOf(node: string): string;
export function expandRows(html: string): string;
