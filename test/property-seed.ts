/** In continuous integration properties are tried on the same cases each time; elsewhere each run draws new ones. */
import fc from "fast-check";

if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: 20_260_601 });
