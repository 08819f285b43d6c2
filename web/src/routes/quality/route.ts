import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/quality",
  title: "quality",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "data", order: 1 },
  load: () => import("./quality.tsx"),
});
