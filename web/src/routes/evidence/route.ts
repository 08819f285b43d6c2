import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/evidence",
  title: "evidence",
  roles: null,
  nav: { group: "evidence", order: 1 },
  asks: () => ["/workspace/evidence"],
  load: () => import("./evidence.tsx"),
});
