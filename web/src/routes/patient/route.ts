import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key",
  title: "patient",
  roles: ["clinician"],
  nav: null,
  asks: ({ key }) => [`/workspace/patients/${key}`],
  load: () => import("./patient.tsx"),
});
