import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/help",
  title: "help",
  roles: null,
  nav: null,
  load: () => import("./help.tsx"),
});
