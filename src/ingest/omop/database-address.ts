/** Whether an input is a database rather than a folder or a file; told without loading what speaks with databases. */
export function isDatabaseAddress(input: string): boolean {
  return /^postgres(ql)?:\/\//i.test(input);
}
