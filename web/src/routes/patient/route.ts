import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key",
  title: "Patient",
  roles: ["clinician"],
  nav: null,
  load: () => import("./patient.tsx"),
});
