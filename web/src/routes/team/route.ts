import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key/team",
  title: "team",
  roles: ["clinician"],
  nav: null,
  asks: ({ key }) => [`/workspace/patients/${key}/team`],
  load: () => import("./team.tsx"),
});
