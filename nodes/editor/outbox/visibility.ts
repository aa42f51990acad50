/** Tells whether a person can see the element: its tab is chosen, the sidebar open and the window in front. */
export function watchVisibility(watched: HTMLElement, tell: (visible: boolean) => void): void {
  let inView = false;
  let told = false;
  const look = (): void => {
    const visible = inView && !document.hidden;
    if (visible === told) return;
    told = visible;
    tell(visible);
  };
  new IntersectionObserver((changes) => {
    inView = changes.at(-1)?.isIntersecting ?? false;
    look();
  }).observe(watched);
  document.addEventListener("visibilitychange", look);
}
