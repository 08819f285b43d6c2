import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/card",
  title: "card",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "release", order: 2 },
  asks: () => ["/workspace/release/card"],
  load: () => import("./card.tsx"),
});
