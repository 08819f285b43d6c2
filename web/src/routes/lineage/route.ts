import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/lineage",
  title: "lineage",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "training", order: 3 },
  load: () => import("./lineage.tsx"),
});
