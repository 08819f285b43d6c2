/** Imports point only upstream: a folder may use those above it in this list, never those below. */
const river = [
  "errors",
  "effects",
  "drawing",
  "artefacts",
  "state",
  "timeline",
  "terminology",
  "ingest",
  "quality",
  "privacy",
  "vetting",
  "trees",
  "tokens",
  "network",
  "training",
  "forecast",
  "evaluation",
  "reasoning",
  "governance",
  "assistant",
  "serving",
  "client",
  "cli",
];

const upstreamOnly = river.slice(0, -1).map((folder, position) => ({
  name: `${folder}-imports-upstream-only`,
  comment: `src/${folder} may import only what lies upstream of it; docs/reference/river.md has the order.`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${river.slice(position + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...upstreamOnly,
    {
      name: "folder-in-the-river",
      comment: "A new folder of src needs its place in the river order above.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/", pathNot: `^src/(${river.join("|")})/` },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-without-tests",
      comment: "src never imports tests, benchmarks or tools; only the command line knows the examples.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|tools)/" },
    },
    {
      name: "examples-only-from-the-command-line",
      severity: "error",
      from: { path: "^src/(?!cli/)" },
      to: { path: "^examples/" },
    },
    {
      name: "workspace-asks-the-server",
      comment:
        "The workspace takes only types from the server, tables of codes, what draws and words figures for both, and the text that is signed.",
      severity: "error",
      from: { path: "^web/src/" },
      to: {
        path: "^src/(?!drawing/|artefacts/canonical-json|.*[.]table[.]ts$)",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "server-without-workspace",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^web/" },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], pathNot: "@types/" },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
