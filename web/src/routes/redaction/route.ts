import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/redaction",
  title: "redaction",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "vetting", order: 2 },
  asks: () => ["/workspace/redaction"],
  load: () => import("./redaction.tsx"),
});
