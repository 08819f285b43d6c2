import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/monitoring",
  title: "monitoring",
  roles: ["administrator", "analyst", "auditor"],
  nav: { group: "release", order: 2 },
  asks: () => ["/workspace/monitoring"],
  load: () => import("./monitoring.tsx"),
});
