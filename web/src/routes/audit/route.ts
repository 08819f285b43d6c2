import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/audit",
  title: "Audit log",
  roles: ["administrator", "auditor"],
  nav: { group: "release", order: 3 },
  load: () => import("./audit.tsx"),
});
