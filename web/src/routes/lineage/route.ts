import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/lineage",
  title: "Lineage",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "training", order: 3 },
  load: () => import("./lineage.tsx"),
});
