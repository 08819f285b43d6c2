import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/runs",
  title: "runs",
  roles: ["administrator", "reviewer", "analyst"],
  nav: { group: "training", order: 1 },
  asks: () => ["/workspace/runs"],
  load: () => import("./runs.tsx"),
});
