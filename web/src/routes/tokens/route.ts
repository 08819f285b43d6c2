import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/tokens",
  title: "tokens",
  roles: ["administrator", "reviewer", "analyst"],
  nav: { group: "training", order: 2 },
  asks: () => ["/workspace/tokens"],
  load: () => import("./tokens.tsx"),
});
