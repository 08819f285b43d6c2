import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key/tokens",
  title: "patient-tokens",
  roles: ["clinician"],
  nav: null,
  asks: ({ key }) => [`/workspace/patients/${key}/tokens`],
  load: () => import("./patient-tokens.tsx"),
});
