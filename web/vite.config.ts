/** How the workspace is bundled: served under /app, nothing inlined, so that the page's policy needs no exceptions. */
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { DARK, declarations, LIGHT } from "../src/drawing/color-tokens.ts";

/** The report's colours are the workspace's: `tokens.css` is filled from the one table of them. */
const colors: Plugin = {
  name: "colors",
  enforce: "pre",
  transform: (code, id) =>
    id.endsWith("/theme/tokens.css")
      ? `${code}
:root,:root[data-theme="light"]{color-scheme:light;${declarations(LIGHT)}}
:root[data-theme="dark"]{color-scheme:dark;${declarations(DARK)}}
@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${declarations(DARK)}}}`
      : null,
};

export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  plugins: [colors, react()],
  // Of `npx vite web`: pages from here, everything else from a running `longitude serve`.
  server: {
    proxy: Object.fromEntries(
      ["/workspace", "/session", "/login", "/logout", "/v1"].map((path) => [path, "http://127.0.0.1:8080"]),
    ),
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All styles together are a few kB: one file is there sooner than five.
    cssCodeSplit: false,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    // What every screen needs comes in one file, and each screen in few: a browser waits for every one of them.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "shared",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(query|react-query|router|react-router|history|store|react-store)[^/]*)\/|web\/src\/(data|language|states|shell\/(?!ending)|routing|controls\/tag)|web\/src\/routes\/[^/]+\/route\.ts|languages\/en\/(shell|states)|rolldown|vite\//,
            },
            {
              name: "patient",
              test: /web\/src\/patient\/|src\/drawing\/number-text|web\/src\/charts|languages\/en\/charts/,
            },
          ],
        },
      },
    },
  },
});
