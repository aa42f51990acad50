/** Maps values between `from` and `to` to pixels, and knows where to draw lines across. */
export interface Scale {
  readonly most: number;
  readonly ticks: readonly number[];
  at(value: number): number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** From 0 to a round number that is no smaller than the largest value; `unit` is what one of the labels counts. */
export function scaleOf(values: readonly number[], pixels: { from: number; to: number }, unit = 1): Scale {
  const largest = values.reduce((most, value) => Math.max(most, value), 0) / unit || 1;
  const power = 10 ** Math.floor(Math.log10(largest / 2));
  const step = STEPS.map((each) => each * power).find((each) => each * 3 >= largest) ?? largest;
  const count = Math.ceil(largest / step - 1e-9);
  const most = count * step * unit;
  return {
    most,
    ticks: Array.from({ length: count + 1 }, (_, at) => at * step * unit),
    at: (value) => pixels.from + (value / most) * (pixels.to - pixels.from),
  };
}

/** Minutes between the labels of the time axis. */
export function minuteStep(minutes: number): number {
  return [0.25, 0.5, 1, 2, 5, 10, 20].find((step) => minutes / step <= 12) ?? 60;
}
