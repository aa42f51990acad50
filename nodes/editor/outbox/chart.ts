const SVG = "http://www.w3.org/2000/svg";
const UP = 22;
const DOWN = 8;
const GAP = 1;

/** The last hour as bars: accepted ones stand on the line, failed ones hang below it. */
export class Chart {
  readonly element = document.createElementNS(SVG, "svg");
  readonly #accepted = this.#path("po-accepted");
  readonly #failed = this.#path("po-failed");

  constructor() {
    const { element } = this;
    element.setAttribute("class", "po-chart");
    element.setAttribute("role", "img");
    element.setAttribute("preserveAspectRatio", "none");
    element.setAttribute("viewBox", `0 0 240 ${UP + GAP + DOWN}`);
    const line = this.#path("po-base");
    line.setAttribute("d", `M0 ${UP}h240v${GAP}H0z`);
    element.append(this.#accepted, this.#failed, line);
  }

  show(accepted: readonly number[], failed: readonly number[], label: string): void {
    const most = Math.max(1, ...accepted, ...failed);
    this.element.setAttribute("aria-label", label);
    this.#accepted.setAttribute(
      "d",
      bars(accepted, (n) => [UP - height(n, most, UP), height(n, most, UP)]),
    );
    this.#failed.setAttribute(
      "d",
      bars(failed, (n) => [UP + GAP, height(n, most, DOWN)]),
    );
  }

  #path(className: string): SVGPathElement {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", className);
    return path;
  }
}

/** One mail among thousands still shows. */
function height(n: number, most: number, full: number): number {
  return Math.round(Math.max(2, (full * n) / most) * 10) / 10;
}

function bars(counts: readonly number[], place: (n: number) => [top: number, height: number]): string {
  const width = 240 / counts.length;
  return counts
    .flatMap((n, at) => {
      if (n === 0) return [];
      const [top, tall] = place(n);
      return [`M${at * width} ${top}h${width - 0.8}v${tall}h-${width - 0.8}z`];
    })
    .join("");
}
