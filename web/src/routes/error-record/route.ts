import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/errors/$key",
  title: "Record of a held-out person",
  roles: ["clinician"],
  nav: null,
  load: () => import("./error-record.tsx"),
});
