import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patients/$key/plain",
  title: "plain",
  roles: ["clinician"],
  nav: null,
  bare: true,
  asks: ({ key }) => [`/workspace/patients/${key}`],
  load: () => import("./plain.tsx"),
});
