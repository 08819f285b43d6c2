import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/",
  title: "home",
  roles: null,
  nav: { group: "care", order: 0 },
  asks: () => ["/workspace/home"],
  load: () => import("./home.tsx"),
});
