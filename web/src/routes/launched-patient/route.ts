import { defineScreen } from "../../routing/define-screen.ts";

export default defineScreen({
  path: "/patient",
  title: "launched-patient",
  roles: ["clinician"],
  nav: null,
  asks: () => ["/workspace/patients/launch"],
  load: () => import("../patient/patient.tsx"),
});
