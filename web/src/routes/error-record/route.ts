import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/errors/$key",
  title: "error-record",
  roles: ["clinician"],
  nav: null,
  load: () => import("./error-record.tsx"),
});
