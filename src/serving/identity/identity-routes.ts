/** People: who is logged in, how they log in, what they may do. Added before all other routes, which it guards. */
import type { AddRoutes } from "../server-context.ts";
import { createIdentity } from "./identity.ts";
import { loginRoutes } from "./login-routes.ts";
import { guardSessions } from "./session-guard.ts";
import { sessionRoutes } from "./session-routes.ts";

export const identityRoutes: AddRoutes = (app, context) => {
  const identity = createIdentity(context);
  guardSessions(app, context, identity);
  loginRoutes(app, context, identity);
  sessionRoutes(app, context, identity);
};
