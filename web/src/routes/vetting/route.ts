import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/vetting",
  title: "vetting",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "vetting", order: 1 },
  asks: () => ["/workspace/vetting"],
  load: () => import("./vetting.tsx"),
});
