import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/deidentification",
  title: "De-identification proof",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "data", order: 2 },
  load: () => import("./deidentification.tsx"),
});
