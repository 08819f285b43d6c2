import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/errors",
  title: "errors",
  roles: ["clinician"],
  nav: { group: "evidence", order: 2 },
  asks: () => ["/workspace/evidence"],
  load: () => import("./errors.tsx"),
});
