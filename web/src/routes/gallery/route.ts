import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/gallery",
  title: "Parts of the workspace",
  roles: null,
  nav: null,
  load: () => import("./gallery.tsx"),
});
