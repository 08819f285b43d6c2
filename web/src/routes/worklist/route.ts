import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/worklist",
  title: "worklist",
  roles: ["clinician"],
  nav: { group: "care", order: 1 },
  asks: () => ["/workspace/units"],
  load: () => import("./worklist.tsx"),
});
