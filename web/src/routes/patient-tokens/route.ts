import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key/tokens",
  title: "A record as tokens",
  roles: ["clinician"],
  nav: null,
  asks: ({ key }) => [`/workspace/patients/${key}/tokens`],
  load: () => import("./patient-tokens.tsx"),
});
