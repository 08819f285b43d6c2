/** Runs, times and sizes in words. */
export function shortId(id: string): string {
  return id.slice(0, 10);
}

/** `42 s`, `3 min`, `2.5 h` */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** `1.6 M`, `850 k` */
export function shortCount(value: number): string {
  const [size, unit] =
    value >= 1e9 ? [1e9, "G"] : value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${Number((value / size).toPrecision(2))}${unit === "" ? "" : ` ${unit}`}`;
}
