import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/sandbox",
  title: "sandbox",
  roles: ["clinician"],
  nav: { group: "care", order: 9, sandboxOnly: true },
  asks: () => ["/workspace/worklist"],
  load: () => import("./sandbox.tsx"),
});
