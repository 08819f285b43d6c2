import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/gallery",
  title: "gallery",
  roles: null,
  nav: null,
  load: () => import("./gallery.tsx"),
});
