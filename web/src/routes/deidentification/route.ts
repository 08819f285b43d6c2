import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/deidentification",
  title: "deidentification",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "data", order: 2 },
  asks: () => ["/workspace/privacy"],
  load: () => import("./deidentification.tsx"),
});
