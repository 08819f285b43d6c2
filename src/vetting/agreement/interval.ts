/** A figure of vetting with its 95 % interval and the number of items behind it. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly method: string;
}
