/** Work was stopped on request (Ctrl-C); not a fault, so it is not in the error registry. Exit code 130, as shells have it. */
export class Interrupted extends Error {
  constructor() {
    super("stopped on request; finished stages and checkpoints are kept");
    this.name = "Interrupted";
  }
}
