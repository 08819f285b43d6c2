import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/audit",
  title: "audit",
  roles: ["administrator", "auditor"],
  nav: { group: "release", order: 3 },
  load: () => import("./audit.tsx"),
});
