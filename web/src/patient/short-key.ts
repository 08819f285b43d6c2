/** The start of a patient's key as people compare it: `3F2A-91BC`. */
export function shortKey(key: string): string {
  return `${key.slice(0, 4)}-${key.slice(4, 8)}`.toUpperCase();
}
