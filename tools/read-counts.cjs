/** Prints "passed failed" from a Vitest JSON report or from a report of tools/end-to-end.ts. */
const report = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
console.log(report.numPassedTests ?? report.passed ?? 0, report.numFailedTests ?? report.failed ?? 0);
