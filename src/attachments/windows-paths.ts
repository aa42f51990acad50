/** Names that are devices in every folder, with whatever extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i;

/**
 * Whether Windows takes a path for something else than it looks like: a device, a stream within a file, the root
 * of another way of writing paths, the current folder of a drive, or a name whose end it drops.
 */
export function isWindowsTrick(path: string): boolean {
  if (/^[\\/]{2}[?.][\\/]/.test(path) || /^[\\/]{1}\?\?[\\/]/.test(path) || /^[A-Za-z]:(?![\\/])/.test(path))
    return true;
  const segments = path.replace(/^[A-Za-z]:/, "").split(/[\\/]/);
  return segments.some(
    (segment) =>
      /[:*?"<>|]/.test(segment) || DEVICE.test(segment.trim()) || (/[. ]$/.test(segment) && !/^\.\.?$/.test(segment)),
  );
}
