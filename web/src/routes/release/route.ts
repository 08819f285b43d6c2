import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/release",
  title: "release",
  roles: ["administrator", "reviewer", "analyst", "auditor"],
  nav: { group: "release", order: 1 },
  asks: () => ["/workspace/release"],
  load: () => import("./release.tsx"),
});
