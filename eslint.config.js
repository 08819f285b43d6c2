/**
 * Only what Biome cannot see: rules that need types, and the ban on hidden clocks and dice.
 * Time and randomness arrive as arguments (src/effects), so that the same inputs give the same bytes.
 */
import tseslint from "typescript-eslint";

const hiddenEffects = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "Take a seeded Random (src/effects/random.ts) as an argument.",
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "Take Effects (src/effects/effects.ts) as an argument and call now().",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "Take Effects (src/effects/effects.ts) as an argument and call now().",
  },
];

export default tseslint.config(
  { ignores: ["node_modules/", "site/", "coverage/", "web/dist*/", "**/*.js", "**/*.cjs"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "no-restricted-syntax": ["error", ...hiddenEffects],
    },
  },
  { files: ["src/effects/**"], rules: { "no-restricted-syntax": "off" } },
);
